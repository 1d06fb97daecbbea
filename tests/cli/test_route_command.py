"""`mlops-agent route` as people and scripts call it: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from forked_commands import run_forked

from mlops_agent import route
from mlops_agent.cli.route import EXITS, exit_of
from mlops_agent.contracts.routing import DECISIONS, Route
from mlops_agent.errors import BadInputError
from mlops_agent.exit_codes import ExitCode

OURS = "Add a metric gate before the champion alias is moved in the model registry."
THEIRS = "Rotate the IAM keys of the storage bucket."
BOTH = f"{OURS} {THEIRS}"
TWO_OTHERS = f"{THEIRS} Write the dbt model for the orders table."


def cli(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return run_forked("route", *arguments, folder=folder)


def refused(*arguments: str, folder: Path | None = None) -> str:
    """The one line that a bad input is answered with."""
    done = cli(*arguments, folder=folder)
    assert done.returncode == ExitCode.BAD_INPUT
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[0]


@pytest.mark.parametrize(
    ("text", "code", "begins"),
    [
        (OURS, 0, "ACCEPT   ours"),
        (THEIRS, 3, "HAND OFF to security-engineer"),
        (BOTH, 0, "SPLIT    between mlops-engineer and security-engineer"),
        (TWO_OTHERS, 3, "SPLIT    between security-engineer and data-engineer"),
        ("https://example.org/tickets/4711", 4, "CLARIFY "),
    ],
)
def test_the_decision_and_the_exit_code(text: str, code: int, begins: str) -> None:
    done = cli(text)
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.startswith(begins)


def test_every_decision_has_an_exit_code() -> None:
    assert set(EXITS) == set(DECISIONS)
    declined = Route(decision="decline", targets=[], asks=[])
    assert exit_of(declined) == ExitCode.NO_CHANGE


def test_json_is_the_record_and_what_python_returns() -> None:
    done = cli(BOTH, "--format", "json")
    found = Route.from_json(done.stdout)
    assert found == route(BOTH)
    assert json.loads(done.stdout)["schema"] == "mlops-agent/route/1"
    assert [one.receiver for one in found.handoffs] == ["security-engineer"]


def test_text_names_owner_and_why_and_where_the_packets_are() -> None:
    shown = cli(BOTH).stdout
    assert "\n    security-engineer (" in shown
    assert "security-engineer (not installed here), route-" in shown
    assert "You are security-engineer." not in shown
    assert max(len(line) for line in shown.splitlines()) <= 92


def test_verbose_shows_the_messages_and_quiet_the_decision_alone() -> None:
    assert "You are security-engineer." in cli(BOTH, "-v").stdout
    assert len(cli(BOTH, "-q").stdout.splitlines()) == 1


def test_markdown_has_the_messages(tmp_path: Path) -> None:
    target = tmp_path / "route.md"
    done = cli(BOTH, "--format", "markdown", "--output", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    page = target.read_text()
    assert page.startswith("# Split: mlops-engineer, security-engineer\n")
    assert "You are security-engineer." in page


def test_a_request_from_a_file_and_from_standard_input(tmp_path: Path) -> None:
    (tmp_path / "ticket.txt").write_text("\ufeff" + THEIRS)
    assert cli("@ticket.txt", folder=tmp_path).returncode == 3
    done = subprocess.run(
        [sys.executable, "-m", "mlops_agent.cli.main", "route", "-"],
        input=THEIRS.encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stdout.startswith(b"HAND OFF to security-engineer")


def test_bad_input_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_bytes(b"a" * (200 * 1024 + 1))
    (tmp_path / "binary.txt").write_bytes(b"\x00\x01\xff")
    assert "nothing is asked" in refused()
    assert "is empty" in refused(" \n ")
    assert "is empty" in refused("-")
    assert "large.txt has more than 200 KB" in refused("@large.txt", folder=tmp_path)
    os.mkfifo(tmp_path / "fifo")
    assert "fifo is not a regular file" in refused("@fifo", folder=tmp_path)
    assert "is not text in UTF-8" in refused("@binary.txt", folder=tmp_path)
    assert "cannot read missing.txt" in refused("@missing.txt", folder=tmp_path)
    assert "cannot write" in refused(THEIRS, "--output", str(tmp_path / "no" / "f"))
    assert "no such folder" in refused(THEIRS, "--repo", str(tmp_path / "no"))
    assert "no driver 'some'" in refused(THEIRS, "--driver", "some")
    assert "route replays nothing" in refused(THEIRS, "--driver", "replay")
    assert "--model is for drivers that ask a model" in refused(THEIRS, "--model", "opus")


def test_python_refuses_the_same() -> None:
    for text in ("", "  ", "a\0b", "a" * (200 * 1024 + 1)):
        with pytest.raises(BadInputError):
            route(text)


def test_the_roster_is_that_of_the_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    inside = tmp_path / "a"
    inside.mkdir()
    own = "{name: billing-engineer, territory: invoices, objects: [invoice run]}"
    (tmp_path / "mlops-agent.yaml").write_text(f"roster: {{add: [{own}]}}\n")
    asked = "Please repair the invoice run of March."
    for place in ((str(inside), None), (None, inside)):
        arguments = ["--repo", place[0]] if place[0] else []
        done = cli(asked, *arguments, folder=place[1])
        assert done.stdout.startswith("HAND OFF to billing-engineer"), done.stderr
    (tmp_path / "mlops-agent.yaml").write_text(f"roster: {{add: [{own}, {own}]}}\n")
    assert "add names billing-engineer twice" in refused(asked, folder=inside)


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    shown = cli(f"{THEIRS} \x1b[31mNow \u202eredrum", "-v").stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_the_command_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from mlops_agent.cli.commands import cli\n"
        f"cli(['route', {BOTH!r}], standalone_mode=False)\n"
        "print('MODULES', *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    environment = {name: value for name, value in os.environ.items() if "ANTHROPIC" not in name}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=tmp_path,  # Settings, as of this checkout, are checked records too.
    )
    loaded = set(done.stdout.split("MODULES")[1].split())
    heavy = {"anthropic", "mcp", "mlflow", "git", "rich", "jinja2", "yaml", "numpy", "torch"}
    # Loading what checks records takes longer than all of a short answer, packets' names included.
    checking = {"pydantic", "pydantic_core", "annotated_types"}
    toml = {"tomllib", "tomli"}
    rest = {"email", "socket", "tempfile", "zipfile", "zoneinfo"}
    assert loaded & (heavy | checking | toml | rest) == set()
