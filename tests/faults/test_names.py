"""F18: names that break lines, options, shells and encodings, all the way to the patch."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from engine_lab import LEAVE, Scripted, call, git, make_repository, run_scripted, turn

from mlops_agent.contracts.journal import ToolCall, ToolResult
from mlops_agent.journal.reading import read_journal
from mlops_agent.lifecycle.reading import read_lifecycle
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.scope import scope_problems

pytestmark = [pytest.mark.sandbox, pytest.mark.fault("F18")]

NAMES = {
    "-rf": b"-rf",
    "--help": b"--help",
    "$(touch pwned)": b"$(touch pwned)",
    "; rm -rf x": b"; rm -rf x",
    "new\\nline.py": b"new\nline.py",
    "quo\"te's.py": b"quo\"te's.py",
    "bad\\xff\\xfe.py": b"bad\xff\xfe.py",
    "tab\\t.py": b"tab\t.py",
    "\\x1b[31mred.py": b"\x1b[31mred.py",
    "back\\\\slash.py": b"back\\slash.py",
    ":(glob)**": b":(glob)**",
    "*": b"*",
    " ": b" ",
    "caf\u00e9.py": "caf\u00e9.py".encode(),
}
"""Names as they are shown, and their bytes."""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repo = make_repository(tmp_path_factory.mktemp("odd") / "repo")
    for name in NAMES.values():
        Path(os.fsdecode(os.fsencode(repo) + b"/" + name)).write_bytes(
            b"import mlflow\nalpha = 1\n"
        )
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "odd")
    return repo


def edits() -> list[ToolCall]:
    return [
        call(f"e{number}", "Edit", path=path, old="alpha = 1", new="alpha = 2")
        for number, path in enumerate(NAMES)
    ]


def test_each_is_listed_found_read_edited_and_in_the_patch(odd: Path, tmp_path: Path) -> None:
    declared = call(
        "d", "Declare", boundary="pipeline", risk="r", files=list(NAMES), line_budget=99
    )
    reads = [call(f"r{number}", "Read", path=path) for number, path in enumerate(NAMES)]
    driver = Scripted(
        turn(call("glob", "Glob", pattern="**"), call("grep", "Grep", pattern="alpha")),
        turn(declared),
        turn(*reads),
        *(turn(one) for one in edits()),
        LEAVE,
    )
    result = run_scripted(odd, driver)
    told = {one.call: one for one in driver.results()}
    assert set(NAMES) <= set(told["sglob"].text.split("\n"))
    found = told["sgrep"].text.split("\n")
    assert {f"{path}:2:alpha = 1" for path in NAMES} <= set(found)
    for number in range(len(NAMES)):
        assert_done(told[f"sr{number}"])
        assert_done(told[f"se{number}"])
    folder = Path(result.journal).parent
    evidence = Evidence.of_run(folder)
    assert set(evidence.changed) == set(NAMES)
    assert not [one for one in scope_problems("pipeline", evidence) if "outside" in one]
    assert len(read_journal(folder)) > len(NAMES)
    # The patch is git's: it puts the change on the very names.
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(odd), str(clone)], check=True)
    subprocess.run(["git", "apply", str(folder / "change.patch")], cwd=clone, check=True)
    for name in NAMES.values():
        assert Path(os.fsdecode(os.fsencode(clone) + b"/" + name)).read_bytes().endswith(b"= 2\n")
    assert not (odd / "pwned").exists()
    assert git(odd, "status", "--porcelain") == ""


def assert_done(result: ToolResult) -> None:
    assert result.ok, result.text


def test_the_map_and_the_audit_name_them_on_one_line(odd: Path) -> None:
    lifecycle = read_lifecycle(odd)
    assert set(NAMES) <= set(lifecycle.tracked)
    for path in (*lifecycle.tracked, *lifecycle.skipped):
        assert path.isprintable() or path == " "
        path.encode()
