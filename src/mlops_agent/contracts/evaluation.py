"""What `eval list` and `eval replay` say of transcripts."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from mlops_agent.contracts.base import Document, Record
from mlops_agent.contracts.report import Outcome


class Expected(Record):
    """What a replay has to come to; `turns` and `calls` are counted over the whole run."""

    outcome: Outcome
    verified: bool
    exit_code: int
    turns: int = Field(ge=0)
    calls: int = Field(ge=0)


class About(Record):
    """Where a transcript comes from.

    `provenance` says who or what decided; `renewed` is the day on which its requests were last
    brought to the texts of a version, with the replies kept. `repository` is a folder of plain
    files, relative to the transcript's.
    """

    provenance: str
    recorded: date
    renewed: date | None = None
    versions: dict[str, str]
    repository: str
    request: str
    expected: Expected


class ListedTranscript(About):
    """A transcript and its name."""

    name: str


class TranscriptList(Document):
    """The transcripts of a folder, by name."""

    schema_: Literal["mlops-agent/transcripts/1"] = Field(
        default="mlops-agent/transcripts/1", alias="schema"
    )
    transcripts: list[ListedTranscript]


class PlayedTranscript(Record):
    """What came of one replay.

    `divergence` is empty where all was as recorded; `outcome` is then the run's, else `diverged`.
    `blanked` counts what was left out of the comparison, by kind. `seconds` are wall-clock.
    """

    name: str
    turns: int
    calls: int
    outcome: Outcome | Literal["diverged"]
    seconds: float
    blanked: dict[str, int]
    divergence: str


class ReplayTable(Document):
    """What came of all replays, in the order in which they were asked for."""

    schema_: Literal["mlops-agent/replays/1"] = Field(
        default="mlops-agent/replays/1", alias="schema"
    )
    transcripts: list[PlayedTranscript]
