import json
import random
from pathlib import Path

import pytest

from credit.data import write
from monitor import drift


def week(shift: float) -> list[dict[str, float | None]]:
    rng = random.Random(3)
    return [{"income": rng.gauss(100 + shift, 10)} for _ in range(400)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("artifacts").mkdir()
    Path("artifacts/model.json").write_text(json.dumps({"features": ["income"]}))
    write("artifacts/training_sample.csv", week(0))
    write("week.csv", week(0))
    return tmp_path


def test_the_index_of_each_feature_is_exposed(folder: Path) -> None:
    drift.main("week.csv")
    assert 'credit_feature_psi{feature="income"} 0.000000' in Path("metrics/credit.prom").read_text()


def test_a_week_with_few_applications_is_left_out(folder: Path) -> None:
    write("week.csv", week(0)[:20])
    with pytest.raises(SystemExit, match="too few"):
        drift.main("week.csv")
