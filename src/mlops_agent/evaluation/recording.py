"""A finished run made into a transcript, and a transcript brought to today's texts.

Nothing is taken out of a journal. A transcript that does not replay is not written.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from mlops_agent._version import __version__
from mlops_agent.contracts.evaluation import About, PlayedTranscript
from mlops_agent.contracts.journal import AnyEvent, RunStarted
from mlops_agent.contracts.report import RunResult
from mlops_agent.drivers.differences import DivergenceError
from mlops_agent.drivers.recorded_requests import prompt_of
from mlops_agent.drivers.renewing import RenewingDriver
from mlops_agent.errors import BadInputError
from mlops_agent.evaluation.comparing import DEEDS, difference
from mlops_agent.evaluation.places import left_over, neutral
from mlops_agent.evaluation.replaying import Code, expected_of, play, replay
from mlops_agent.evaluation.sealing import check_requests, rewritten, sealed
from mlops_agent.evaluation.transcripts import ABOUT, load_transcript
from mlops_agent.journal.reading import JOURNAL, read_journal
from mlops_agent.texts import render

REPORT = "report.json"


def record(
    run: Path,
    folder: Path,
    repository: str,
    provenance: str,
    versions: Mapping[str, str],
    code: Code,
) -> PlayedTranscript:
    """Make a transcript of a run's folder, replay it once, and return what that came to.

    `repository` is relative to `folder`, which must not be there. Raises BadInputError for a
    journal that does not hold its requests or names places that can't be rewritten, and
    DivergenceError for one that does not replay; the folder is not there then.
    """
    if folder.exists():
        raise BadInputError(f"{folder} is there already", "remove it, or take another name")
    events = read_journal(run)
    started = _started(events)
    check_requests(events)
    journal = _portable(events, Path(os.path.normpath(folder / repository)))
    result = RunResult.from_json((run / REPORT).read_bytes())
    about = About(
        provenance=provenance,
        recorded=datetime.fromisoformat(started.at).date(),
        versions={"mlops-agent": started.version, **(versions if prompt_of(events) else {})},
        repository=repository,
        request=started.request.text,
        expected=expected_of(result, events, code),
    )
    return _write(folder, journal, about, code)


def renew(folder: Path, today: date, code: Code) -> PlayedTranscript:
    """Keep a transcript's replies and write down today's requests and results.

    For prompts and tool texts that were changed on purpose. What the run does to the repository has
    to stay the same; the rest is for a person to read in git. Raises DivergenceError otherwise, and
    the transcript is as it was.
    """
    transcript = load_transcript(folder)
    events = read_journal(transcript.journal)
    now = play(transcript, _started(events).request, RenewingDriver(events))
    if changed := difference(events, now.events, DEEDS):
        raise DivergenceError(f"the run does something else: {changed}")
    about = transcript.about.model_copy(
        update={
            "renewed": today,
            "versions": {**transcript.about.versions, "mlops-agent": __version__},
            "expected": expected_of(now.result, now.events, code),
        }
    )
    with tempfile.TemporaryDirectory(prefix="renewed-", dir=folder.parent) as name:
        renewed = Path(name) / folder.name
        repository = os.path.relpath(transcript.repository, renewed)
        told = [events[0], *now.events[1:]]
        journal = _portable(told, transcript.repository, _started(now.events).repository)
        played = _write(renewed, journal, about.model_copy(update={"repository": repository}), code)
        (renewed / JOURNAL).replace(transcript.journal)
    _write_about(folder, about)
    return played


def _started(events: Sequence[AnyEvent]) -> RunStarted:
    first = events[0]
    assert isinstance(first, RunStarted)
    return first


def _portable(events: Sequence[AnyEvent], files: Path, repository: str = "") -> bytes:
    """The journal of these events, made on `files`, with the machine's places rewritten."""
    root = repository or _started(events).repository
    journal = sealed(rewritten(events, neutral(root, Path.home(), Path(sys.prefix))))
    if left := left_over(journal.decode(), files):
        raise BadInputError(f"the journal names places of this machine: {', '.join(left[:5])}")
    return journal


def _write(folder: Path, journal: bytes, about: About, code: Code) -> PlayedTranscript:
    folder.mkdir(parents=True)
    try:
        (folder / JOURNAL).write_bytes(journal)
        _write_about(folder, about)
        played = replay(load_transcript(folder), code)
        if played.divergence:
            raise DivergenceError(f"the transcript does not replay: {played.divergence}")
    except BaseException:
        shutil.rmtree(folder)
        raise
    return played


def _write_about(folder: Path, about: About) -> None:
    text = render("transcript.toml.j2", about=about)
    (folder / ABOUT).write_text(text, encoding="utf-8")
