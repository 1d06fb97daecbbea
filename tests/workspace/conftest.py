"""Real git repositories to work on."""

from __future__ import annotations

from pathlib import Path

import pytest
from users_repository import UsersRepository


@pytest.fixture
def user(tmp_path: Path) -> UsersRepository:
    root = tmp_path / "repo"
    root.mkdir()
    repository = UsersRepository(root)
    repository.git("init", "-q", "-b", "main")
    repository.commit({"train.py": "print('train')\n", "data/a.csv": "x\n1\n"}, "first")
    return repository


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "state" / "20260101-000000-aaaa"
    folder.mkdir(parents=True)
    return folder
