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


def moments_of(events: Sequence[AnyEvent]) -> list[int]:
    """After how many lines to kill: each pair of neighbouring kinds of line once.

    A line of a call that is never made twice is a kind of its own. Of lines alike the last one
    counts: before it stands the most that has to be rebuilt.
    """
    names = {one.result.call: one.result.tool for one in events if isinstance(one, CallFinished)}
    kinds = [_kind(one, names) for one in events]
    last = {pair: number for number, pair in enumerate(itertools.pairwise(kinds), 1)}
    return sorted(last.values())


def _kind(event: AnyEvent, names: dict[str, str]) -> tuple[str, str]:
    tool = ""
    if isinstance(event, CallStarted):
        tool = names[event.call]
    elif isinstance(event, CallFinished):
        tool = event.result.tool
    return event.kind, tool if tool in NEVER_TWICE else ""
