"""One join between two files, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mlops_agent.contracts.lifecycle import EdgeKind, Join

LinkKind = Literal["imports"] | EdgeKind


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """`source` leads to `target` (files); `path` and `line` are where that is written.

    `join` is what the two were joined by: an exact name, a folded one, a path, or a heuristic.
    """

    source: str
    target: str
    kind: LinkKind
    path: str
    line: int
    join: Join
