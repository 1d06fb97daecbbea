"""The caller's own lines into blocks: prose, list items, titles, each with what it is for.

Owns headings, labels ("Background:", "## Out of scope") and lists, also those within a line
("(1) ... (2) ..."). It cuts no sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mlops_agent.boundary.expressions import Expression
from mlops_agent.boundary.labels import Role, label_at, labels_inside

_ITEM = re.compile(
    r"[ \t]*(?:[-*+\u2022\u2023\u25e6\u2013\u00b7>]|\(?\d{1,2}[.):]|\(?[a-hA-H][.)]"
    r"|\(?(?:i{1,3}|iv|vi?)\)|\d{1,2}[a-h]\b|\[[ xX]\])"
    r"[ \t]+(?:\[[ xX]\][ \t]+)?"
)
_RULE = re.compile(r"[ \t]*[-=*_~]{3,}[ \t]*$")
_MARK = re.compile(
    r"(?:(?<=[\s.;,:])|^)(?:(?:step|phase|task|item|part|wp|action|ask|cause|work package) ?"
    r"(?:\d{1,2}|[A-H])[:.)]|WP ?\d{1,2}:?|[A-H]\d{1,2}[:.)]|\(?\d{1,2}\)"
    r"|\((?:[a-h]|i{1,3}|iv|vi?)\)|(?<!\w)[a-d]\)|\d\.(?= +[A-Za-z]))[ \t]+",
    re.IGNORECASE,
)
_RESUMES = Expression(
    r"[ \t]*(?:(?:so|now|ok|hence|therefore)[ ,:]+)?(?:please|pls|kindly|can (?:you|we)|"
    r"could (?:you|we)|would you|(?:we|i) (?:(?:now|therefore|only|just) )?(?:need|want|ask|"
    r"request|would like)|i'd like|we'd like|my request|our request|what (?:we|i) (?:need|want))\b",
    re.IGNORECASE,
)
"""How the caller asks again in a new paragraph, behind what was told under a heading."""
_MOST_MARKS = 60


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the request that is read together.

    `list` counts the list that it is an item of, 0 for none. `inline` items stand within a line.
    """

    start: int
    end: int
    role: Role = "free"
    list: int = 0
    inline: bool = False


def blocks(text: str, own: Sequence[tuple[int, int]]) -> list[Block]:
    """The caller's own words in the order in which they stand."""
    found: list[Block] = []
    role: Role = "free"
    lasting, held = False, 0
    number, blank = 1, True
    for line in _lines(text, own):
        content = text[line.start : line.end]
        if not content.strip() or _RULE.match(content):
            number += not blank
            blank = True
            if not lasting and len(found) > held:
                role = "free"
            continue
        labelled = label_at(content)
        told = lasting and role == "context" and blank and len(found) > held
        if told and labelled is None and _RESUMES.match(content):
            role, lasting = "free", False
        if labelled is not None:
            role = labelled.role
            start = line.start + labelled.offset
            number += 1
            lasting, held = labelled.lasting, len(found)
            if text[start : line.end].strip():
                found.extend(_inline(text, Block(start, line.end, role), number))
                role = "free" if role in ("title", "context") else role
        else:
            _plain(text, found, replace(line, role=role), number)
        blank = False
    return found


def _plain(text: str, found: list[Block], line: Block, number: int) -> None:
    """A line without a label: an item, or prose that the block before may go on with."""
    item = _ITEM.match(text, line.start, line.end)
    last = found[-1] if found else None
    if item:
        in_list = last is not None and last.list > 0 and last.role == line.role
        number = last.list if in_list and last is not None else number
        if len(_MARK.findall(text, line.start, line.end)) > 1:
            found.extend(_inline(text, line, number))
        else:
            found.append(replace(line, start=item.end(), list=number))
        return
    indented = text[line.start : line.start + 2].isspace()
    adjacent = last is not None and text[last.end : line.start].strip(" \t") in ("\n", "\r\n")
    goes_on = last is not None and adjacent and last.role == line.role and not last.inline
    if last is not None and goes_on and (not last.list or indented):
        found[-1] = replace(last, end=line.end)
        return
    found.extend(_inline(text, line, number))


def _inline(text: str, block: Block, number: int) -> Iterator[Block]:
    """The parts of a line: behind labels in its middle, and the items of lists within it."""
    start, role = block.start, block.role
    for begin, end, inside in labels_inside(text, block.start, block.end):
        yield from _items(text, replace(block, start=start, end=begin, role=role), number)
        start, role = end, inside
    yield from _items(text, replace(block, start=start, role=role), number)


def _items(text: str, block: Block, number: int) -> Iterator[Block]:
    """ "Step 1: ... Step 2: ..." and "(a) ... (b) ..." within a line are a list of their own."""
    marks = [
        one
        for one, _ in zip(
            _MARK.finditer(text, block.start, block.end), range(_MOST_MARKS), strict=False
        )
    ]
    if len(marks) < 2:
        yield block
        return
    if text[block.start : marks[0].start()].strip():
        yield replace(block, end=marks[0].start())
    role: Role = "asked" if block.role in ("free", "title", "expected") else block.role
    for one, after in zip(marks, [*marks[1:], None], strict=True):
        end = after.start() if after else block.end
        yield Block(one.end(), end, role, number, inline=True)


def _lines(text: str, own: Sequence[tuple[int, int]]) -> Iterator[Block]:
    for start, end in own:
        place = start
        while place < end:
            stop = text.find("\n", place, end)
            stop = end if stop < 0 else stop
            yield Block(place, stop)
            place = stop + 1
