"""Globs as callers write them in `allowed_paths`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.workspace.globs import matches


@pytest.mark.parametrize(
    ("path", "glob", "fits"),
    [
        ("src/a.py", "src", True),
        ("src/a.py", "./src/", True),
        ("src/a.py", "*.py", True),
        ("src/a.py", "/*.py", False),
        ("src/deep/a.py", "src/*.py", False),
        ("src/deep/a.py", "src/**/*.py", True),
        ("src/a.pyc", "*.py", False),
        ("a1", "a[!0-9]", False),
        ("a[z-a]", "a[z-a]", True),
    ],
)
def test_a_path_and_a_glob(path: str, glob: str, fits: bool) -> None:
    assert matches(path, glob) is fits


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_glob_is_a_crash(path: str, glob: str) -> None:
    assert matches(path, glob) in {True, False}
