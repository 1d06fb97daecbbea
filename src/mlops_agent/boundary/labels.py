"""Labels and headings, and what they say of the text under them.

Owns the roles of text by its label: asked for, told, left out. It reads one line at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from mlops_agent.boundary.expressions import Expression
from mlops_agent.boundary.words import words

Role = Literal["free", "asked", "title", "expected", "context", "excluded"]
"""What a label says of the text under it; "free" where none does."""

_BULLET = r"[ \t]*(?:[-*+\u2022\u00b7][ \t]+|\d{1,2}[.)][ \t]+)?"
_NAME = r"([^\W\d_][\w /&'\u2019.-]{0,44}?)"
_BEHIND = r"(?:,[ \t]*\w+)?[ \t]*(?:\([^)\n]{0,40}\))?[ \t]*"
_LABEL = re.compile(
    rf"{_BULLET}(?:#{{1,6}}[ \t]*)?[*_]{{0,2}}{_NAME}{_BEHIND}"
    r"(?:[*_]{0,2}[:\uff1a][*_]{0,2}|[.]?[*_]{2})(?=[ \t\n]|$)[ \t]*"
)
_BARE = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]*|\d{1,2}[.)][ \t]+|h[1-6]\.[ \t]+)?[*_=]{0,3}"
    rf"{_NAME}[*_=]{{0,3}}"
    r"(?:,[ \t]*for (?:reference|info|information|context)|[ \t]*\([^)\n]{0,40}\))?[ \t]*$"
)
_TOLD = Expression(
    rf"{_BULLET}(?:#{{1,6}}[ \t]*)?[*_]{{0,2}}"
    r"((?:what|how|where|when|why) [^:?\n]{3,70})[*_]{0,2}:[ \t]*$",
    re.IGNORECASE,
)
_HEADING = Expression(r"[ \t]*(?:#{1,6}|h[1-6]\.)[ \t]+(?=\S)")
_NUMBERED = Expression(
    r"(?:step|phase|task|item|part|ask|todo|action|request|q|question|wp|package)[ #]*"
    r"(?:\d{1,2}|[a-h]|one|two|three|four|first|second|third)",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r"(?:(?<=[.!?;)\]] )|^)(?:([A-Z][\w ',-]{1,40}):|\[([A-Z][A-Za-z ]{1,30})\]:?)[ \t]+(?=\S)"
)
_MOST_WORDS = 6
_SHALL = frozenset({"should", "must", "shall", "would", "could", "to"})
_PUT = frozenset(
    {"left", "set", "put", "kept", "leave", "keep", "handled", "dealt", "done", "covered"}
)
_ASIDE = frozenset({"aside", "out", "untouched", "alone", "elsewhere", "away"})
_SHOWN_OF = frozenset({"of", "from"})


class Label(NamedTuple):
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
        # "Fix the job. Log:" has a sentence before its label.
        role = role_of(found.group(1)) if ". " not in found.group(1) else None
        return Label(role, found.end()) if role else None
    shown = _TOLD.match(content)
    if shown:
        role = role_of(shown.group(1).split(",")[0])
        return Label(role, shown.end()) if role else None
    bare = _BARE.match(content)
    heading = _HEADING.match(content)
    if bare:
        name = bare.group(1)
        shown = heading is not None or content.lstrip()[:1] in "*=_"
        role = role_of(name) if shown or _titled(name) else None
        fits = shown or len(name.split()) <= _MOST_WORDS
        if role and fits and (role == "excluded" or not _ordering(name)):
            return Label(role, len(content), lasting=True)
    return Label("title", heading.end()) if heading else None


def labels_inside(text: str, start: int, end: int) -> Iterator[tuple[int, int, Role]]:
    """Labels behind a sentence's end: where each begins and its text, and the role."""
    for found in _INSIDE.finditer(text, start, end):
        role = role_of((found.group(1) or found.group(2)).split(",")[0])
        if role:
            yield found.start(), found.end(), role


def _titled(name: str) -> bool:
    """Whether a bare line reads like a heading and not like a short request."""
    told = name.lower().split()
    heading = told[0] == "what" or told[-1] in ("for", "wanted", "needed", "requested")
    if not name[:1].isupper():
        return False
    return (
        heading
        or role_of(name) == "excluded"
        or _listed(name.lower(), told) is not None
        or (_shown(name.lower(), told, stems=False) is not None)
    )


def _ordering(name: str) -> bool:
    told = name.lower().split()
    if told[-1] in words().shown and told[1:2] and told[1] in _SHOWN_OF:
        return False
    first = name.split(maxsplit=1)[0].lower()
    return first in words().verbs and len(name.split()) > 2


def role_of(name: str) -> Role | None:
    """The role that a label of this name gives, None where it gives none."""
    low = " ".join(name.lower().replace("_", " ").replace("\u2019", "'").split())
    if not low:
        return None
    if _NUMBERED.fullmatch(low):
        return "asked"
    told = low.split()
    if told[0] == "why" and len(told) > 1:
        return "context"
    stems = any(word.startswith(stem) for word in told for stem in words().asked_stems)
    stems = stems and not told[0].startswith("requeste") and not told[0].startswith("requestor")
    if low in words().excluded_labels or _leaves_out(told, stems=stems):
        return "excluded"
    return _listed(low, told) or _shown(low, told, stems=stems) or _stemmed(told, stems=stems)


def _leaves_out(told: list[str], *, stems: bool) -> bool:
    if told[-1] in _ASIDE and not _PUT.isdisjoint(told):
        return True
    named = stems or not words().left_out.isdisjoint(told)
    denied = words().excluded_stems
    return named and any(word in denied or word.startswith("non-") for word in told)


def _listed(low: str, told: list[str]) -> Role | None:
    known = words()
    if told[-1] in ("id", "by", "type", "number", "no", "date"):
        return "context"
    if len(told) == 2 and told[0] in ("your", "my", "our", "the"):
        low = told[1]
    by_role: tuple[tuple[Role, frozenset[str]], ...] = (
        ("title", known.title_labels),
        ("asked", known.asked_labels),
        ("free", known.free_labels),
        ("expected", known.expected_labels),
        ("context", known.context_labels),
    )
    return next((role for role, listed in by_role if low in listed), None)


def _shown(low: str, told: list[str], *, stems: bool) -> Role | None:
    """ "Log excerpt", "For reference", "What we see": shown or told, and asked for by nobody."""
    if len(told) < 2 or stems:
        return None
    if not _SHALL.isdisjoint(told):
        subject = told[0] in ("what", "how") and told[1] not in _SHALL
        return "asked" if subject else None
    known = words()
    if len(told) == 2 and told[0].rstrip("s") in ("sample", "example"):
        return "context"
    marked = told[-1] in known.shown or (told[0] in known.shown and told[1] in _SHOWN_OF)
    if marked or any(one in low for one in known.telling):
        return "context"
    return "context" if told[0] in ("what", "how") and told[-1] in known.seen else None


def _stemmed(told: list[str], *, stems: bool) -> Role | None:
    fits = stems and len(told) <= _MOST_WORDS and told[0] not in ("i", "feature")
    return "asked" if fits else None
