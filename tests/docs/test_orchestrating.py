"""The page for calling programs: its request, both its examples and its configuration are run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from test_commands import ROOT, blocks, example, surroundings

from mlops_agent.contracts.progress import PROGRESS, AnyProgress, Ended
from mlops_agent.contracts.report import Outcome
from mlops_agent.settings.operator import load_operator

__all__ = ["example"]
PAGE = ROOT / "docs" / "orchestrating.md"


def run(argv: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    (request,) = blocks(PAGE, "json")
    (folder / "request.json").write_text(request)
    return subprocess.run(
        argv, cwd=folder, env=surroundings(folder), capture_output=True, text=True, check=False
    )


@pytest.mark.sandbox
def test_the_shell_example_ends_with_the_outcome(example: Path) -> None:
    (script,) = blocks(PAGE, "bash")
    done = run(["bash", "-c", script], example)
    assert (done.returncode, done.stdout, done.stderr) == (0, "report\n", "")
    lines = (example / "events.jsonl").read_text().splitlines()
    events = [PROGRESS.validate_json(line) for line in lines]
    assert events[0].kind == "began"
    assert [event.kind for event in events].count("ended") == 1
    last = events[-1]
    assert isinstance(last, Ended)
    assert last.result.verified
    assert last.result.request.line_budget == 5


@pytest.mark.sandbox
def test_the_python_example_prints_calls_and_outcome(example: Path) -> None:
    (block,) = blocks(PAGE, "python")
    done = run([sys.executable, "-c", block], example)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Lifecycle")
    assert lines[-1] == "report True T-17"


def test_all_outcomes_and_events_stand_on_the_page() -> None:
    text = PAGE.read_text()
    cells = set(re.findall(r"`([a-z-]+)`", text))
    assert set(get_args(Outcome)) <= cells
    union = get_args(AnyProgress)[0]
    assert {one.model_fields["kind"].default for one in get_args(union)} <= cells


def test_the_request_of_the_page_is_one() -> None:
    (request,) = blocks(PAGE, "json")
    schema = json.loads((ROOT / "docs/schemas/request.json").read_text())
    assert set(json.loads(request)) <= set(schema["properties"])


def test_the_documented_configuration_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (text,) = blocks(ROOT / "docs" / "settings.md", "toml")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "mlops-agent").mkdir()
    (tmp_path / "mlops-agent" / "config.toml").write_text(text)
    operator = load_operator()
    assert (operator.driver, operator.model, operator.max_usd) == ("anthropic", "sonnet", 2.0)
    assert operator.cards()["my-local-model"].most_reply == 8_000
