"""A missing part skips with the remedy on somebody's machine and fails where CI is set."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
MARKED = """
import pytest

@pytest.mark.real("promtool")
def test_alert(): pass

@pytest.mark.real("dvc")
def test_here(): pass

@pytest.mark.sandbox
def test_confined(): pass

@pytest.mark.real()
def test_skips_itself(): pytest.skip("no such luck")

@pytest.mark.real()
@pytest.mark.xfail
def test_known_fault(): raise AssertionError

def test_unmarked(): pytest.skip("not on this system")

def test_plain(): pass
"""
ENTRIES = "[pytest]\nmarkers =\n  real: x\n  sandbox: x\n"


def outcomes(folder: Path, **variables: str) -> tuple[dict[str, str], str]:
    """Run the marked tests under the suite's own hooks: what came of each, and what was said."""
    (folder / "pytest.ini").write_text(ENTRIES)
    (folder / "test_marked.py").write_text(MARKED)
    shutil.copy(TESTS / "conftest.py", folder)
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "PATH")}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    argv = [sys.executable, "-m", "pytest", "-v", "-rsf", "-p", "no:cacheprovider"]
    done = subprocess.run(
        argv, cwd=folder, env=kept | variables, capture_output=True, text=True, check=False
    )
    found = re.findall(r"^test_marked\.py::test_(\w+) ([A-Z]+)", done.stdout, re.MULTILINE)
    return dict(found), done.stdout


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """A PATH without any program but a dvc and a bwrap that may not confine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bwrap", "prlimit", "dvc"):
        (folder / name).write_text("#!/bin/sh\necho 'bwrap: no namespaces' >&2\nexit 1\n")
        (folder / name).chmod(0o755)
    return str(folder)


ALWAYS = {"here": "PASSED", "known_fault": "XFAIL", "unmarked": "SKIPPED", "plain": "PASSED"}


def test_elsewhere_it_skips_and_says_what_to_install(tmp_path: Path, bare: str) -> None:
    found, said = outcomes(tmp_path, PATH=bare)
    assert found == ALWAYS | dict.fromkeys(("alert", "confined", "skips_itself"), "SKIPPED")
    assert "promtool is not installed: apt install prometheus" in said
    assert re.search(r"SKIPPED .*(confine|sandbox|bubblewrap)", said)


def test_in_ci_it_fails_for_that_reason(tmp_path: Path, bare: str) -> None:
    found, said = outcomes(tmp_path, PATH=bare, CI="true")
    assert found == ALWAYS | {"alert": "ERROR", "confined": "ERROR", "skips_itself": "FAILED"}
    assert "promtool is not installed" in said
    assert "no such luck" in said
