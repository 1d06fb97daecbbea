"""What a live request is expected to come to: expected.toml of its folder, or a part of real.toml.

A request that reuses the repository of another takes from that one's expected.toml all that its own
does not say. Unknown keys are errors.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

LIVE = Path(__file__).resolve().parent
Kind = Literal["fix", "handoff", "split", "budget", "bad-claim", "resume"]


class Part(BaseModel):
    """Closed and immutable, so that a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Neighbour(Part):
    """A fault that stands beside the asked one and is not to be touched."""

    path: str
    line: int
    end_line: int = 0
    sentence: str

    @property
    def last(self) -> int:
        """Its last line."""
        return max(self.line, self.end_line)


class Limits(Part):
    """With which limits the request is to be run."""

    max_turns: int | None = None
    max_usd: float | None = None


class Expected(Part):
    """The expectation. `files` are the natural scope, `also` globs that may change beside it.

    `owner` is the folder that holds repository, reference and verify script. `verify` is an argv in
    which {folder} stands for it: exit 0 where the fault is gone, 1 where it is there. `change` says
    whether there should be one at all.
    """

    name: str
    owner: Path
    repository: str
    kind: Kind
    outcome: str
    boundary: list[str]
    files: list[str]
    also: list[str]
    verify: list[str]
    neighbour: list[Neighbour]
    reference: str = "reference.patch"
    receivers: list[str] = []
    limits: Limits = Limits()
    change: bool = True
    commit: str = ""
    licence: str = ""
    text: str = ""

    @property
    def patch(self) -> Path:
        """The reference fix."""
        return self.owner / self.reference

    @property
    def tree(self) -> Path:
        """The plain files of the repository; not there for a public one."""
        return self.owner / self.repository

    @property
    def argv(self) -> list[str]:
        """The verify command as it is run."""
        return [word.replace("{folder}", str(self.owner)) for word in self.verify]


def names() -> list[str]:
    """The requests that have a folder."""
    return sorted(file.parent.name for file in LIVE.glob("*/expected.toml"))


def real_names() -> list[str]:
    """The requests for public repositories."""
    return sorted(_toml(LIVE / "real.toml"))


def load(name: str) -> Expected:
    """The expectation of that name. Raises KeyError where there is none."""
    if (LIVE / name / "expected.toml").is_file():
        said = _toml(LIVE / name / "expected.toml")
        owner = (LIVE / name / said.get("repository", "repository")).resolve().parent
        known = _toml(owner / "expected.toml") | said
        return Expected.model_validate(
            known | {"name": name, "owner": owner, "repository": "repository"}
        )
    said = _toml(LIVE / "real.toml")[name]
    given = {"kind": "fix", "outcome": "report", "verify": []}
    return Expected.model_validate(given | said | {"name": name, "owner": LIVE})


def _toml(file: Path) -> dict[str, object]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
