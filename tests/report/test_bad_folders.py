"""Folders of runs that are broken in ways no forger would choose."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from mlops_agent.errors import BadInputError
from mlops_agent.journal.writing import Journal
from mlops_agent.report.evidence import Evidence


def test_trees_that_are_no_repository_leave_no_folder_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    run = tmp_path / "20261121-221530-3f9a"
    Journal.create(run).close()
    (run / "trees.git").mkdir()
    (run / "trees.git" / "HEAD").write_text("nothing\n")
    with pytest.raises(BadInputError):
        Evidence.of_run(run)
    assert list(temporary.iterdir()) == []
