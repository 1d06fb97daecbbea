"""The operator's configuration: read from the user's folder alone, each mistake one line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlops_agent.contracts.model import Tokens
from mlops_agent.errors import BadInputError
from mlops_agent.settings.operator import Operator, load_operator, operator_file

WHOLE = """
driver = "anthropic"
model = "mine"
max_usd = 2

[aliases]
mine = "local-7b"

[models."local-7b"]
input = 1.5
output = 3
context = 32_000
reply = 4_000
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    place = tmp_path / "mlops-agent" / "config.toml"
    place.parent.mkdir()
    return place


def test_without_a_file_nothing_is_said(file: Path) -> None:
    assert operator_file() == file
    assert load_operator() == Operator()


def test_a_relative_folder_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert operator_file() == tmp_path / ".config" / "mlops-agent" / "config.toml"


def test_all_of_it_is_read(file: Path) -> None:
    file.write_text(WHOLE)
    operator = load_operator()
    assert (operator.driver, operator.model, operator.max_usd) == ("anthropic", "mine", 2)
    assert operator.aliases == {"mine": "local-7b"}
    card = operator.cards()["local-7b"]
    assert (card.context, card.most_reply) == (32_000, 4_000)
    took = Tokens(input=1_000_000, output=1_000_000, cache_read=1_000_000, cache_write=1_000_000)
    assert card.usd(took) == pytest.approx(1.5 + 3 + 1.5 + 1.5)


def test_a_model_without_prices_has_none(file: Path) -> None:
    file.write_text("[models.big]\ncontext = 5\n")
    assert load_operator().cards()["big"].prices == []


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        ('drivr = "offline"', "unknown key drivr", "did you mean driver?"),
        ('driver = "anthropc"', "driver: ", ""),
        ("api_key = 1", "unknown key api_key", "known keys: aliases, driver"),
        ("[models.a]\ninptu = 1", "unknown key models.a.inptu", "did you mean input?"),
        ("[models.a]\ninput = 1", "models.a: input and output belong together", ""),
        ("[models.a]\ninput = -1\noutput = 1", "models.a.input: ", ""),
        ("[models.a]\ninput = nan\noutput = 1", "models.a.input: ", ""),
        ('[models.a]\ninput = "1"\noutput = 1', "models.a.input: ", ""),
        ("[models.a]\ncache_read = 1", "prices of the cache", ""),
        ("[models.a]\ncontext = 1.5", "models.a.context: ", ""),
        ("models = 3", "models: ", ""),
        ("max_usd = 0", "max_usd: ", ""),
        ("max_usd = inf", "max_usd: ", ""),
        ("max_usd = true", "max_usd: ", ""),
        ("[aliases]\nx = 3", "aliases.x: ", ""),
        ("model = [", "Invalid value", "mend the file"),
        ("\udcff", "UTF-8", ""),
    ],
)
def test_a_mistake_is_one_line_with_file_and_key(
    file: Path, text: str, told: str, hint: str
) -> None:
    file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(BadInputError) as caught:
        load_operator()
    assert str(file) in str(caught.value)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert hint in caught.value.hint


def test_what_would_block_or_fill_memory_is_not_opened(file: Path) -> None:
    os.mkfifo(file)
    with pytest.raises(BadInputError, match="regular file"):
        load_operator()
    file.unlink()
    file.write_bytes(b"#" * 300_000)
    with pytest.raises(BadInputError, match="larger than"):
        load_operator()
