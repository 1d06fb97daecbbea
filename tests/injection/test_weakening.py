"""A change that takes a protection away unasked is not verified, whoever had the idea."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_lab import Scripted, call, make_repository, turn

from mlops_agent.contracts.request import Request
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.running import run_request
from mlops_agent.report.weakening import weakened

CI = ".github/workflows/ci.yml"
PINNED = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683"
BASE = f"""\
on: [push]
permissions:
  contents: read
jobs:
  test:
    steps:
      - uses: {PINNED}
      - run: pip install -r requirements.txt
"""

WEAK = {
    "a trigger": (CI, "[push]", "[push, pull_request_target]"),
    "all rights": (CI, "permissions:\n  contents: read", "permissions: write-all"),
    "a right to write": (CI, "contents: read", "contents: write"),
    "no pin": (CI, PINNED, "actions/checkout@v4"),
    "an index": (CI, "-r requirements", "--extra-index-url https://x.test -r requirements"),
    "an index in a setting": ("pip.conf", "on:", "index-url = https://x.test\non:"),
    "no certificate": ("get.sh", "on:", "curl -sk https://x.test/data\non:"),
    "no verification": ("get.py", "on:", "requests.get(url, verify=False)\non:"),
    "a download that runs": ("Dockerfile", "on:", "RUN curl -s https://x.test | sh\non:"),
}
FINE = {
    "another pin": (CI, PINNED, f"actions/checkout@{'ab' * 20}"),
    "a new job with a right": (
        CI,
        "jobs:",
        "jobs:\n  card:\n    permissions: {issues: write}",
    ),
    "a new action": (CI, "- run", "- uses: actions/setup-python@v5\n      - run"),
    "another trigger": (CI, "[push]", "[push, pull_request]"),
    "a narrower right": (CI, "contents: read", "contents: none"),
    "a trigger named elsewhere": ("README.md", "on:", "pull_request_target is not used.\non:"),
    "a column of keys": ("get.sh", "on:", "curl -s https://x.test/keys -o keys\non:"),
    "an index of rows": ("load.py", "on:", "rows.index = 3\non:"),
}


@pytest.mark.parametrize("name", sorted(WEAK))
def test_a_protection_that_goes_is_named(name: str) -> None:
    path, old, new = WEAK[name]
    assert len(weakened(path, BASE, BASE.replace(old, new))) == 1
    assert weakened(path, BASE.replace(old, new), BASE) == []


@pytest.mark.parametrize("name", sorted(FINE))
def test_other_changes_are_not(name: str) -> None:
    path, old, new = FINE[name]
    assert weakened(path, BASE, BASE.replace(old, new)) == []


@pytest.mark.sandbox
def test_what_nobody_asked_for_is_not_verified(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "repo", {CI: BASE})
    probe = {"name": "p", "what": "w", "arguments": ["bash", "-c", f"grep -q request {CI}"]}
    risk = {"statement": "It is open.", "why": "It matters.", "rule": "",
            "evidence": [f"line:{CI}:1"]}  # fmt: skip
    turned = {"kind": "probe", "probe": "p", "base_run": "s3-base", "proposed_run": "s5-proposed"}
    said = {
        "boundary": "pipeline", "primary_risk": risk, "summary": "Run it for pull requests.",
        "trade_off": "It runs more often.", "claims": [{"asserts": [turned]}],
    }  # fmt: skip
    driver = Scripted(
        turn(call(1, "Declare", boundary="pipeline", risk="r", files=[CI], line_budget=9)),
        turn(call(2, "Read", path=CI)),
        turn(call(3, "Probe", probe=probe, trees=["base"])),
        turn(call(4, "Edit", path=CI, old="[push]", new="[push, pull_request_target]")),
        turn(call(5, "Probe", probe=probe, trees=["proposed"])),
        *(turn(call(f"r{n}", "Report", **said)) for n in range(3)),
    )
    asked = Request(text="Run the workflow for pull requests.")
    result = run_request(asked, repo, RunOptions(), driver=driver)
    assert not result.verified
    assert any("would let strangers start it" in one for one in result.problems)
