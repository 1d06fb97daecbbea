"""The example in docs/settings.md is read as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from mlops_agent.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]


def test_the_documented_file_is_accepted(tmp_path: Path) -> None:
    page = (ROOT / "docs/settings.md").read_text()
    example = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert example is not None
    (tmp_path / "mlops-agent.yaml").write_text(example.group(1))
    settings = load_settings(tmp_path)
    assert settings.external == {"monitoring": "Grafana, in the platform team's repository"}
    assert settings.aliases == ("champion",)
    assert settings.rehearsals.rollback is not None


def test_every_key_is_documented() -> None:
    from mlops_agent.settings.model import Settings

    page = (ROOT / "docs/settings.md").read_text()
    keys = [name.replace("_", "-") for name in Settings.model_fields]
    assert [key for key in keys if f"{key}:" not in page] == []
