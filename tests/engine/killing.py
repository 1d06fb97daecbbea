"""Runs that are killed at a chosen moment, and the moments of a run that are worth one."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from mlops_agent.contracts.journal import AnyEvent, CallFinished, CallStarted
from mlops_agent.journal.reading import JOURNAL
from mlops_agent.journal.runs import runs_folder

NEVER_TWICE = frozenset({"Bash", "Edit"})


def run_and_die(run: Callable[[], object], when: Callable[[Path], bool]) -> Path:
    """Run in a child process that kills itself as soon as its run's folder is so."""
    known = set(runs_folder().glob("*"))
    moments = (os.fsync, os.replace, os.rename)
    child = os.fork()
    if child == 0:
        # Nothing of the program is replaced: a profile hook sees the calls that make files last.
        def watch(_frame: FrameType, event: str, function: object) -> None:
            if event == "c_return" and function in moments:
                for folder in set(runs_folder().glob("*")) - known:
                    if (folder / JOURNAL).is_file() and when(folder):
                        os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(watch)
        try:
            run()
        finally:
            os._exit(9)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child came to an end before it was killed"
    [folder] = set(runs_folder().glob("*")) - known
    return folder


def log_of(folder: Path) -> bytes:
    return (folder / JOURNAL).read_bytes()


def journal_has(lines: int) -> Callable[[Path], bool]:
    return lambda folder: log_of(folder).count(b"\n") >= lines


def kinds_of(events: Sequence[AnyEvent]) -> list[int]:
    """After how many lines to kill: the last line of each kind, where most is to be rebuilt.

    A line of a call that is never made twice is a kind of its own. The run's last line is none.
    """
    return _last_of_each(_kinds(events)[:-1])


def moments_of(events: Sequence[AnyEvent]) -> list[int]:
    """As `kinds_of`, for each pair of kinds that follow each other."""
    return _last_of_each(list(itertools.pairwise(_kinds(events))))


def _last_of_each(kinds: Sequence[object]) -> list[int]:
    return sorted({kind: number for number, kind in enumerate(kinds, 1)}.values())


def _kinds(events: Sequence[AnyEvent]) -> list[tuple[str, str]]:
    tools = {one.result.call: one.result.tool for one in events if isinstance(one, CallFinished)}
    return [_kind(one, tools) for one in events]


def _kind(event: AnyEvent, tools: dict[str, str]) -> tuple[str, str]:
    tool = ""
    if isinstance(event, CallStarted):
        tool = tools[event.call]
    elif isinstance(event, CallFinished):
        tool = event.result.tool
    return event.kind, tool if tool in NEVER_TWICE else ""
