"""`mlops-agent clarify` as people, scripts and a person at a terminal use it."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from mlops_agent import clarify
from mlops_agent.cli.commands import run_command_line
from mlops_agent.contracts.gates import Clarification
from mlops_agent.errors import BadInputError, MlopsAgentError
from mlops_agent.exit_codes import ExitCode

OURS = "Plan the production life of our churn model. p95 must stay under 100 ms."
THEIRS = "Rotate the IAM keys of the storage bucket."
TRACE = 'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\nKeyError: 0'
KEY = "AKIA" + "IOSFODNN7EXAMPLF"


@dataclass(frozen=True)
class Done:
    """How a command line ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Cli = Callable[..., Done]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs the command line in this process; standard input is no terminal here."""

    def call(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["mlops-agent", "clarify", *arguments])
        code = run_command_line()
        return Done(code, *capsys.readouterr())

    return call


def put(folder: Path, text: str) -> str:
    file = folder / "answers.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_open_questions_end_with_four_and_are_typed(cli: Cli) -> None:
    done = cli(OURS, "--format", "json")
    made = Clarification.from_json(done.stdout)
    assert (done.returncode, done.stderr) == (ExitCode.QUESTIONS, "")
    assert len(made.questions) == 8
    assert made == clarify(OURS)
    [latency] = made.answered
    assert latency.evidence.text == "p95 must stay under 100 ms"


def test_text_names_ids_and_what_applies_else(cli: Cli) -> None:
    done = cli(OURS)
    assert done.returncode == ExitCode.QUESTIONS
    assert "8 questions" in done.stdout
    assert re.search(r"^ +id +serving$", done.stdout, re.MULTILINE)
    assert done.stdout.count("     else ") == 8
    assert max(map(len, done.stdout.splitlines())) <= 110


def test_one_shot_asks_nothing(cli: Cli) -> None:
    done = cli(OURS, "--mode", "one-shot")
    assert done.returncode == ExitCode.DONE
    assert "question" not in done.stdout
    assert "assumed, until somebody says otherwise" in done.stdout


def test_answers_close_questions_and_none_is_left(cli: Cli, tmp_path: Path) -> None:
    every = "".join(f"{one.id}: skip\n" for one in clarify(OURS).questions)
    done = cli(OURS, "--answers", put(tmp_path, every), "--format", "json")
    assert done.returncode == ExitCode.DONE
    assert Clarification.from_json(done.stdout).questions == []


@pytest.mark.parametrize(
    ("text", "answers", "says"),
    [
        (OURS, "latency: 1 s\n", 'latency says "1 s", but the request says'),
        (OURS, "training: weekly\ntraining-evaluation: daily\n", "two answers differ on"),
        (OURS, "servng: x\n", 'the closest known is "serving"'),
        ("  ", "", "empty"),
        ("a\0b", "", ""),
        ("x" * 210_000, "", "KB"),
    ],
)
def test_bad_input_is_one_line_and_two(
    cli: Cli, tmp_path: Path, text: str, answers: str, says: str
) -> None:
    if "\0" in text or len(text) > 100_000:
        (tmp_path / "request").write_text(text, encoding="utf-8")
        text = f"@{tmp_path / 'request'}"
    done = cli(text, "--answers", put(tmp_path, answers))
    assert (done.returncode, done.stdout) == (ExitCode.BAD_INPUT, "")
    assert says in done.stderr.splitlines()[0]
    assert len(done.stderr.splitlines()) <= 2
    assert (tmp_path / "answers.yaml").read_text(encoding="utf-8") == answers


@pytest.mark.parametrize("text", ["https://example.org/tickets/4711", TRACE])
def test_a_link_or_a_trace_alone_is_asked_what_it_is_about(cli: Cli, text: str) -> None:
    done = cli(text, "--format", "json")
    made = Clarification.from_json(done.stdout)
    assert done.returncode == ExitCode.QUESTIONS
    assert made.questions
    assert made.assumptions == []


def test_what_the_routing_asked_is_answered_by_its_id(cli: Cli, tmp_path: Path) -> None:
    link = "https://example.org/tickets/4711"
    [one] = clarify(link).questions
    told = put(tmp_path, f"{one.id}: Plan the production life of our churn model.\n")
    made = Clarification.from_json(cli(link, "--answers", told, "--format", "json").stdout)
    assert len(made.questions) == 8
    unknown = cli(link, "--answers", put(tmp_path, "servng: x\n"))
    assert unknown.returncode == ExitCode.BAD_INPUT


def test_what_is_not_ours_is_said_to_be_somebody_elses(cli: Cli) -> None:
    done = cli(THEIRS)
    assert done.returncode == ExitCode.HANDED_OFF
    assert "security-engineer" in done.stdout
    with pytest.raises(MlopsAgentError, match="security-engineer") as caught:
        clarify(THEIRS)
    assert caught.value.exit_code == ExitCode.HANDED_OFF


def test_from_python_bad_answers_are_errors_of_the_family() -> None:
    with pytest.raises(BadInputError, match="closest known"):
        clarify(OURS, answers={"servng": "x"})


def test_no_secret_and_no_control_character_is_shown(cli: Cli) -> None:
    text = f"Plan our churn model's life. It is served online with the key {KEY}\x1b[2J by FastAPI."
    for form in ("text", "json", "markdown"):
        done = cli(text, "--format", form)
        assert done.returncode == ExitCode.QUESTIONS
        assert KEY not in done.stdout
        assert "\x1b" not in done.stdout


def test_markdown_and_a_file(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "questions.md"
    done = cli(OURS, "--format", "markdown", "--output", str(file))
    assert done.stdout == ""
    assert done.stderr == f"wrote {file}\n"
    assert file.read_text(encoding="utf-8").startswith("# What is known, asked and assumed")


def test_json_fits_the_published_schema(cli: Cli) -> None:
    import jsonschema

    page = Path(__file__).resolve().parents[2] / "docs/schemas/clarify.json"
    schema = json.loads(page.read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(cli(OURS, "--format", "json").stdout), schema)


def on_a_terminal(lines: Sequence[str], state: Path, *arguments: str) -> tuple[int, str]:
    """Type each line where the command prompts for one; its exit code and all that it wrote."""
    command = [sys.executable, "-m", "mlops_agent.cli.main", "clarify", *arguments]
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, command, {**os.environ, "XDG_STATE_HOME": str(state)})
    written, waiting = b"", list(lines)
    while select.select([terminal], [], [], 30)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        written += piece
        if written.endswith(b"> ") and waiting:
            os.write(terminal, waiting.pop(0).encode("latin-1"))
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), written.decode(errors="replace")


def test_a_person_at_a_terminal_is_asked_one_by_one_and_can_come_back(
    cli: Cli, tmp_path: Path
) -> None:
    lines = ["?\n", "calls go to the top 500\n", "back\n", "\n", "skip\n", "\x03"]
    code, shown = on_a_terminal(lines, tmp_path, OURS)
    assert code == ExitCode.INTERRUPTED, shown
    assert "It sets the primary metric" in shown
    assert "answered: calls go to the top 500" in shown
    assert "3 of 8" in shown
    [kept] = (tmp_path / "mlops-agent" / "clarify").iterdir()
    assert f"kept in {kept}" in shown
    answers = "purpose: calls go to the top 500\ndata: skip\n"
    assert kept.read_text(encoding="utf-8").endswith(answers)

    code, shown = on_a_terminal(
        ["y\n", "weekly f\u00fcr alle\n", *["skip\n"] * 5, "\n"], tmp_path, OURS
    )
    assert code == ExitCode.DONE, shown
    assert "2 answers to this request are kept" in shown
    assert "1 of 8" not in shown
    # A byte that is no UTF-8 is replaced, not kept as half a character.
    assert "weekly f\ufffdr alle" in kept.read_text(encoding="utf-8")
    assert "Assumed unless you correct it" in shown
    assert cli(OURS, "--answers", str(kept)).returncode == ExitCode.DONE
