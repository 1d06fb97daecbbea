"""Every rule has its page and its small good and bad repositories, and finds what they mark."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from small_repository import SmallRepo, commit

from mlops_agent.risks.catalogue import ENTRIES, MISSES, SECTIONS
from mlops_agent.risks.pages import headline, sections
from mlops_agent.settings import Settings

FIXTURES = Path(__file__).parent.parent / "fixtures" / "rules"
EXPECT = re.compile(r"expect: ([A-Z]{3}\d{3})")
CASES = sorted(folder for folder in FIXTURES.glob("*/*") if folder.is_dir())
MINE = ("DAT006", "MON004", "MON005", "PIP007", "REG001", "REG004", "REG006", "REG007", "SUP001")


def expected(folder: Path) -> set[tuple[str, str, int]]:
    marked: set[tuple[str, str, int]] = set()
    for path in folder.rglob("*"):
        if path.is_file():
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                for rule in EXPECT.findall(line):
                    marked.add((rule, path.relative_to(folder).as_posix(), number))
    return marked


def found(
    folder: Path, tmp_path: Path, settings: Settings | None = None
) -> set[tuple[str, str, int]]:
    root = tmp_path / "repo"
    shutil.copytree(folder, root)
    commit(root)
    audit = SmallRepo(root).audit(settings)
    return {(f.rule, f.path, f.line) for f in audit.findings if not f.suppressed}


@pytest.mark.parametrize(
    "folder", [c for c in CASES if c.parent.name in MINE], ids=lambda c: f"{c.parent.name}-{c.name}"
)
def test_finds_what_is_marked_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    rule = folder.parent.name
    marked = {one for one in expected(folder) if one[0] == rule}
    assert bool(marked) == folder.name.startswith("bad_")
    assert {one for one in found(folder, tmp_path) if one[0] == rule} == marked


@pytest.mark.parametrize("rule", MINE)
def test_a_rule_that_is_off_finds_nothing(rule: str, tmp_path: Path) -> None:
    folder = next(
        case for case in CASES if case.parent.name == rule and case.name.startswith("bad_")
    )
    off = found(folder, tmp_path, Settings(ignore=(rule,)))
    assert not {one for one in off if one[0] == rule}


@pytest.mark.parametrize("rule", ENTRIES)
def test_page_and_fixtures_are_there(rule: str) -> None:
    entry = ENTRIES[rule]
    assert headline(entry.page)
    told = list(sections(entry.page))
    assert tuple(name for name in told if name != MISSES) == SECTIONS
    assert MISSES not in told or told[-2] == MISSES
    assert all(sections(entry.page).values())
    names = {case.name for case in CASES if case.parent.name == rule}
    kinds = {name.split("_", 1)[0] for name in names}
    assert kinds == {"bad", "good"}, names
    for name in names:
        if name.startswith("bad_"):
            framework = name.removeprefix("bad_").split("_")[0]
            assert any(other.startswith(f"good_{framework}") for other in names), name


@pytest.mark.parametrize("rule", ENTRIES)
def test_card(rule: str) -> None:
    card = ENTRIES[rule].rule
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", card.name)
    assert card.asks
    assert (card.fix != "none") == (ENTRIES[rule].fix is not None)
