"""What tests that make whole runs start from: a state folder of their own, a repository to work on.

A room's conftest names the fixtures that it wants.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_lab import make_repository


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("MLOPS_AGENT_DRIVER", raising=False)
    return folder


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with a planted fault."""
    return make_repository(tmp_path / "repo")
