"""Each format of the vocabulary: found in its example, not in its near misses."""

from __future__ import annotations

import re

import pytest
from secret_lab import fill

from mlops_agent.sandbox.secrets.marks import count_marks
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.vocabulary.errors import VocabularyError
from mlops_agent.vocabulary.secrets import FORMATS, SecretFormat, _format, secret_formats

SEEDS = range(25)
EVERY = [pytest.param(one, id=f"{n}-{one.name}") for n, one in enumerate(secret_formats())]
_RANDOM_TEXT = re.compile(r"\{(?:[2-9]\d|\d{3}|1[0-9]):")
PUBLIC = [
    "commit {40:hex}",
    "sha256:{64:hex}",
    "md5 {32:hex}  data.csv",
    "run 5f2b{28:hex} of experiment 12",
    '"image/png": "iVBORw0KGgo{2000:base64}"',
    "    --hash=sha256:{64:hex} \\",
    "id: 8c7a{4:hex}-{4:hex}-4{3:hex}-a{3:hex}-{12:hex}",
    "integrity sha512-{86:base64}==",
    '"checksum": "{64:hex}"',
    "checksum = \"{64:hex}\"",
    "etag: W/\"{32:hex}\"",
    "docker.io/library/python@sha256:{64:hex}",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA{43:base64} ada@example.org",
    "oid sha256:{64:hex}",
    "primary_key: {32:hex}",
    "token_type_ids, pad_token_id=50256, max_tokens: 4096",
    "password = getpass.getpass()",
    'api_key = os.environ["COMET_API_KEY"]',
    "secret: ${{ secrets.MLFLOW_TRACKING_PASSWORD }}",
    "PASSWORD=$(cat /run/secrets/db)",
    "secretKeyRef: {name: mlflow-credentials, key: password}",
    "http://localhost:5000/#/experiments/1",
    "-----BEGIN CERTIFICATE-----\n{64:base64}\n-----END CERTIFICATE-----",
    "git@github.com:team/churn.git",
]  # fmt: skip


@pytest.mark.parametrize("one", EVERY)
def test_what_is_random_in_an_example_is_gone(one: SecretFormat) -> None:
    slots = [slot for slot in re.finditer(r"\{(\d+):\w+\}", one.example) if int(slot[1]) >= 8]
    assert slots
    missed = 0
    for seed in SEEDS:
        text = fill(one.example, seed)
        shown = Redactor().text(text)
        missed += f"[redacted:{one.name}]" not in shown
    # A value of small letters alone looks like a word; it comes once in hundreds.
    assert missed <= 1


@pytest.mark.parametrize("one", EVERY)
def test_near_misses_stay(one: SecretFormat) -> None:
    for miss in one.misses:
        for seed in SEEDS:
            text = fill(miss, seed)
            assert Redactor().text(text) == text


@pytest.mark.parametrize("text", PUBLIC)
def test_what_anybody_may_see_stays(text: str) -> None:
    for seed in SEEDS:
        filled = fill(text, seed)
        assert Redactor().text(filled) == filled


def test_a_secret_in_json_inside_of_json_is_found() -> None:
    value = fill("{20:alnum}7")
    text = f'{{"message": "config has password=\\"{value}\\" and \\n API_KEY={value}\\n"}}'
    assert value not in Redactor().text(text)
    twice = text.replace("\\", "\\\\").replace('"', '\\"')
    assert value not in Redactor().text(twice)


def test_escaped_line_feeds_stand_between_words() -> None:
    token = fill("ghp_{36:alnum}")
    for text in (f'{{"log": "first\\n{token}\\tx"}}', f"b'one\\r\\n{token}\\n'"):
        assert token not in Redactor().text(text)


def test_the_file_of_formats_holds_nothing_that_looks_real() -> None:
    assert count_marks(Redactor().text(FORMATS.read_text())) == 0


@pytest.mark.parametrize(
    "raw",
    [
        {"name": "Bad Name"},
        {"words": []},
        {"pattern": "("},
        {"judge": "harsh"},
        {"example": None, "words": "word"},
    ],
)
def test_an_entry_that_is_none_is_refused(raw: dict[str, object]) -> None:
    good: dict[str, object] = {
        "name": "x", "words": ["x"], "pattern": "x", "example": "x", "misses": ["y"],
    }  # fmt: skip
    assert _format(good).name == "x"
    with pytest.raises(VocabularyError, match=r"formats\.toml"):
        _ = _format({**good, **raw}).pattern
