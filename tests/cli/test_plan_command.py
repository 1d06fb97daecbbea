"""`mlops-agent plan` as a command: its forms, its exit codes, and what it refuses in one line."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import mlops_agent
from mlops_agent.cli.commands import cli
from mlops_agent.cli.plan_view import TITLES, check_view, view
from mlops_agent.contracts.bundle import Plan, PlanCheck
from mlops_agent.errors import MlopsAgentError, NotOursError
from mlops_agent.workflow.checking import check_plan

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "churn"
REQUEST = (
    "Make our churn model production ready: 2 million predictions a day, holdout of 12k rows, "
    "p95 80 ms, labels after 45 days. Owned by the ml-growth team."
)


def ran(*argv: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, ["plan", *argv], input=stdin, standalone_mode=False)


@pytest.fixture(scope="module")
def churn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan") / "churn"
    shutil.copytree(EXAMPLE, folder)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "first"]):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *words], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def made(churn: Path) -> Plan:
    return mlops_agent.plan(REQUEST, churn, mode="one-shot")


def test_the_command_prints_what_python_returns(made: Plan, churn: Path) -> None:
    done = ran(REQUEST, "--repo", str(churn), "--mode", "one-shot", "--format", "json")
    assert done.return_value == 0
    assert Plan.model_validate_json(done.stdout) == made


def test_markdown_is_a_document_that_holds_the_bar(made: Plan, tmp_path: Path) -> None:
    text = view(made, "markdown", quiet=False, verbose=False)
    for number, title in enumerate(TITLES.values(), start=1):
        assert f"## {number} {title}\n" in text
    for part in made.gates:
        for one in part.controls:
            assert f"- *{one.name}*: " in text
    # Every row of a table has the columns of its head.
    for block in text.split("\n\n"):
        rows = [line.replace("\\|", "") for line in block.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1, block
    file = tmp_path / "plan.md"
    file.write_text(text)
    assert check_plan(file).complete
    words = [word for word in text.split() if any(map(str.isalnum, word))]
    assert len(words) / 450 < 6.5


def test_text_shows_each_threshold_with_its_reason_and_quiet_only_the_end(made: Plan) -> None:
    text = view(made, "text", quiet=False, verbose=False)
    assert text.count("because    ") == sum(len(part.controls) for part in made.gates)
    assert all(len(line) <= 100 for line in text.splitlines())
    quiet = view(made, "text", quiet=True, verbose=False)
    assert "Quality bar" in quiet
    assert "because" not in quiet
    told = view(made, "text", quiet=False, verbose=True)
    assert "min_auc: 0.78" in told


def test_a_secret_of_the_request_is_blanked_in_every_form() -> None:
    secret = "ghp_" + "a1B2" * 9
    for form in ("text", "json", "markdown"):
        done = ran(f"Plan our churn model's rollout, token {secret}", "--format", form)
        assert done.stdout
        assert secret not in done.stdout


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    text = "Plan our \x1b[31mchurn model's life by recall; 5\x07 predictions a day."
    done = ran(text, "--mode", "one-shot")
    assert done.return_value == 0
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout


def test_a_path_of_the_repository_starts_nothing_in_a_command_that_is_copied(made: Plan) -> None:
    request = "Fix REG001 at $(touch x)'; touch z:3"
    first = made.requests[0].model_copy(update={"request": request})
    hostile = made.model_copy(update={"requests": [first], "residual_risks": []})
    text = view(hostile, "markdown", quiet=False, verbose=False)
    (line,) = [line for line in text.splitlines() if "mlops-agent run" in line]
    assert shlex.split(line.split("`")[1]) == ["mlops-agent", "run", request]


def test_a_bar_and_a_backtick_of_a_request_stay_in_the_cell_of_its_risk(made: Plan) -> None:
    request = "Fix REG001 at a|b`touch x`.py:3"
    first = made.requests[0].model_copy(update={"request": request})
    risk = made.residual_risks[0].model_copy(update={"follow_up": request})
    hostile = made.model_copy(update={"requests": [first], "residual_risks": [risk]})
    text = view(hostile, "markdown", quiet=False, verbose=False)
    (line,) = [line for line in text.splitlines() if "mlops-agent run" in line]
    head = next(line for line in text.splitlines() if line.startswith("| risk |"))
    assert line.replace("\\|", "").count("|") == head.count("|")
    # Two backticks hold a span that has single ones.
    command = line.split("``")[1].replace("\\|", "|")
    assert shlex.split(command) == ["mlops-agent", "run", request]


def test_guided_without_a_terminal_is_a_draft_that_lists_its_questions(tmp_path: Path) -> None:
    text = "Plan the production life of our churn model, judged by recall.\n"
    done = ran("-", stdin=text)
    assert done.return_value == 5
    assert "  open       " in done.stdout
    assert "questions are open" in done.stdout
    file = tmp_path / "draft.md"
    for form in ("markdown", "json"):
        assert ran(text, "--format", form, "--output", str(file)).return_value == 5
        checked = check_plan(file)
        assert not checked.complete
        assert any("skip" in line for one in checked.quality_bar for line in one.missing)


def test_answers_come_from_a_file_and_unknown_keys_are_one_line(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("serving-release.latency: p95 120 ms\n")
    text = "Plan the production life of our churn model."
    done = ran(text, "--answers", str(file))
    assert "above 120 ms" in done.stdout
    file.write_text("latenzy: 120 ms\n")
    done = ran(text, "--answers", str(file))
    assert isinstance(done.exception, MlopsAgentError)
    assert done.exception.exit_code == 2
    assert "latenzy" in str(done.exception)
    assert "\n" not in str(done.exception)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Rotate the pager schedule and set our error budget for the checkout API.", 3),
        ("https://example.org/tickets/4711", 4),
        ("Fake the accuracy numbers for the auditors.", 8),
    ],
)
def test_work_that_is_not_ours_is_not_planned(text: str, code: int) -> None:
    assert ran(text).return_value == code
    with pytest.raises(NotOursError):
        mlops_agent.plan(text)


def test_a_check_exits_with_0_or_5_and_names_the_items(made: Plan, tmp_path: Path) -> None:
    file, out = tmp_path / "bundle.json", tmp_path / "check.txt"
    file.write_text(made.to_json())
    assert ran("--check", str(file)).return_value == 0
    file = tmp_path / "bundle.md"
    file.write_text("# Plan\n\nWe will monitor drift appropriately.\n")
    done = ran("--check", str(file), "--format", "json")
    assert done.return_value == 5
    assert not PlanCheck.model_validate_json(done.stdout).complete
    assert ran("--check", str(file), "--output", str(out)).return_value == 5
    assert "10 of ten items are missing" in " ".join(out.read_text().split())
    found = check_plan(file)
    shown = check_view(found, "markdown", quiet=False)
    assert shown.count("**no**") == 10
    assert json.loads(check_view(found, "json", quiet=False))["complete"] is False


@pytest.mark.parametrize(
    "argv",
    [[], ["--check", "none.md"], ["Plan it", "--check", "none.md"], ["  "], ["@none.txt"]],
)
def test_bad_input_is_one_line_with_2(argv: list[str]) -> None:
    done = ran(*argv)
    assert isinstance(done.exception, MlopsAgentError)
    assert done.exception.exit_code == 2
    assert "\n" not in str(done.exception)
