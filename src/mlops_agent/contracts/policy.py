"""What a command would do, in five classes from mild to grave, and their count in a run."""

from __future__ import annotations

from typing import Literal, get_args

from mlops_agent.contracts.base import Record

Effect = Literal["read_only", "repo_write", "network_read", "unknown", "live_mutation"]
EFFECTS: tuple[Effect, ...] = get_args(Effect)
"""From the mildest to the gravest."""


class Commands(Record):
    """How many command lines of each effect a run carried out, and which it refused.

    The effect says what the command line would do by its words; what it could do was the sandbox's
    to decide. `allowed` are the exact command lines that the operator allowed beforehand.
    """

    read_only: int = 0
    repo_write: int = 0
    network_read: int = 0
    unknown: int = 0
    live_mutation: int = 0
    refused: list[str] = []
    allowed: list[str] = []
