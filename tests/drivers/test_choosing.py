"""Which driver and model are taken: the operator's explicit word, and no run without its limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlops_agent.contracts.request import Request
from mlops_agent.drivers.choosing import Choice, choose, choose_again, make
from mlops_agent.errors import BadInputError

PRICED = "[models.mine]\ninput = 1\noutput = 2\n"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "mlops-agent" / "config.toml"
    file.parent.mkdir()
    file.write_text("")
    return file


def test_a_key_alone_is_no_word(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "not-a-key")
    assert choose("auto").name == "offline"


def test_the_configuration_names_driver_model_and_limit(config: Path) -> None:
    config.write_text(
        'driver = "anthropic"\nmodel = "m"\nmax_usd = 3\n[aliases]\nm = "mine"\n' + PRICED
    )
    choice = choose("auto")
    assert (choice.name, choice.why) == ("anthropic", f"named in {config}")
    assert choice.model is not None
    assert (choice.model.name, choice.model.priced, choice.max_usd) == ("mine", True, 3)
    given = choose("auto", "sonnet", 1.5)
    assert given.model is not None
    assert (given.model.name, given.max_usd) == ("claude-sonnet-5-5", 1.5)


def test_the_environment_comes_before_the_configuration(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('driver = "anthropic"\n')
    monkeypatch.setenv("MLOPS_AGENT_DRIVER", "offline")
    assert choose("auto") == Choice("offline", "named in MLOPS_AGENT_DRIVER")
    assert choose("anthropic").why == "named with --driver"


def test_what_the_configuration_says_of_models_does_not_bother_offline(config: Path) -> None:
    config.write_text('model = "mine"\nmax_usd = 1\n')
    assert choose("offline") == Choice("offline", "named with --driver")


def test_a_limit_needs_a_price_wherever_it_was_given(config: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        choose("anthropic", "mine", 1)
    assert str(caught.value) == "the price of mine is not known, so --max-usd can't be held"
    assert f'{config}: [models."mine"] input and output' in caught.value.hint
    config.write_text("max_usd = 1\n")
    with pytest.raises(BadInputError, match="price of mine"):
        choose("anthropic", "mine")
    config.write_text("max_usd = 1\n" + PRICED)
    assert choose("anthropic", "mine").max_usd == 1


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan"), float("inf")])
def test_a_limit_that_bounds_nothing_is_refused(config: Path, limit: float) -> None:
    with pytest.raises(BadInputError, match="more than 0"):
        choose("anthropic", "opus", limit)


def test_a_run_taken_up_keeps_its_driver(config: Path) -> None:
    config.write_text('driver = "offline"\nmax_usd = 9\n')
    again = choose_again(Choice("anthropic", "named then"), "claude-haiku-5-5", None)
    assert again.why == "named then"
    assert again.model is not None
    assert (again.model.name, again.max_usd) == ("claude-haiku-5-5", None)
    with pytest.raises(BadInputError, match="--model is for drivers that ask a model"):
        choose_again(Choice("offline", "named then"), "opus", None)
    with pytest.raises(BadInputError, match="no driver 'own'"):
        choose_again(Choice("own", "given by the caller"), "", None)


def test_the_driver_that_is_made_is_the_one_chosen(config: Path) -> None:
    for name in ("anthropic", "offline"):
        assert make(choose(name), Request(text="x"), None).name == name
