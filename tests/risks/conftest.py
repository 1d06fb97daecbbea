"""Small real git repositories, and a cache of facts for each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from small_repository import SmallRepo, commit


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def small_repo(tmp_path: Path) -> Callable[[dict[str, str]], SmallRepo]:
    """Make a repository from relative paths and texts."""

    def make(files: dict[str, str]) -> SmallRepo:
        repo = SmallRepo(tmp_path / "repo")
        repo.root.mkdir()
        for path, text in files.items():
            repo.write(path, text)
        commit(repo.root)
        return repo

    return make
