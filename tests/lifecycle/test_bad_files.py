"""Working trees that no longer look like their commit, and settings that fight their parser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from map_help import TRAIN, repository

from mlops_agent.errors import BadInputError
from mlops_agent.lifecycle.reading import read_lifecycle
from mlops_agent.settings import load_settings


def test_a_file_that_became_a_folder_or_a_pipe_is_skipped(tmp_path: Path) -> None:
    names = ("folder.py", "pipe.py", "train.py")
    root = repository(tmp_path / "r", dict.fromkeys(names, TRAIN))
    for name in ("folder.py", "pipe.py"):
        (root / name).unlink()
    (root / "folder.py").mkdir()
    os.mkfifo(root / "pipe.py")
    read = read_lifecycle(root)
    assert read.skipped == dict.fromkeys(("folder.py", "pipe.py"), "not a regular file")
    assert read.facts.paths() == ("train.py",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mlops-agent.yaml", "exclude: " + "[" * 20_000 + "]" * 20_000),
        ("mlops-agent.yaml", "exclude: 2024-13-45"),
        ("mlops-agent.yaml", "exclude: [\0]"),
        ("pyproject.toml", "[tool.mlops-agent]\nexclude = " + "[" * 20_000 + "]" * 20_000),
        ("pyproject.toml", "[tool.mlops-agent]\n" + "a." * 20_000 + "b = 1\n"),
    ],
)
def test_settings_that_no_parser_likes_are_one_line(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=name) as refused:
        load_settings(tmp_path)
    assert "\n" not in str(refused.value)
