"""No two modules that tests import have one name.

Pytest imports tests by their base name, and tests put the folders of `evals` and `benchmarks` on
the path: which of two modules of one name is found depends on what the process collected before.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = {"fixtures", "repository"}
PACKAGING = {"__init__.py", "conftest.py"}


def test_each_module_that_tests_import_has_a_name_of_its_own() -> None:
    named: dict[str, list[str]] = defaultdict(list)
    for pattern in ("tests/**/*.py", "evals/*/*.py", "benchmarks/*.py"):
        for file in ROOT.glob(pattern):
            place = file.relative_to(ROOT)
            if not DATA & set(place.parts) and file.name not in PACKAGING:
                named[file.name].append(place.as_posix())
    assert len(named) > 250
    assert {name: places for name, places in named.items() if len(places) > 1} == {}
