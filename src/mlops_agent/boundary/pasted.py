"""What of a request is pasted and not the caller's own words, and the orders that stand in it.

Owns the order in which kinds of data are told from words, and what is left. Its rules for single
lines are in `datalines`, those for tasks written as data in `tasks`. It reads no asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mlops_agent.boundary.adopting import with_adopted
from mlops_agent.boundary.datalines import TASK, line_passages
from mlops_agent.boundary.expressions import Expression
from mlops_agent.boundary.openings import opening
from mlops_agent.boundary.reading import Passage
from mlops_agent.boundary.reported import SAID, mark_of, spoken, tagged
from mlops_agent.boundary.sentences import sentences
from mlops_agent.boundary.words import words

MOST_ORDERS = 20
_BEFORE = 70
"""Characters before a quotation in which it is said whose words they are."""
_LINK = Expression(r"\bhttps?://[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+")
_FRAME = Expression(
    r"<(system|assistant|user|human|developer|tool_result|tool_use|instructions?|system-reminder|"
    r"important|admin)\b[^<>\n]{0,80}>[^<]{0,4000}</\1>|<\|im_start\|>[^<]{0,4000}(?:<\|im_end\|>)?"
    r"|\[INST\][^\[]{0,4000}\[/INST\]|<!--[^>]{0,4000}-->",
    re.IGNORECASE,
)
_SAYS = Expression(
    r"\b(?:says?|said|reads?|wrote|writes|states|stated|told \w+|tells \w+|asks|asked)"
    r"[ \t]*[:,]?[ \t]*$",
    re.IGNORECASE,
)
_SENTENCE_LIKE = 3
"""Blanks in a quotation from which on it may be somebody's sentence and not a thing's name."""
_PLAIN = re.compile(r"[a-z-]+")
_QUOTED = re.compile(
    r"\"[^\"\n]{12,2000}\"|\u201c[^\u201d]{12,2000}\u201d|\u00ab[^\u00bb]{12,2000}\u00bb"
    r"|\u201e[^\u201c\u201d]{12,2000}[\u201c\u201d]"
)
_OPENING_MARK = Expression(r"<[^<>]{1,100}>|\[INST\]|<!--")
_OVERRIDE = Expression(
    r"\b(?:ignore|disregard|forget)\s+(?:all\s+|any\s+|every\s+)?(?:of\s+)?(?:the\s+|your\s+|these\s+)?"
    r"(?:previous|prior|above|earlier|preceding|original|system)\s+\w+|^\s*(?:assistant|system|user|human)\s*:\s*\S"
    r"|\bAI (?:agent|assistant)s?\b[^.\n]{0,80}\b(?:must|should)\b",
    re.IGNORECASE | re.MULTILINE,
)
_ORDERLY = frozenset({"quote", "forwarded", "paste", "frame", "blob", "code", SAID})
_READ_FOR_ORDERS = 20_000


def taken_apart(text: str) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
    """The pasted passages in order, none within another, and the caller's tasks written as data."""
    framed = list(_framed(text))
    known = {one.start for one in framed}
    tags = [one for one in tagged(text) if one.start not in known]
    taken = _united(list(line_passages(text)), tags)
    for found in (framed, _quoted(text), spoken(text), _links(text)):
        taken = _added(taken, list(found))
    taken = with_adopted(text, taken)
    tasks = tuple(one for one in taken if one.kind == TASK)
    return tuple(one for one in taken if one.kind != TASK), tasks


def own_stretches(text: str, passages: Sequence[Passage]) -> list[tuple[int, int]]:
    """What is left when the passages are taken out; links stay within the words around them."""
    left: list[tuple[int, int]] = []
    place = 0
    for one in sorted(passages, key=lambda one: one.start):
        if one.kind == "link":
            continue
        if text[place : one.start].strip():
            left.append((place, one.start))
        place = max(place, one.end)
    if text[place:].strip():
        left.append((place, len(text)))
    return left


def orders_in(text: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The places in pasted text that give orders; they are told and not followed."""
    found: list[Passage] = []
    read = 0
    for one in passages:
        if one.kind == "link" or len(found) >= MOST_ORDERS or read > _READ_FOR_ORDERS:
            continue
        end = min(one.end, one.start + _READ_FOR_ORDERS)
        read += end - one.start
        if one.kind in _ORDERLY:
            found.extend(_orders(text, one, end))
        else:
            found.extend(
                Passage(m.start(), m.end(), one.kind)
                for m in _OVERRIDE.finditer(text, one.start, end)
            )
    return tuple(found[:MOST_ORDERS])


def _orders(text: str, passage: Passage, end: int) -> Iterator[Passage]:
    # The mark of a frame ("<system>") is no word of the order in it.
    skipped = _OPENING_MARK.match(text, passage.start, end) if passage.kind == "frame" else None
    start = skipped.end() if skipped else passage.start
    if passage.kind == SAID:
        start = mark_of(text, start, end)
    for s in sentences(text, start, end):
        leads = words().leads
        first = next(
            (n for n, word in enumerate(s.low) if word[0].isalpha() and word not in leads), len(s)
        )
        spoken = text[s.starts[0] : s.ends[-1]]
        found = opening(s, first, "start", None)
        told = found is not None and found.kind == "ask" and found.form != "question"
        forbidden = found is not None and found.kind == "excluded"
        if told or forbidden or _OVERRIDE.search(spoken):
            yield Passage(s.starts[0], s.ends[-1], passage.kind)


def _framed(text: str) -> Iterator[Passage]:
    if "<" in text or "[INST]" in text:
        for found in _FRAME.finditer(text):
            yield Passage(found.start(), found.end(), "frame")


def _quoted(text: str) -> Iterator[Passage]:
    """Somebody's words in quotation marks, where the words before say so."""
    reached = 0
    for found in _QUOTED.finditer(text):
        blanks = found.group().count(" ")
        if not blanks:
            continue
        line = text.rfind("\n", 0, found.start()) + 1
        before = text[max(line, found.start() - _BEFORE, reached) : found.start()]
        reached = found.end()
        alone = not before.strip() and line > 0
        after = text[found.end() : found.end() + 8].strip(" ,")
        spoken_after = after.startswith(("says", "said", "wrote", "reads"))
        if _SAYS.search(before) or (
            blanks >= _SENTENCE_LIKE
            and (
                alone
                or spoken_after
                or not words().speaking.isdisjoint(_PLAIN.findall(before.lower()))
            )
        ):
            yield Passage(found.start(), found.end(), "quote")


def _links(text: str) -> Iterator[Passage]:
    if "://" in text or "www." in text:
        for found in _LINK.finditer(text):
            yield Passage(found.start(), found.end(), "link")


def _united(lines: list[Passage], tags: list[Passage]) -> list[Passage]:
    """Both in order; what overlaps is one, and as a whole no task of the caller's."""
    if not tags:
        return lines
    merged: list[Passage] = []
    for one in sorted((*lines, *tags), key=lambda one: (one.start, -one.end)):
        if merged and one.start < merged[-1].end:
            last = merged[-1]
            kind = SAID if last.kind == TASK and one.end > last.end else last.kind
            merged[-1] = Passage(last.start, max(last.end, one.end), kind)
        else:
            merged.append(one)
    return merged


def _added(taken: list[Passage], more: list[Passage]) -> list[Passage]:
    """Both in order; of two that overlap, what was there already."""
    merged: list[Passage] = []
    known = iter(taken)
    ahead = next(known, None)
    reached = 0
    for one in more:
        while ahead is not None and ahead.start <= one.start:
            merged.append(ahead)
            reached = ahead.end
            ahead = next(known, None)
        if one.start >= reached and (ahead is None or one.end <= ahead.start):
            merged.append(one)
            reached = one.end
    if ahead is not None:
        merged.append(ahead)
    merged.extend(known)
    return merged
