"""The automation-side rules against their mini repositories: what is marked, and nothing else."""

import re
from pathlib import Path

import pytest
from automation_repositories import FIXTURES, as_repository, findings

RULES = ("DAT009", "DEP002", "DEP009", "DEP011", "MON007", "PIP001", "PIP011", "REP001")
CASES = sorted(
    folder.relative_to(FIXTURES).as_posix()
    for rule in RULES
    for folder in (FIXTURES / rule).iterdir()
)
EXPECT = re.compile(r"# expect: ([A-Z]{3}\d{3})")


def expected(folder: Path, rule: str) -> set[tuple[str, int]]:
    """The places that the fixture marks for the rule."""
    found: set[tuple[str, int]] = set()
    for path in folder.rglob("*"):
        if path.is_file():
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if rule in EXPECT.findall(line):
                    found.add((path.relative_to(folder).as_posix(), number))
    return found


@pytest.mark.parametrize("case", CASES)
def test_finds_what_is_marked_and_nothing_else(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    rule, name = case.split("/")
    root = as_repository(FIXTURES / case, tmp_path / "repo")
    found = {(f.path, f.line) for f in findings(root, rule)[1]}
    wanted = expected(FIXTURES / case, rule)
    assert found == wanted
    assert bool(wanted) == name.startswith("bad_")


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_bad_and_good_of_each_system(rule: str) -> None:
    names = {folder.name for folder in (FIXTURES / rule).iterdir()}
    bad = {name.removeprefix("bad_").split("_")[0] for name in names if name.startswith("bad_")}
    good = {name.removeprefix("good_").split("_")[0] for name in names if name.startswith("good_")}
    assert bad and bad == good
