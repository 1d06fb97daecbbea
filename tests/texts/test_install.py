"""`install` on real folders: it writes what is new and never loses what differs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import yaml
from forked_commands import run_forked


def install(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_forked("install", *arguments, environment={**os.environ, "HOME": str(home)})


def test_user_install_puts_skill_and_agent_where_the_client_looks(tmp_path: Path) -> None:
    done = install(tmp_path)
    assert done.returncode == 0, done.stderr
    skill = tmp_path / ".claude/skills/mlops-engineer/SKILL.md"
    agent = tmp_path / ".claude/agents/mlops-engineer.md"
    for file in (skill, agent):
        assert yaml.safe_load(file.read_text().split("---")[1])["name"] == "mlops-engineer"


def test_every_link_of_the_installed_skill_leads_to_a_file(tmp_path: Path) -> None:
    import re

    install(tmp_path, "--skills", str(tmp_path / "skills"))
    skill = tmp_path / "skills/mlops-engineer/SKILL.md"
    links = re.findall(r"\]\(([^)#]+)\)", skill.read_text())
    assert links
    assert [link for link in links if not (skill.parent / link).is_file()] == []


def test_a_second_install_writes_nothing(tmp_path: Path) -> None:
    install(tmp_path)
    assert "0 file(s) written" in install(tmp_path).stdout


def test_a_file_that_differs_is_named_and_kept_and_nothing_else_is_written(tmp_path: Path) -> None:
    mine = tmp_path / ".claude/agents/mlops-engineer.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("my own agent\n")
    done = install(tmp_path)
    assert done.returncode == 2
    assert str(mine) in done.stderr
    assert mine.read_text() == "my own agent\n"
    assert not (tmp_path / ".claude/skills").exists()


def test_replace_overwrites_and_says_so(tmp_path: Path) -> None:
    mine = tmp_path / ".claude/agents/mlops-engineer.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("my own agent\n")
    done = install(tmp_path, "--replace")
    assert done.returncode == 0
    assert f"replaced {mine}" in done.stdout
    assert "my own agent" not in mine.read_text()


def test_dry_run_writes_nothing(tmp_path: Path) -> None:
    done = install(tmp_path, "--dry-run")
    assert "write" in done.stdout
    assert not (tmp_path / ".claude").exists()


def test_a_folder_that_is_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "skills").write_text("")
    done = install(tmp_path, "--skills", str(tmp_path / "skills"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_two_targets_are_bad_usage(tmp_path: Path) -> None:
    done = install(tmp_path, "--user", "--skills", str(tmp_path))
    assert done.returncode == 2
    assert "choose one" in done.stderr
