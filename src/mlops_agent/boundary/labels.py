"""Labels and headings, and what they say of the text under them.

Owns the roles of text by its label: asked for, told, left out. It reads one line at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mlops_agent.boundary.words import words

Role = Literal["free", "asked", "title", "expected", "context", "excluded"]
"""What a label says of the text under it; "free" where none does."""

_BULLET = r"[ \t]*(?:[-*+\u2022\u00b7][ \t]+|\d{1,2}[.)][ \t]+)?"
_NAME = r"([^\W\d_][\w /&'\u2019.-]{0,44}?)"
_LABEL = re.compile(
    rf"{_BULLET}(?:#{{1,6}}[ \t]*)?[*_]{{0,2}}{_NAME}(?:,[ \t]*\w+)?[ \t]*(?:\([^)\n]{{0,40}}\))?[ \t]*"
    r"(?:[:\uff1a][*_]{0,2}|[.]?[*_]{2})(?=[ \t\n]|$)[ \t]*"
)
_BARE = re.compile(
    rf"[ \t]*(?:#{{1,6}}[ \t]*|\d{{1,2}}[.)][ \t]+|h[1-6]\.[ \t]+)?[*_=]{{0,3}}{_NAME}[*_=]{{0,3}}[ \t]*$"
)
_HEADING = re.compile(r"[ \t]*(?:#{1,6}|h[1-6]\.)[ \t]+(?=\S)")
_NUMBERED = re.compile(
    r"(?:step|phase|task|item|part|ask|todo|action|request|q|question|wp|package)[ #]*(?:\d{1,2}|[a-h]|one|two|three|four|first|second|third)",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r"(?:(?<=[.!?;)\]] )|^)(?:([A-Z][\w ',-]{1,40}):|\[([A-Z][A-Za-z ]{1,30})\]:?)[ \t]+(?=\S)"
)
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Label:
    """A role, and how many characters of the line the label takes.

    `lasting` ones are headings: they hold over blank lines.
    """

    role: Role
    offset: int
    lasting: bool = False


def label_at(content: str) -> Label | None:
    """The label that a line begins with or is; None where it is neither."""
    found = _LABEL.match(content)
    if found:
        role = role_of(found.group(1))
        return Label(role, found.end()) if role else None
    bare = _BARE.match(content)
    heading = _HEADING.match(content)
    if bare:
        name = bare.group(1)
        shown = heading is not None or content.lstrip()[:1] in "*=_"
        role = role_of(name) if shown or name[:1].isupper() else None
        if role and (shown or len(name.split()) <= _MOST_WORDS) and not _ordering(name):
            return Label(role, len(content), lasting=True)
    return Label("title", heading.end()) if heading else None


def labels_inside(text: str, start: int, end: int) -> Iterator[tuple[int, int, Role]]:
    """Labels behind a sentence's end: where each begins and its text, and the role."""
    for found in _INSIDE.finditer(text, start, end):
        role = role_of((found.group(1) or found.group(2)).split(",")[0])
        if role:
            yield found.start(), found.end(), role


def _ordering(name: str) -> bool:
    first = name.split()[0].lower()
    return first in words().verbs and len(name.split()) > 2


def role_of(name: str) -> Role | None:
    """The role that a label of this name gives, None where it gives none."""
    known = words()
    low = " ".join(name.lower().replace("_", " ").replace("\u2019", "'").split())
    if _NUMBERED.fullmatch(low):
        return "asked"
    if low in known.title_labels:
        return "title"
    told = low.split()
    if told[-1] in ("id", "by", "type", "number", "no", "date"):
        return "context"
    if len(told) == 2 and told[0] in ("your", "my", "our", "the") and told[1] in known.asked_labels:
        return "asked"
    stems = any(word.startswith(stem) for word in told for stem in known.asked_stems)
    if (stems or "scope" in told or "yours" in told or "touch" in told or "goals" in told) and any(
        word in known.excluded_stems or word.startswith("non-") for word in told
    ):
        return "excluded"
    if low in known.asked_labels:
        return "asked"
    if low in known.free_labels:
        return "free"
    if low in known.expected_labels:
        return "expected"
    if low in known.context_labels:
        return "context"
    if len(told) <= _MOST_WORDS and stems and told[0] not in ("i", "feature"):
        return "asked"
    return None
