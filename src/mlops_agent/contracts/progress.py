"""What a run tells while it works, as typed events: for a terminal, a log, or a program.

`--format jsonl` prints one a line and the result last; the Python face iterates over them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from mlops_agent.contracts.base import Document
from mlops_agent.contracts.report import RunResult


class _Progress(Document):
    schema_: Literal["mlops-agent/progress/1"] = Field(
        default="mlops-agent/progress/1", alias="schema"
    )


class Began(_Progress):
    """The run has its folder and its driver.

    `model` is empty for drivers without one; `max_usd` is None where dollars are not limited.
    """

    kind: Literal["began"] = "began"
    run: str
    folder: str
    driver: str
    why: str
    model: str = ""
    max_usd: float | None = None


class Decided(_Progress):
    """The driver decided on a turn; its calls have not acted yet.

    `usd` and the tokens are of the whole run so far, None where they are unknown.
    """

    kind: Literal["decided"] = "decided"
    turn: int
    text: str
    tools: list[str]
    input_tokens: int | None = None
    output_tokens: int | None = None
    usd: float | None = None


class Acting(_Progress):
    """A call is about to act; `text` is the beginning of its input."""

    kind: Literal["acting"] = "acting"
    call: str
    tool: str
    text: str


class Acted(_Progress):
    """A call came to its end; `text` is the beginning of what it told."""

    kind: Literal["acted"] = "acted"
    call: str
    tool: str
    ok: bool
    text: str
    seconds: float


class Noted(_Progress):
    """Something to say beside: by a tool that takes long, or by the driver at the end."""

    kind: Literal["noted"] = "noted"
    text: str


class Ended(_Progress):
    """The run is over and its folder is complete."""

    kind: Literal["ended"] = "ended"
    result: RunResult


AnyProgress = Annotated[
    Began | Decided | Acting | Acted | Noted | Ended, Field(discriminator="kind")
]
PROGRESS: TypeAdapter[AnyProgress] = TypeAdapter(AnyProgress)
