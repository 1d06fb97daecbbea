"""What a caller asks for, and a question back."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlops_agent.contracts.base import Document, Record
from mlops_agent.contracts.boundary import Boundary


class Context(Record):
    """Where the request comes from, in the caller's own ids."""

    task_id: str = ""
    parent: str = ""


class Request(Document):
    """A request in plain words with the caller's scope; all but the text is optional.

    `base` is a commit-ish, HEAD where empty. `allowed_paths` are git-style globs relative to the
    root, all paths where empty. `line_budget` bounds added plus removed lines.
    `allow_rearchitecture` is the caller's explicit word that a scoped fix may grow.
    """

    schema_: Literal["mlops-agent/request/1"] = Field(
        default="mlops-agent/request/1", alias="schema"
    )
    text: str = Field(min_length=1)
    base: str = ""
    mode: Literal["guided", "one-shot"] = "guided"
    boundary: Boundary | None = None
    allowed_paths: list[str] = []
    line_budget: int | None = Field(default=None, ge=1)
    allow_rearchitecture: bool = False
    context: Context = Context()
    answers: dict[str, str] = {}


class Question(Record):
    """A question that only the caller can answer. `options` are answers that `--answers` takes."""

    id: str
    question: str
    why: str
    options: list[str] = []
    default: str = ""
