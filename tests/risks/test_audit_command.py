"""`audit` and `explain` as a person or a CI job runs them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from forked_commands import run_forked
from small_repository import SmallRepo

from mlops_agent.contracts.finding import Audit
from mlops_agent.report.formats.audit_text import audit_text, visible
from mlops_agent.risks.catalogue import ENTRIES, RULES

Make = Callable[[dict[str, str]], SmallRepo]
SCHEMA = Path(__file__).parent.parent / "fixtures/formats/sarif-2.1.0-strict-subset.schema.json"
FILES = {
    "my code/register.py": """\
import mlflow


def main(path):
    with open(path) as infile:
        deploy_flag = int(infile.read())
    deploy_flag = 1
    if deploy_flag == 1:
        mlflow.register_model("runs:/abc/model", "churn")


main("deploy_flag")
""",
    "promote.py": """\
from mlflow import MlflowClient

# mlops-agent: ignore[REG001] reason=approved by hand
MlflowClient().set_registered_model_alias("churn", "champion", "3")
""",
}


def command(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run_forked(*words, folder=cwd)


@pytest.fixture
def repo(small_repo: Make) -> SmallRepo:
    return small_repo(FILES)


def test_text_tells_what_why_fix_and_how_to_ask(repo: SmallRepo) -> None:
    ran = command("audit", cwd=repo.root)
    assert ran.returncode == 1
    for part in (
        "ERROR REG004",
        "my code/register.py:7",
        "what ",
        "why ",
        "fix ",
        "mlops-agent run",
    ):
        assert part in ran.stdout
    assert "1 error, 0 warnings, 0 notes, 1 suppressed\n" in ran.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--fail-on", "never"), 0),
        (("--ignore", "REG004"), 0),
        (("--select", "PIP,REG001"), 0),
        (("--select", "REG004"), 1),
        (("--select", "NOPE"), 2),
        (("--baseline", "missing.json"), 2),
        (("--update-baseline",), 2),
        (("--format", "nope"), 2),
    ],
)
def test_exit_codes(repo: SmallRepo, words: tuple[str, ...], code: int) -> None:
    ran = command("audit", *words, cwd=repo.root)
    assert ran.returncode == code, ran.stderr
    assert "Traceback" not in ran.stderr


def test_json_is_the_record(repo: SmallRepo) -> None:
    audit = Audit.from_json(command("audit", "--format", "json", cwd=repo.root).stdout)
    assert [(f.rule, f.suppressed) for f in audit.findings] == [("REG004", False), ("REG001", True)]


def test_sarif(repo: SmallRepo) -> None:
    log: dict[str, Any] = json.loads(command("audit", "--format", "sarif", cwd=repo.root).stdout)
    jsonschema.validate(log, json.loads(SCHEMA.read_text(encoding="utf-8")))
    first, second = log["runs"][0]["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20code/register.py"
    assert place["region"] == {"startLine": 7, "startColumn": 5, "endColumn": 20}
    flow = first["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [s["location"]["physicalLocation"]["region"]["startLine"] for s in flow] == [6, 7, 9]
    assert second["suppressions"] == [{"kind": "inSource", "justification": "approved by hand"}]
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert [rules[r["ruleIndex"]]["id"] for r in (first, second)] == ["REG004", "REG001"]
    assert "## Known false positives" in rules[first["ruleIndex"]]["help"]["markdown"]


def test_github_annotations(repo: SmallRepo) -> None:
    out = command("audit", "--format", "github", cwd=repo.root).stdout
    assert out.startswith(
        "::error file=my code/register.py,line=7,title=REG004 gate-default-pass::"
    )
    assert "%0A" in out
    assert out.count("\n") == 1


def test_baseline_round(repo: SmallRepo, tmp_path: Path) -> None:
    file = str(tmp_path / "accepted.json")
    assert command("audit", "--baseline", file, "--update-baseline", cwd=repo.root).returncode == 0
    assert command("audit", "--baseline", file, cwd=repo.root).returncode == 0


def test_output_file_and_quiet(repo: SmallRepo, tmp_path: Path) -> None:
    out = tmp_path / "audit.json"
    ran = command("audit", "--format", "json", "--output", str(out), cwd=repo.root)
    assert ran.stdout == ""
    assert Audit.from_json(out.read_bytes()).summary.error == 1
    quiet = command("audit", "-q", cwd=repo.root)
    assert quiet.stdout == "1 error, 0 warnings, 0 notes, 1 suppressed\n"


def test_settings_mistake_is_one_line(repo: SmallRepo) -> None:
    repo.write("mlops-agent.yaml", "selct: [REG]\n")
    ran = command("audit", cwd=repo.root)
    assert ran.returncode == 2
    assert "did you mean select?" in ran.stderr


def test_control_characters_do_not_reach_the_terminal(repo: SmallRepo) -> None:
    finding = repo.only("REG004")
    evil = finding.model_copy(update={"path": "a\x1b[2Jb.py", "message": "x\x1b]0;y\x07"})
    audit = repo.audit().model_copy(update={"findings": [evil]})
    assert "\x1b" not in audit_text(audit)
    assert visible("a\rb") == "a\N{REPLACEMENT CHARACTER}b"


def test_explain(repo: SmallRepo) -> None:
    page = command("explain", "reg004", cwd=repo.root)
    assert page.returncode == 0
    assert "## Better" in page.stdout
    listed = command("explain", cwd=repo.root).stdout
    assert re.findall(r"^([A-Z]{3}\d{3}) ", listed, re.MULTILINE) == list(ENTRIES)
    assert {rule.fix for rule in RULES.values()} <= set(re.findall(r"(\w+): ", listed))
    wrong = command("explain", "REG0004", cwd=repo.root)
    assert (wrong.returncode, "did you mean" in wrong.stderr) == (2, True)


def test_settings_of_the_root_hold_in_a_subfolder(repo: SmallRepo) -> None:
    repo.write("mlops-agent.yaml", "ignore: [REG004]\n")
    assert command("audit", cwd=repo.root / "my code").returncode == 0


def test_no_repository(tmp_path: Path) -> None:
    ran = command("audit", str(tmp_path), cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")


def test_many_findings_say_once_why_a_rule_matters_and_end_with_counts(repo: SmallRepo) -> None:
    repo.write("second/register.py", FILES["my code/register.py"])
    said = command("audit", cwd=repo.root).stdout
    assert said.count("ERROR REG004") == 2
    assert said.count("  why ") == 1


def test_no_findings_are_no_promise(repo: SmallRepo) -> None:
    said = command("audit", "--ignore", "REG004,SUP001", cwd=repo.root).stdout
    assert said.startswith("No findings. That does not mean safe")
