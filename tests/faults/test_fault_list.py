"""The list of faults: each has a test that holds what is said of it in docs/security.md.

A test says so by `@pytest.mark.fault("F7", ...)`, in whatever room it stands.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]

FAULTS = {
    "F1": "kill -9 in each phase of an edit, and while a change is applied",
    "F2": "temporary files of a killed process",
    "F3": "a full disk",
    "F4": "a read-only disk",
    "F5": "a file or folder that may not be changed",
    "F6": "two runs of one repository",
    "F7": "the lock of a killed run",
    "F8": "a dirty working tree",
    "F9": "staged, untracked and ignored files, a stash",
    "F10": "a submodule",
    "F11": "a pointer of Git LFS",
    "F12": "CRLF line ends",
    "F13": "byte order mark, UTF-16, latin-1",
    "F14": "a huge file",
    "F15": "links that loop or lead out",
    "F16": "a hard link",
    "F17": "a FIFO, a device, a socket",
    "F18": "odd file names",
    "F19": "the .git pointer or folder swapped in the middle of a run",
    "F20": "a torn last line of the journal",
    "F21": "SIGINT, SIGTERM, SIGHUP, the death of the parent",
    "F22": "an endpoint's reply cut off with a call in it",
    "F23": "no sandbox, or one that breaks in the middle",
    "F24": "a flood of output, a timeout, a fork bomb",
}


def marked() -> Iterator[tuple[str, str]]:
    """Each mark: the fault, and the test that bears it."""
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            marks = getattr(node, "decorator_list", None) or [getattr(node, "value", node)]
            for mark in ast.walk(ast.Module([ast.Expr(one) for one in marks], [])):
                if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("mark.fault"):
                    for name in mark.args:
                        assert isinstance(name, ast.Constant)
                        yield str(name.value), f"{file.name}::{getattr(node, 'name', '*')}"


def test_each_fault_has_a_test() -> None:
    found = list(marked())
    assert {name for name, _ in found} == set(FAULTS)
    assert len(found) >= 40
