"""The sandbox holds against each attack, which does its harm when nothing is confined."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import attacks
import pytest
from attacked import Stage

import mlops_agent

pytestmark = pytest.mark.sandbox

NOBODY = "65534"
SOURCE = Path(mlops_agent.__file__).parent.parent
ROOT = os.geteuid() == 0
ONLY_ROOT_CAN = {"make a device"}
"""What an ordinary user can't do in any namespace, so that there is no control for it."""


def tried(kind: str, *, as_nobody: bool) -> dict[str, Any]:
    """Try all of it in one process, as this user or as one without privileges."""
    argv = [sys.executable]
    if as_nobody:
        user = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
        argv = [*user, system_python()]
    path = f"{SOURCE}:{sysconfig.get_path('purelib')}"
    variables = {
        "PATH": os.environ["PATH"], "PYTHONPATH": path, "ATTACK_SECRET": secrets.token_hex(16),
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    done = subprocess.run(
        [*argv, attacks.__file__, kind],
        env=variables, cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["user"] == 0) == (ROOT and not as_nobody)
    assert set(told["harm"]) == set(attacks.ATTACKS)
    return told


def system_python() -> str:
    """A Python of this version that every user may start; ours may lie in root's home."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for folder in ("/usr/bin", "/usr/local/bin"):
        found = shutil.which(version, path=folder)
        if found:
            return found
    pytest.skip(f"no {version} in /usr/bin or /usr/local/bin, for a user without privileges")


def not_in_this_kernel() -> set[str]:
    try:
        socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).close()
    except OSError:
        return {"reach a machine's host"}
    return set()


def these(told: dict[str, Any], key: str, wanted: bool) -> dict[str, str]:
    return {name: told["said"][name] for name, was in told[key].items() if was is wanted}


def test_unconfined_every_attack_does_its_harm() -> None:
    told = tried("control", as_nobody=ROOT)
    harmless = these(told, "harm", wanted=False)
    assert harmless.keys() == ONLY_ROOT_CAN | not_in_this_kernel(), (
        f"these checks show nothing: {harmless}"
    )


@pytest.mark.parametrize("as_nobody", [False, True] if ROOT else [False])
def test_confined_no_attack_does_harm_and_what_is_ordinary_works(as_nobody: bool) -> None:
    told = tried("bubblewrap", as_nobody=as_nobody)
    assert these(told, "harm", wanted=True) == {}
    assert these(told, "works", wanted=False) == {}


@pytest.mark.skipif(not ROOT, reason="only root makes devices")
def test_a_device_would_be_seen(tmp_path: Path) -> None:
    host = Stage(tmp_path, None, {}, None, 0, "")  # type: ignore[arg-type]
    host.worktree.mkdir(parents=True)
    assert not host.device_made()
    os.mknod(host.worktree / "node", 0o600 | 0o020000, os.makedev(1, 3))
    assert host.device_made()
