import json
from pathlib import Path

import pytest

from service import store


@pytest.fixture(autouse=True)
def _a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAUD_STORE", str(tmp_path))
    for version in ("1", "2"):
        (tmp_path / "versions" / version).mkdir(parents=True)
        model = {"weights": [0, 0, 0, 0], "bias": float(version)}
        (tmp_path / "versions" / version / "model.json").write_text(json.dumps(model))


def test_the_champion_is_what_was_promoted() -> None:
    store.promote("2")
    assert store.load("champion")[0] == "2"


def test_the_champion_before_is_remembered() -> None:
    store.promote("1")
    store.promote("2")
    assert store.aliases() == {"champion": "2", "previous": "1"}


def test_a_version_that_is_not_there_is_refused() -> None:
    with pytest.raises(SystemExit):
        store.promote("3")
