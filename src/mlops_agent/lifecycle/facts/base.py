"""What every fact has in common: where it stands, and how it is stored in the cache.

A fact says what a file states, never whether that is good. Facts are plain values: a reader makes
them from one file alone, so they can be kept by the file's git blob.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Known = Literal["literal", "folded", "unknown"]


@dataclass(frozen=True, slots=True)
class Value:
    """An argument or setting as far as its file alone tells it.

    `known` is "literal" for a constant in place, "folded" for one that constant folding inside the
    file found (a module constant, an f-string of constants, a parameter's default), "unknown"
    where neither holds: a rule stays silent on those. `text` is the source text, at most 200
    characters. `holes` marks an f-string or template whose constant parts are in `value` with `{}`
    in place of the rest.
    """

    known: Known
    value: str | int | float | bool | None
    text: str
    holes: bool = False

    @property
    def string(self) -> str | None:
        """The text value when it is a fully known string, else None."""
        return self.value if isinstance(self.value, str) and not self.holes else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something a file states at a place: lines are 1-based and belong to the file as stored."""

    path: str
    line: int
    end_line: int
