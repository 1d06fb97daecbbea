"""The sandbox holds against each attack, which does its harm when nothing is confined."""

from __future__ import annotations

import functools
import json
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import attacks
import pytest

import mlops_agent

pytestmark = pytest.mark.sandbox

NOBODY = "65534"
SOURCE = Path(mlops_agent.__file__).parent.parent


@functools.cache
def breaches(kind: str, *, as_nobody: bool = False) -> dict[str, bool]:
    """Try all attacks in a process of their own, as this user or as one without privileges."""
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
    return json.loads(done.stdout)


def system_python() -> str:
    """A Python of this version that every user may start; ours may lie in root's home."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for folder in ("/usr/bin", "/usr/local/bin"):
        found = shutil.which(version, path=folder)
        if found:
            return found
    pytest.skip(f"no {version} in /usr/bin or /usr/local/bin, for a user without privileges")


@pytest.mark.parametrize("attack", attacks.ATTACKS)
def test_the_attack_fails_confined_and_succeeds_unconfined(attack: str) -> None:
    assert not breaches("bubblewrap")[attack]
    assert breaches("none")[attack], "the check can't fail: it shows nothing"


def test_all_attacks_fail_for_a_user_without_privileges_too() -> None:
    harm = breaches("bubblewrap", as_nobody=os.geteuid() == 0)
    assert [name for name, done in harm.items() if done] == []
