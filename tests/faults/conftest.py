"""Every test of this room has a state folder of its own and a repository with a planted fault."""

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
    return make_repository(tmp_path / "repo")
