"""Which paths steer agents, editors or git, and which look alike and don't."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlops_agent.workspace.guarded import guarded_tops, is_guarded, real_places


@pytest.mark.parametrize(
    "path",
    ["CLAUDE.md", "sub/claude.MD", "AGENTS.md", ".claude/settings.json", ".mcp.json", "a/.MCP.json",
     ".cursor/rules/x.mdc", ".vscode/tasks.json", "svc/.idea/workspace.xml", ".envrc",
     ".github/copilot-instructions.md", "x.code-workspace", ".gitmodules", ".devcontainer/a/b.json",
     ".claude"],
)  # fmt: skip
def test_they_are_known_at_any_depth_and_in_any_case(path: str) -> None:
    assert is_guarded(path)


@pytest.mark.parametrize(
    "path",
    [".github/workflows/train.yml", ".pre-commit-config.yaml", "docs/agents.markdown", "claude.py",
     ".gitignore", ".gitattributes", "src/vscode/x.py", "mcp.json", ".husky/pre-commit", "Makefile",
     ".github/instructions.md", "AGENTS.mdx"],
)  # fmt: skip
def test_code_and_what_only_looks_alike_stays_editable(path: str) -> None:
    assert not is_guarded(path)


def test_the_highest_guarded_place_stands_for_all_below_it() -> None:
    paths = (".claude/a/b", ".claude/c", "svc/AGENTS.md", "svc/train.py", "a/.vscode/CLAUDE.md")
    assert guarded_tops(paths) == (".claude", "a/.vscode", "svc/AGENTS.md")


def test_only_what_is_real_is_shown_read_only(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    root = tmp_path / "root"
    (root / ".claude").mkdir(parents=True)
    (root / "AGENTS.md").write_text("x")
    (root / ".vscode").symlink_to("../outside")
    (root / "svc").symlink_to("../outside")
    (tmp_path / "outside" / "CLAUDE.md").write_text("x")
    wanted = (".claude", "AGENTS.md", ".vscode", "svc/CLAUDE.md", ".envrc")
    assert real_places(root, wanted) == (root / ".claude", root / "AGENTS.md")
