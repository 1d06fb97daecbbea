"""Settings: defaults, both homes, and one clear line for every mistake."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlops_agent.errors import BadInputError
from mlops_agent.settings import Settings, load_settings

FULL = """\
select: [REG, PIP001]
ignore: [REG001]
per-file-ignores: {"notebooks/**": [REG]}
exclude: [legacy]
severity: {REG006: error}
external: {monitoring: "team platform, datadog"}
environments: [prod-eu]
aliases: [live, champion]
stage-aliases: {Staging: candidate}
baseline: audit-baseline.json
rehearsals:
  promotion: {command: "python promote.py", backend: mlflow}
"""


def test_defaults_where_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load_settings(tmp_path) == Settings()


def test_all_keys_of_the_yaml_file(tmp_path: Path) -> None:
    (tmp_path / "mlops-agent.yaml").write_text(FULL)
    settings = load_settings(tmp_path)
    assert settings.select == ("REG", "PIP001")
    assert settings.per_file_ignores == {"notebooks/**": ("REG",)}
    assert settings.external == {"monitoring": "team platform, datadog"}
    assert settings.is_production_alias("Live")
    assert not settings.is_production_alias("prod")
    assert settings.alias_of_stage("production") == "live"
    assert settings.alias_of_stage("Staging") == "candidate"
    assert settings.alias_of_stage("Archived") is None
    assert settings.rehearsals.promotion is not None
    assert settings.rehearsals.promotion.command == "python promote.py"


def test_the_same_keys_in_pyproject(tmp_path: Path) -> None:
    text = (
        '[tool.mlops-agent]\nignore = ["REG001"]\n'
        '[tool.mlops-agent.per-file-ignores]\n"a/*" = ["PIP"]\n'
    )
    (tmp_path / "pyproject.toml").write_text(text)
    settings = load_settings(tmp_path)
    assert settings.ignore == ("REG001",)
    assert settings.per_file_ignores == {"a/*": ("PIP",)}


def test_two_homes_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.mlops-agent]\nignore = []\n")
    (tmp_path / "mlops-agent.yaml").write_text("ignore: []\n")
    with pytest.raises(BadInputError, match="both"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("selct: [REG001]", "unknown key selct", "select"),
        ("per_file_ignores: {}", "unknown key per_file_ignores", "per-file-ignores"),
        ("rehearsals: {promotoin: {command: x}}", "rehearsals.promotoin", "promotion"),
        ("rehearsals: {promotion: {comand: x}}", "rehearsals.promotion.comand", "command"),
        ("external: {monitoring: ' '}", "needs a reason", ""),
        ("external: {monitorin: x}", "external.monitorin", ""),
        ("severity: {REG001: fatal}", "severity.REG001", ""),
        ("select: REG001", "select", ""),
        ("aliases: []", "aliases", ""),
        ("- a\n- b", "expected keys and values", ""),
        ("a: [1", "line", ""),
        ("a: &x [1]\nb: *x", "aliases", ""),
        ("sandbox: none", "unknown key sandbox", ""),
        ("network: true", "unknown key network", ""),
    ],
)
def test_mistakes_are_one_line(tmp_path: Path, text: str, message: str, hint: str) -> None:
    (tmp_path / "mlops-agent.yaml").write_text(text + "\n")
    with pytest.raises(BadInputError) as caught:
        load_settings(tmp_path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert hint in caught.value.hint


def test_a_fifo_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mlops-agent.yaml")
    with pytest.raises(BadInputError, match="regular file"):
        load_settings(tmp_path)


def test_a_link_out_of_the_tree_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("selct: secret")
    root = tmp_path / "root"
    root.mkdir()
    (root / "mlops-agent.yaml").symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(BadInputError, match="regular file"):
        load_settings(root)
