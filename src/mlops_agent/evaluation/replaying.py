"""One transcript played back: its repository made anew, its tools run, everything compared.

Each replay has a repository and a state folder of its own below a temporary folder, which is gone
afterwards. No model is asked and nothing of the user's is touched.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mlops_agent.contracts.evaluation import Expected, PlayedTranscript
from mlops_agent.contracts.journal import AnyEvent, CallFinished, TurnDecided
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.drivers.base import Driver
from mlops_agent.drivers.differences import DivergenceError, told
from mlops_agent.drivers.replay import ReplayDriver
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.running import run_request
from mlops_agent.evaluation.comparing import difference
from mlops_agent.evaluation.fixtures import commit_fixture
from mlops_agent.evaluation.transcripts import Transcript
from mlops_agent.journal.reading import read_journal
from mlops_agent.sandbox.confine import Sandbox

Code = Callable[[RunResult], int]
"""The exit code of a run's result, which the face knows."""


@dataclass(frozen=True, slots=True)
class Play:
    """A run made on a transcript's repository, read before its folder is gone."""

    result: RunResult
    events: list[AnyEvent]


def play(transcript: Transcript, request: Request, driver: Driver) -> Play:
    """Run a request on a transcript's repository; raises as `run_request`."""
    with tempfile.TemporaryDirectory(prefix="mlops-agent-replay-") as name:
        home = Path(name)
        repository = home / "repository"
        commit_fixture(transcript.repository, repository)
        with _state_folder(home / "state"):
            options = RunOptions(opened=_sandbox(), durable=False)
            result = run_request(request, repository, options, driver=driver)
            return Play(result, read_journal(Path(result.journal)))


def replay(transcript: Transcript, code: Code) -> PlayedTranscript:
    """Play one transcript back; raises BadInputError for one that can't be played at all."""
    events = read_journal(transcript.journal)
    driver = ReplayDriver(events)
    begun = time.monotonic()
    outcome, turns, calls = "diverged", 0, 0
    try:
        now = play(transcript, driver.started.request, driver)
        outcome, (turns, calls) = now.result.outcome, _counted(now.events)
        divergence = difference(events, now.events) or _unexpected(transcript, now, code)
    except DivergenceError as error:
        divergence = str(error)
    return PlayedTranscript(
        name=transcript.name,
        turns=turns,
        calls=calls,
        outcome=outcome,
        seconds=round(time.monotonic() - begun, 2),
        blanked={kind: count for kind, count in sorted(driver.normalised.items()) if count},
        divergence=divergence,
    )


@cache
def _sandbox() -> Sandbox:
    """One sandbox for all replays of a process."""
    return Sandbox.open()


def expected_of(result: RunResult, events: list[AnyEvent], code: Code) -> Expected:
    """What a run came to, in the terms of a transcript."""
    turns, calls = _counted(events)
    return Expected(
        outcome=result.outcome,
        verified=result.verified,
        exit_code=code(result),
        turns=turns,
        calls=calls,
    )


def _unexpected(transcript: Transcript, now: Play, code: Code) -> str:
    recorded = transcript.about.expected.model_dump()
    return told("expected", recorded, expected_of(now.result, now.events, code).model_dump())


def _counted(events: list[AnyEvent]) -> tuple[int, int]:
    turns = sum(isinstance(event, TurnDecided) for event in events)
    return turns, len({one.result.call for one in events if isinstance(one, CallFinished)})


@contextmanager
def _state_folder(folder: Path) -> Generator[None]:
    """Keep runs, locks and caches of the block below this folder."""
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["XDG_STATE_HOME"]
        else:
            os.environ["XDG_STATE_HOME"] = before
