"""What holds of redaction for any text: nothing known survives, nothing else changes."""

from __future__ import annotations

import base64
import json
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secret_lab import fill, forms, pem

from mlops_agent.sandbox.secrets.blocks import find_keys
from mlops_agent.sandbox.secrets.marks import count_marks
from mlops_agent.sandbox.secrets.patterns import find_formats
from mlops_agent.sandbox.secrets.redactor import PIECE, Redactor
from mlops_agent.vocabulary.secrets import secret_formats

SECRETS = [
    fill("{24:alnum}"),
    "tr0ub4dor & drei/ünf+7=?",
    fill("{9:lower}"),
    'quo"te\\back{6:alnum}',
    "A" * 3 + fill("{40:base64}"),
]
KNOWING = Redactor().knowing(SECRETS, "environment")
EXAMPLES = [fill(one.example, seed) for one in secret_formats() for seed in (1, 2)]
around = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["\n", '"', "'", "=", " ", "password=", "token: ", "\\n", "://", "--", "x"]),
)
pieces = st.lists(
    st.one_of(around, st.sampled_from([*SECRETS, *EXAMPLES, pem(1), pem(2)[:300], pem(3)[200:]])),
    max_size=12,
).map("".join)
codings = st.sampled_from(
    [
        lambda v: v,
        lambda v: base64.b64encode(v.encode()).decode(),
        lambda v: base64.urlsafe_b64encode(b"u:" + v.encode()).decode(),
        lambda v: base64.b64encode(b"user:" + v.encode() + b"\n").decode(),
        lambda v: v.encode().hex(),
        lambda v: v.encode().hex().upper(),
        lambda v: quote(v, safe=""),
        lambda v: json.dumps({"a": v}),
        lambda v: json.dumps({"a": v}, ensure_ascii=False),
        repr,
    ]
)


@given(st.sampled_from(SECRETS), codings, st.text(max_size=80), st.text(max_size=80))
def test_no_known_value_survives_in_any_form(secret, coding, before, after) -> None:  # noqa: ANN001
    shown = KNOWING.text(f"{before}{coding(secret)}{after}").encode("utf-8", "surrogatepass")
    for form in forms(secret):
        assert form not in shown


@given(pieces)
def test_twice_is_once(text: str) -> None:
    once = KNOWING.text(text)
    assert KNOWING.text(once) == once


@given(pieces)
def test_lines_keep_their_numbers(text: str) -> None:
    assert KNOWING.text(text).count("\n") == text.count("\n")


@given(pieces)
def test_the_words_change_nothing_that_is_found(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    quick = {(one.start, one.end, one.kind) for one in find_formats(data)}
    assert quick == {(o.start, o.end, o.kind) for o in find_formats(data, prefilter=False)}


@given(st.binary(max_size=400))
def test_bytes_that_hold_no_secret_are_the_very_same(data: bytes) -> None:
    shown = Redactor().data(data)
    found = [*find_formats(data), *find_keys(data)]
    assert (shown is data) == (not found)


@given(pieces)
def test_a_mark_that_is_there_is_never_torn(text: str) -> None:
    marked = f"[redacted:password]{text}[redacted:environment]"
    shown = KNOWING.text(marked)
    assert shown.startswith("[redacted:password]")
    assert shown.endswith("[redacted:environment]")
    assert count_marks(shown) >= 2


def test_each_format_is_found_without_its_words_too() -> None:
    for example in EXAMPLES:
        data = f"before\n{example}\nafter".encode()
        quick, slow = list(find_formats(data)), list(find_formats(data, prefilter=False))
        assert quick, example
        assert quick == slow


@pytest.mark.parametrize("gap", range(0, 2000, 333))
def test_a_secret_at_the_edge_of_a_piece_is_found(gap: int) -> None:
    token = fill("ghp_{36:alnum}")
    line = "x" * (PIECE - 1000 + gap) + " " + token + " y" * 500
    assert token not in Redactor().text(line)
    lines = "x\n" * ((PIECE - 1000 + gap) // 2) + token + "\ny" * 50_000
    assert token not in Redactor().text(lines)


ATTACKS = {
    "one letter": "a" * 600_000,
    "names without values": "password" * 80_000,
    "assignments": "token=" * 100_000,
    "blanks": "password" + " " * 600_000,
    "quotes": "secret='" * 80_000,
    "urls": "://a:" * 120_000,
    "dots": "eyJ" + "aaaaaaaaa." * 60_000,
    "bearer": "bearer " * 90_000,
    "kebab": "api_key=" + "a-" * 300_000,
    "dashes": "-" * 600_000,
    "keys": "-----BEGIN PRIVATE KEY-----\n" * 25_000,
    "ends": "-----END PRIVATE KEY-----\n" * 25_000,
    "key lines": "-----BEGIN PRIVATE KEY-----\n" + ("A" * 64 + "\n") * 10_000,
    "marks": "[redacted:password]" * 100_000 + " password=hunter22",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_no_text_of_this_size_takes_long(name: str) -> None:
    begun = time.process_time()
    KNOWING.text(ATTACKS[name])
    assert time.process_time() - begun < 4
