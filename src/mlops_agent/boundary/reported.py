"""Words of somebody else within the caller's own lines: "the mail says: ...", "assistant: ...".

Owns telling such words by what introduces them: a source and a verb of saying, a pair of tags, the
name of who speaks, a table, an indentation. They count as the caller's own only where nothing else
is asked, which is not told here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mlops_agent.boundary.expressions import Expression
from mlops_agent.boundary.reading import Passage
from mlops_agent.vocabulary.prepared import listed

SAID = "said"
"""The kind of data that is the caller's own where the caller asks for nothing else."""
FILE = Path(__file__).with_name("reported.toml")
_BEFORE = 90
"""Characters before a verb of saying in which its source stands."""
_MOST = 100
_LONGEST = 8_000
_COLON = Expression(r"\b([A-Za-z]{3,12})[ \t]*:[ \t]*(?=[^\s/:])")
_SENTENCE = Expression(r"[.!?;][\"')\]]*(?=\s|$)|\n")
_WORD = re.compile(r"[a-z][\w.'-]*")
_TAG = Expression(r"<([A-Za-z][\w:.-]{0,40})(?:[ \t][^<>\n]{0,200})?>")
ROLE = Expression(
    r"[ \t]*(?:#{1,6}[ \t]*)?(?:\*{2})?"
    r"(?:\[([A-Za-z]{2,14})\](?:\*{2})?:?|<\|([a-z_]{2,14})\|>|([A-Za-z]{2,14})(?:\*{2})?:(?:\*{2})?)"
    r"[ \t]*(?=\S+[ \t]+\S)"
)
ROW = Expression(r"[ \t]*\|[^\n]*\|[ \t]*$")
SUBJECT = Expression(r"[ \t]*(?i:subject|betreff|objet|asunto|oggetto):")


class Reported(NamedTuple):
    """Sets of lower-case words, each as `reported.toml` says of the list of that name."""

    sources: frozenset[str]
    saying: frozenset[str]
    callers: frozenset[str]
    own_tags: frozenset[str]
    roles: frozenset[str]
    asking_columns: frozenset[str]


@cache
def reported() -> Reported:
    """Read the lists."""
    raw: dict[str, str] = listed(FILE)
    return Reported(**{one: frozenset(raw[one].split()) for one in Reported._fields})


def spoken(text: str) -> Iterator[Passage]:
    """What follows "the vendor's mail says:", to the end of the sentence."""
    reached = 0
    for found in _COLON.finditer(text):
        if found.start() < reached or found.group(1).lower() not in reported().saying:
            continue
        named = _WORD.findall(_sentence_before(text, reached, found.start()))
        if reported().sources.isdisjoint(named) or (named and named[-1] in reported().callers):
            continue
        ended = _SENTENCE.search(text, found.end())
        reached = ended.start() if ended else len(text)
        yield Passage(found.end(), reached, SAID)


def _sentence_before(text: str, reached: int, place: int) -> str:
    since = max(reached, place - _BEFORE)
    for ended in _SENTENCE.finditer(text, since, place):
        since = ended.end()
    return text[since:place].lower()


def tagged(text: str) -> Iterator[Passage]:
    """What stands between a pair of tags ("<ticket> ... </ticket>")."""
    reached, tried = 0, 0
    if "</" not in text:
        return
    for found in _TAG.finditer(text):
        if found.start() < reached or found.group(1).lower() in reported().own_tags:
            continue
        tried += 1
        if tried > _MOST:
            return
        closing = f"</{found.group(1)}>"
        place = text.find(closing, found.end(), found.end() + _LONGEST)
        if place >= 0:
            reached = place + len(closing)
            yield Passage(found.start(), reached, SAID)


def names_speaker(said: str) -> bool:
    """Whether a line begins with who speaks: "assistant: ...", "[SYSTEM] ..."."""
    found = ROLE.match(said)
    return found is not None and (found[1] or found[2] or found[3]).lower() in reported().roles


def asks_by_column(said: str) -> bool:
    """Whether a table's first row says that the rows are what is asked for."""
    return not reported().asking_columns.isdisjoint(_WORD.findall(said.lower()))


def mark_of(text: str, start: int, end: int) -> int:
    """Where the words of such a passage begin, behind its tag or the name of who speaks."""
    found = _TAG.match(text, start, end) or ROLE.match(text, start, end)
    return found.end() if found else start
