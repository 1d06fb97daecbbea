"""What a person sees on a terminal, and a program on a pipe, while a run works."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from engine_lab import ASK, WORKFLOW, command

from mlops_agent.contracts.progress import PROGRESS, Began, Ended

pytestmark = pytest.mark.sandbox
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


def on_a_terminal(
    arguments: list[str], state: Path, columns: int, answer: str = "", **variables: str
) -> tuple[int, str]:
    """Run the command line on a terminal of so many columns; its exit code and all it wrote."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS"}}
    environment = {**kept, "XDG_STATE_HOME": str(state), "TERM": "xterm-256color", **variables}
    process = subprocess.Popen(
        [sys.executable, "-m", "mlops_agent.cli.main", *arguments],
        env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    written = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        written += piece
        if answer and b"[y/N]" in written:
            os.write(ours, answer.encode())
            answer = ""
    os.close(ours)
    return process.wait(timeout=60), written.decode(errors="replace")


def left_standing(written: str) -> list[str]:
    """The lines that a terminal shows at the end: rows that were erased are gone."""
    rows = [""]
    row = 0
    for piece in re.split(r"(\x1b\[[0-9;?]*[A-Za-z]|\r\n|\r|\n)", written):
        if piece in {"\n", "\r\n"}:
            row += 1
            rows += [""] * (row + 1 - len(rows))
        elif piece == "\x1b[2K":
            rows[row] = ""
        elif piece == "\x1b[1A":
            row -= 1
        elif not piece.startswith("\x1b") and piece != "\r":
            rows[row] += piece
    return [line for line in rows if line.strip()]


@pytest.mark.parametrize("columns", [80, 40])
def test_the_view_fits_the_terminal_and_leaves_only_lines(
    repo: Path, state: Path, columns: int
) -> None:
    code, written = on_a_terminal(["run", ASK, "--repo", str(repo)], state, columns)
    assert code == 0, written
    view = written[written.index(HIDE) : written.rindex(SHOW)]
    lines = [ESCAPES.sub("", line).strip("\r") for line in re.split(r"\r\n|\r", view)]
    assert max(len(line) for line in lines) <= columns
    shown = "\n".join(lines)
    for stage in ("mapping", "proving"):
        assert f"{stage}: " in shown
    assert re.search(r"0:\d\d, turn \d", shown)
    standing = left_standing(written)
    assert not [line for line in standing if re.search(r"^[|/\\-] \w+: |\d:\d\d, turn", line)]
    assert [line for line in standing if line.startswith("  List the risks.")]
    assert [line for line in standing if line.startswith("VERIFIED")]
    # A few times a second, and once for each line that scrolls by.
    seconds = float(re.findall(r"done in ([\d.]+) s", written)[0])
    assert written.count("turn ") <= 6 * (seconds + 1) + 12


def test_no_color_is_respected_and_a_dumb_terminal_gets_lines(repo: Path, state: Path) -> None:
    arguments = ["run", "Write a model card for the churn model.", "--repo", str(repo)]
    _, plain = on_a_terminal(arguments, state, 80, NO_COLOR="1")
    assert HIDE in plain
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", plain)
    _, dumb = on_a_terminal(arguments, state, 80, TERM="dumb")
    assert "\x1b" not in dumb
    assert "  List the risks." in dumb


@pytest.mark.parametrize(("answer", "applied"), [("y\n", True), ("n\n", False)])
def test_apply_asks_once_the_view_is_gone(
    repo: Path, state: Path, answer: str, applied: bool
) -> None:
    arguments = ["run", ASK, "--repo", str(repo), "--apply"]
    code, written = on_a_terminal(arguments, state, 80, answer)
    assert code == 0
    assert written.index(SHOW) < written.index("Apply this to your working tree?")
    assert ("|| true" not in (repo / WORKFLOW).read_text()) == applied


def test_events_are_lines_as_they_happen(repo: Path, state: Path, tmp_path: Path) -> None:
    done = command("run", ASK, "--repo", str(repo), "--format", "jsonl", state=state)
    assert (done.returncode, done.stderr) == (0, "")
    events = [PROGRESS.validate_json(line) for line in done.stdout.splitlines()]
    assert isinstance(events[0], Began)
    assert isinstance(events[-1], Ended)
    assert events[-1].result.run == events[0].run
    file = tmp_path / "events.jsonl"
    arguments = ("run", "Write a poem", "--repo", str(repo), "--format", "jsonl")
    other = command(*arguments, "--output", str(file), state=state)
    assert (other.returncode, other.stdout, other.stderr) == (8, "", "")
    assert '"kind": "ended"' in file.read_text().splitlines()[-1]


def test_a_reader_that_goes_away_ends_the_run_in_order(repo: Path, state: Path) -> None:
    argv = [sys.executable, "-m", "mlops_agent.cli.main", "run", ASK, "--repo", str(repo)]
    process = subprocess.Popen(
        [*argv, "--format", "jsonl"],
        env={**os.environ, "XDG_STATE_HOME": str(state)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    first = PROGRESS.validate_json(process.stdout.readline())
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 130
    assert isinstance(first, Began)
    assert f"go on: mlops-agent resume {first.run}" in told
    assert "Traceback" not in told
    assert not (repo / ".git" / "worktrees").exists()
    assert command("resume", first.run, state=state).returncode == 0


def test_an_interrupt_on_the_way_takes_the_view_away(repo: Path, state: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mlops_agent.cli.main", "run", ASK, "--repo", str(repo)],
        env={**os.environ, "XDG_STATE_HOME": str(state), "TERM": "xterm"},
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    written = b""
    sent = False
    while True:
        try:
            written += os.read(ours, 65536)
        except OSError:
            break
        if not sent and b"List the risks" in written:
            process.send_signal(signal.SIGINT)
            sent = True
    os.close(ours)
    told = written.decode(errors="replace")
    assert process.wait(timeout=60) == 130
    assert told.rindex(SHOW) < told.index("go on: mlops-agent resume")
    assert "Traceback" not in told
