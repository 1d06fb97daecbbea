"""One run a repository: held by a living process, free once it is dead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mlops_agent.errors import RepositoryBusyError
from mlops_agent.exit_codes import ExitCode
from mlops_agent.workspace.lock import hold_repository

HOLD = """
import sys, time
from pathlib import Path
from mlops_agent.workspace.lock import hold_repository
with hold_repository(Path(sys.argv[1]), "20260101-000000-aaaa"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.mark.fault("F6", "F7")
def test_a_second_run_is_refused_until_the_first_is_dead(tmp_path: Path) -> None:
    common, alias = tmp_path / "repo.git", tmp_path / "alias.git"
    common.mkdir()
    alias.symlink_to(common)
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(common)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    busy = pytest.raises(RepositoryBusyError, match="20260101-000000-aaaa")
    with busy as caught, hold_repository(alias, "other"):
        pass
    assert caught.value.exit_code == ExitCode.BUSY == 75
    with hold_repository(tmp_path / "another.git", "other"):
        pass
    process.kill()
    process.wait()
    with hold_repository(common, "other"):
        pass


def test_it_is_let_go_when_the_block_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), hold_repository(tmp_path, "one"):
        raise ZeroDivisionError
    with hold_repository(tmp_path, "two"):
        pass
