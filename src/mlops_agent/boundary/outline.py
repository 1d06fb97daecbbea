"""The caller's own lines into blocks: prose, list items, titles, each with what it is for.

Owns headings and labels ("Background:", "## Out of scope") and lists. It cuts no sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Role = Literal["free", "asked", "title", "context", "excluded"]
"""What a heading or label says of the text under it; "free" where none does."""

_ITEM = re.compile(
    r"[ \t]*(?:[-*+\u2022\u2023\u25e6\u2013]|\(?\d{1,2}[.):]|\(?[a-hA-H][.)]|\[[ xX]\])[ \t]+(?:\[[ xX]\][ \t]+)?"
)
_HEADING = re.compile(r"[ \t]*(?:#{1,6}[ \t]+|h[1-6]\.[ \t]+)")
_LABEL = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]*)?[*_]{0,2}([A-Za-z][\w /&'\u2019-]{0,38}?)[*_]{0,2}[ \t]*(?:\([^)\n]{0,40}\))?[ \t]*[:\uff1a][*_]{0,2}(?=[ \t\n]|$)"
)
_BARE = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]*)?[*_=]{0,3}([A-Za-z][\w /&'\u2019-]{0,38}?)[*_=]{0,3}[ \t]*$"
)
_RULE = re.compile(r"[ \t]*[-=*_~]{3,}[ \t]*$")
_STEP = re.compile(
    r"(?:step|phase|task|item|part|ask|todo|action|request|q|question)[ #]*\d{1,2}|\d{1,2}",
    re.IGNORECASE,
)
_STEP_BREAK = re.compile(
    r"(?<=[\s.;,])(?:(?:Step|STEP|step|Phase|Task) \d{1,2}[:.)]|\(?\d{1,2}\)|\([a-h]\)|\d\.(?=\s+[A-Za-z]))[ \t]+"
)

_ROLES: dict[str, Role] = {}


def _known(role: Role, listed: str) -> None:
    _ROLES.update(dict.fromkeys(listed.split("|"), role))


_known(
    "asked",
    "task|tasks|goal|goals|request|requests|ask|asks|the ask|our ask|my ask|todo|to do|todos|to-do|action|actions|action items|actions needed|action needed|next steps|what we need|what i need|what is needed|needed|need|needs|"
    "deliverables|deliverable|steps|instructions|instruction|question|questions|subtask|subtasks|work|what to do|objective|proposal|requirements|requirement|required|wanted|please|remaining|remaining work|follow-ups|followups|follow ups|what i want|what we want|proposed work|proposed change|scope|in scope|user story|story|desired outcome|outcome|we need|i need|to be done|plan|assignment|prompt|user request|user|query|message",
)
_known(
    "title",
    "title|summary|subject|re|topic|tl;dr|tldr|name|feature|epic|issue|ticket|headline|betreff|objet|asunto|oggetto|short description",
)
_known(
    "context",
    "background|context|why|motivation|impact|history|environment|env|notes|note|facts|evidence|timeline|root cause|repo|repository|branch|priority|severity|assignee|reporter|labels|label|component|components|status|date|id|owner|team|steps to reproduce|reproduce|repro|repro steps|actual|expected|actual result|expected result|"
    "expected behavior|expected behaviour|actual behavior|actual behaviour|observed|observed behaviour|observed behavior|current state|current situation|current behavior|current behaviour|situation|acceptance criteria|acceptance|ac|definition of done|dod|done when|success criteria|deadline|due|due date|from|to|cc|sent|customer|affected|affected service|affected services|incident|constraints|constraint|assumptions|references|related|links|link|"
    "see also|started|detected|findings|finding|observations|what happened|known|given|role|system|agent|caller|sender|trace_id|session|service|model|dataset|risk|risks|done|already done|completed|completed so far|so far|progress|results|budget|fyi|ps|reason|rationale|business value|value|points|story points|sprint|type|version|region|cluster|namespace|start|end|alert|alerts|logs|metrics|symptoms|symptom",
)
_known(
    "excluded",
    "out of scope|not in scope|out-of-scope|non-goals|non goals|nongoals|exclusions|do not|don't|not needed|not wanted|won't do|not part of this|do not touch|never|excluded|off limits|handled elsewhere|not asked",
)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the request that is read together; `list` counts the list that it is in."""

    start: int
    end: int
    role: Role = "free"
    list: int = 0
    heading: bool = False


def blocks(text: str, own: Sequence[tuple[int, int]]) -> list[Block]:
    """The caller's own words in the order in which they stand."""
    found: list[Block] = []
    role: Role = "free"
    lists = 1
    for line in _lines(text, own):
        content = text[line.start : line.end]
        if not content.strip():
            lists += 1
            if role == "title":
                role = "free"
            continue
        if _RULE.match(content):
            role = "free"
            continue
        labelled = _labelled(content)
        if labelled is not None:
            role, offset = labelled
            rest = Block(line.start + offset, line.end, role)
            if content[offset:].strip():
                found.extend(_steps(text, rest))
                role = role if role == "context" and offset < 4 else _after_inline(role)
            lists += 1
            continue
        item = _ITEM.match(content)
        if item:
            found.append(Block(line.start + item.end(), line.end, role, lists))
            continue
        _prose(text, found, replace(line, role=role, list=0), lists)
    return found


def _after_inline(role: Role) -> Role:
    """A label with its text on the same line says nothing of the next line."""
    return "free" if role != "excluded" else "free"


def _prose(text: str, found: list[Block], line: Block, lists: int) -> None:
    """A line of prose: the last block goes on, an item too where the line is indented."""
    heading = _HEADING.match(text, line.start, line.end)
    if heading:
        found.append(replace(line, start=heading.end(), role="title", heading=True))
        return
    last = found[-1] if found else None
    adjacent = (
        last is not None
        and not text[last.end : line.start].strip(" \t\r\n")
        and (text.count("\n", last.end, line.start) <= 1)
    )
    indented = text[line.start : line.start + 2].isspace()
    if last is not None and adjacent and not last.heading and last.role == line.role:
        if last.list == 0 or indented:
            found[-1] = replace(last, end=line.end)
            return
    found.extend(_steps(text, line))


def _steps(text: str, block: Block) -> Iterator[Block]:
    """ "Step 1: ... Step 2: ..." and "1) ... 2) ..." within a line are a list of their own."""
    marks = [m for m in _STEP_BREAK.finditer(text, block.start, block.end)]
    if len(marks) < 2:
        yield block
        return
    start = block.start
    for mark in marks:
        yield replace(block, start=start, end=mark.start(), list=0 if start == block.start else -1)
        start = mark.end()
    yield replace(block, start=start, list=-1)


def _lines(text: str, own: Sequence[tuple[int, int]]) -> Iterator[Block]:
    for start, end in own:
        place = start
        while place < end:
            stop = text.find("\n", place, end)
            stop = end if stop < 0 else stop
            yield Block(place, stop)
            place = stop + 1


def _labelled(content: str) -> tuple[Role, int] | None:
    """The role that a line's label gives, and where its own text begins; None without one."""
    item = _ITEM.match(content)
    begin = item.end() if item else 0
    found = _LABEL.match(content, begin)
    if found:
        name = found.group(1).strip().lower()
        if _STEP.fullmatch(name):
            return "asked", found.end()
        role = _ROLES.get(name)
        return (role, found.end()) if role else None
    bare = _BARE.match(content)
    if bare and (role := _ROLES.get(bare.group(1).strip().lower())):
        marked = content.lstrip()[:1] in "#*=_" or content.strip()[:1].isupper()
        return (role, len(content)) if marked else None
    return None
