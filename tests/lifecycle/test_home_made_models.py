"""A model that is trained without a framework is found; trains, scores and statistics are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from map_help import lifecycle, placed

FIT = """\
import numpy as np


def fit(rows, labels):
    return np.linalg.lstsq(rows, labels, rcond=None)[0]
"""
TRAIN = """\
from model import fit


def main() -> None:
    fit([[1.0]], [1.0])


if __name__ == "__main__":
    main()
"""
EVALUATE = """\
import json


def main() -> None:
    print(json.load(open("model.json")))
"""


def test_a_script_that_trains_over_numbers_is_placed_with_its_company(tmp_path: Path) -> None:
    files = {"model.py": FIT, "train.py": TRAIN, "evaluate.py": EVALUATE}
    found = placed(lifecycle(tmp_path, files))
    assert {("training", "train.py"), ("evaluation", "evaluate.py")} <= found


@pytest.mark.parametrize(
    "files",
    [
        {
            "train.py": TRAIN.replace("from model import fit", "def fit(*_): ..."),
            "score.py": "x = 1\n",
        },
        {"model.py": FIT, "train.py": TRAIN},
        {"timetable.py": FIT, "drift.py": "x = 1\n"},
        {"constrain.py": FIT, "evaluate.py": EVALUATE},
    ],
    ids=["no numbers", "no company", "nobody trains", "a longer word"],
)
def test_either_alone_is_no_model(files: dict[str, str], tmp_path: Path) -> None:
    assert placed(lifecycle(tmp_path, files)) == set()
