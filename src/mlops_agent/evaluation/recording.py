"""A finished run made into a transcript.

Nothing is taken out of its journal. A transcript that does not replay is not written.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from mlops_agent.contracts.evaluation import About, PlayedTranscript
from mlops_agent.contracts.journal import RunStarted
from mlops_agent.contracts.report import RunResult
from mlops_agent.drivers.differences import DivergenceError
from mlops_agent.errors import BadInputError
from mlops_agent.evaluation.places import left_over, neutral
from mlops_agent.evaluation.replaying import Code, expected_of, replay
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
    started = events[0]
    assert isinstance(started, RunStarted)
    check_requests(events)
    change = neutral(started.repository, Path.home(), Path(sys.prefix))
    journal = sealed(rewritten(events, change))
    if left := left_over(journal.decode()):
        raise BadInputError(f"the journal names places of this machine: {', '.join(left[:5])}")
    result = RunResult.from_json((run / REPORT).read_bytes())
    about = About(
        provenance=provenance,
        recorded=datetime.fromisoformat(started.at).date(),
        versions={"mlops-agent": started.version, **versions},
        repository=repository,
        request=started.request.text,
        expected=expected_of(result, events, code),
    )
    return _write(folder, journal, about, code)


def _write(folder: Path, journal: bytes, about: About, code: Code) -> PlayedTranscript:
    folder.mkdir(parents=True)
    try:
        (folder / JOURNAL).write_bytes(journal)
        text = render("transcript.toml.j2", about=about)
        (folder / ABOUT).write_text(text, encoding="utf-8")
        played = replay(load_transcript(folder), code)
        if played.divergence:
            raise DivergenceError(f"the transcript does not replay: {played.divergence}")
    except BaseException:
        shutil.rmtree(folder)
        raise
    return played
