"""Ask `mlops-agent run` what owners of public repositories would ask; write docs/first-light.md.

    python evals/first_light/run.py CHECKOUTS [--only PART] [--output docs/first-light.md]

CHECKOUTS holds one folder a repository, named OWNER__NAME, at the commit that requests.jsonl gives.
The page holds the tool's own output and, of the repositories, nothing but the hunks. A verified
run is checked again with `check --rerun`, and the answer stands below its report.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """A request and what came of it."""

    repo: str
    commit: str
    licence: str
    request: str
    exit_code: int
    result: dict[str, Any]
    report: str
    patch: str
    check: str


def command(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run mlops-agent with its runs kept in `state`."""
    return subprocess.run(
        [sys.executable, "-m", "mlops_agent.cli.main", *arguments],
        env={**os.environ, "XDG_STATE_HOME": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )


def ask(state: Path, checkout: Path, asked: dict[str, str]) -> Case:
    """One run, its report, and its check again where it is verified."""
    done = command(state, "run", asked["request"], "--repo", str(checkout), "--format", "json")
    if not done.stdout.startswith("{"):
        raise SystemExit(f"{asked['repo']}: exit {done.returncode}: {done.stderr.strip()}")
    result = json.loads(done.stdout)
    folder = state / "mlops-agent/runs" / result["run"]
    patch = folder / "change.patch"
    check = command(state, "check", result["run"], "--rerun") if result["verified"] else None
    return Case(
        **asked,
        exit_code=done.returncode,
        result=result,
        report=(folder / "report.md").read_text(encoding="utf-8"),
        patch=patch.read_text(encoding="utf-8") if result["verified"] else "",
        check=check.stdout.strip() if check else "",
    )


def outcome(case: Case) -> str:
    """The outcome in a few words."""
    if case.result["verified"]:
        return f"**verified**: {case.result['change']['summary']}"
    return f"{case.result['outcome']}: {case.result['why']}"


def cell(case: Case) -> str:
    """The outcome as a table takes it."""
    return outcome(case).replace("|", "\\|")


def section(case: Case) -> str:
    """A report with its headings two levels down, so that the page keeps its own."""
    body = re.sub(r"^#", "###", case.report, flags=re.MULTILINE)
    licence = case.licence if case.licence != "none" else "no licence stated"
    head = f"## {case.repo}\n\nCommit `{case.commit[:12]}`, {licence}.\n\n> {case.request}\n\n"
    if not case.patch:
        return head + body
    return (
        f"{head}```diff\n{case.patch}```\n\n{body}"
        f"\n`mlops-agent check --rerun`:\n\n```\n{case.check}\n```\n"
    )


def page(cases: list[Case]) -> str:
    """The whole document: introduction, table, reports."""
    intro = (HERE / "introduction.md").read_text(encoding="utf-8")
    rows = [
        f"| [{c.repo}](https://github.com/{c.repo}) | {c.request} | {c.exit_code} | {cell(c)} |"
        for c in cases
    ]
    table = "| repository | asked | exit | outcome |\n|---|---|---|---|\n" + "\n".join(rows)
    return "\n\n".join([intro.strip(), table, *(section(case).strip() for case in cases)]) + "\n"


def main() -> int:
    """Run all cases in order and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--only", default="", help="part of a repository's name")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/first-light.md")
    args = parser.parse_args()
    lines = (HERE / "requests.jsonl").read_text(encoding="utf-8").splitlines()
    cases: list[Case] = []
    with tempfile.TemporaryDirectory() as state:
        for asked in map(json.loads, lines):
            checkout = args.checkouts / asked["repo"].replace("/", "__")
            if args.only in asked["repo"] and checkout.is_dir():
                cases.append(ask(Path(state), checkout, asked))
                print(f"{cases[-1].exit_code}  {asked['repo']}: {outcome(cases[-1])}")
    args.output.write_text(page(cases), encoding="utf-8")
    print(f"wrote {args.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
