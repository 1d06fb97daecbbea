"""The first line of a paste, where the caller asks for it: "I only need what its first line says".

Owns telling such words, and the line they mean. What follows that line stays data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mlops_agent.boundary.expressions import Expression
from mlops_agent.boundary.reading import Passage

_LINE = Expression(
    r"\b(?:first|opening|top|1st|topmost) (?:line|sentence|paragraph|row|bullet)\b"
    r"|\b(?:line|sentence|paragraph) (?:one|1)\b|\berste[nr]? (?:satz|zeile)\b"
    r"|\bpremi[e\u00e8]re (?:ligne|phrase)\b|\bprimera (?:l[i\u00ed]nea|frase)\b",
    re.IGNORECASE,
)
_MEANT = Expression(
    r"\b(?:only|just|solely|alone|nothing else|ignore|disregard|rest|matters?|counts?|applies|"
    r"for you|for us|ours|mine|yours|request|ask|actual|says?|concerns?|interest(?:s|ed)?|need|nur|"
    r"seulement|solo)\b",
    re.IGNORECASE,
)
_SENTENCE = Expression(r"[^.!?\n]+")
_ENTERS = Expression(r"(?:[ \t]*`{3,}\w*\n|[\s>\"'\u201c\u201e\u00ab*_=-])*")
_STOPS = Expression(r"[.!?](?=[\s\"'\u201d]|$)|\n|[ \t]-{2,}|$")
_QUOTED = Expression(r"\"[^\"]{12,4000}\"|\u201c[^\u201d]{12,4000}\u201d")
_TAKEN = frozenset({"quote", "forwarded", "paste", "code"})
_READ = 20_000


def points_to_first(said: str) -> bool:
    """Whether words say that a first line is what is asked for."""
    return _LINE.search(said) is not None and _MEANT.search(said) is not None


def with_adopted(text: str, taken: Sequence[Passage]) -> list[Passage]:
    """The passages, but for the first line of the one whose first line the caller asks for."""
    if not _LINE.search(text, 0, _READ):
        return list(taken)
    for said in _SENTENCE.finditer(text, 0, min(len(text), _READ)):
        inside = any(one.start <= said.start() < one.end for one in taken)
        if not inside and points_to_first(said.group()):
            return _opened(text, taken, said.end())
    return list(taken)


def _opened(text: str, taken: Sequence[Passage], said: int) -> list[Passage]:
    meant = _meant(text, taken, said)
    if meant is None:
        return list(taken)
    kept = [one for one in taken if one.end <= meant.start or one.start >= meant.end]
    kept.extend(_rest(text, meant))
    return sorted(kept, key=lambda one: one.start)


def _meant(text: str, taken: Sequence[Passage], said: int) -> Passage | None:
    """The passage meant: the next one, else the one before, else the lines that follow."""
    able = [one for one in taken if one.kind in _TAKEN]
    quoted = [Passage(one.start(), one.end(), "quote") for one in _QUOTED.finditer(text, 0, _READ)]
    for found in (able, quoted):
        after = next((one for one in found if one.start >= said), None)
        if after or found:
            return after or found[-1]
    line = text.find("\n", said)
    return Passage(line, len(text), "paste") if line >= 0 and text[line:].strip() else None


def _rest(text: str, meant: Passage) -> Iterator[Passage]:
    entered = _ENTERS.match(text, meant.start, meant.end)
    begin = entered.end() if entered else meant.start
    stop = _STOPS.search(text, begin, meant.end)
    end = stop.start() if stop else meant.end
    if meant.start < begin:
        yield Passage(meant.start, begin, meant.kind)
    if end < meant.end:
        yield Passage(end, meant.end, meant.kind)
