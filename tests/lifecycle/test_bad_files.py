"""Working trees that no longer look like their commit, and settings that fight their parser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from map_help import TRAIN, git, repository

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


def test_a_filter_is_not_run_for_a_file_that_the_index_is_unsure_of(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"train.py": TRAIN, ".gitattributes": "*.py filter=ev=il\n"})
    proof = tmp_path / "proof"
    git(root, "config", "filter.ev=il.clean", f"touch {proof}; cat")
    # As old as the index: git can't tell from the time whether the file changed after it.
    now = (root / ".git" / "index").stat().st_mtime
    os.utime(root / "train.py", (now, now))
    git(root, "update-index", "--refresh")
    proof.unlink(missing_ok=True)
    os.utime(root / ".git" / "index", (now, now))
    assert read_lifecycle(root).facts.paths() == ("train.py",)
    assert not proof.exists()
