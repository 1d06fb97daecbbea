"""The skill and the agent against the rules of the formats that clients read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SPECIFIED = {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}
SIBLINGS = (
    "ai-engineer",
    "data-engineer",
    "sre-engineer",
    "systems-engineer",
    "security-engineer",
    "qa-engineer",
    "system-design-interview",
)


def front_matter(file: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(file.read_text().split("---")[1])
    return data


def test_the_skill_keeps_to_the_specification() -> None:
    skill = front_matter(ROOT / "SKILL.md")
    assert skill["name"] == "mlops-engineer"
    assert set(skill) <= SPECIFIED
    assert 1 <= len(skill["description"]) <= 1024
    assert not re.search(r"[<>]", skill["description"])
    assert len(skill["compatibility"]) <= 500
    assert len((ROOT / "SKILL.md").read_text().splitlines()) < 500


def test_the_description_excludes_each_sibling() -> None:
    description = front_matter(ROOT / "SKILL.md")["description"]
    assert [name for name in SIBLINGS if name not in description] == []


def test_the_skill_says_its_version() -> None:
    from mlops_agent import __version__

    assert front_matter(ROOT / "SKILL.md")["metadata"]["version"] == __version__


def test_the_agent_asks_for_its_six_tools() -> None:
    agent = front_matter(ROOT / "agents/mlops-engineer.md")
    assert agent["name"] == "mlops-engineer"
    assert agent["tools"].split(", ") == ["Bash", "Glob", "Grep", "Read", "Edit", "Write"]
    assert (agent["model"], agent["permissionMode"]) == ("opus", "default")


def test_the_commands_that_the_skill_names_exist() -> None:
    from mlops_agent.cli.commands import COMMANDS

    text = (ROOT / "SKILL.md").read_text() + (ROOT / "agents/mlops-engineer.md").read_text()
    named = set(re.findall(r"mlops-agent ([a-z]+)", text))
    assert named - set(COMMANDS) - {"command"} == set()
