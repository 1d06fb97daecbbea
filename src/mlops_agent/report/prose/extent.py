"""Words that speak of a whole: each, every, never, no other. They need more than one example.

A single command or line can't bear them out. What can is a list of verified claims, a search that
found nothing, paths proven equal, or git's own diff, and each only in a clause that speaks of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlops_agent.contracts.report import (
    Absent,
    Assertion,
    DiffIs,
    Enumerated,
    ProbeTurned,
    Untouched,
)
from mlops_agent.report.prose.matching import blank, holds

# From the re-check of 170 claims: the overstated ones are of this kind.
_WORDS = re.compile(
    r"\b(each|every|everything|everywhere|everyone|any|anything|anywhere|all|always|never|none"
    r"|no (?!longer\b)\w+|nobody|nothing|nowhere|the only|entire|entirely|whole|wholly"
    r"|fully|completely|under no circumstances|in no case|without exception)\b",
    re.IGNORECASE,
)
_IDIOMS = re.compile(r"\b(at all|any (?:longer|more)|no more than|all but|after all)\b", re.I)
# Nothing that this program asserts bears these out: they speak of more than was seen.
_BEYOND = re.compile(
    r"\b(guarantee[sd]?|ensure[sd]?|prove[sdn]?|works?|safe(?:ly)?|correct(?:ly)?|robust(?:ly)?"
    r"|reliabl[ey]|production-ready|can(?:not| not|'t) (?:fail|break))\b",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)
_OTHERS = re.compile(r"\b(no (?:other|further|more)|nothing|the only)\b", re.IGNORECASE)
_CHANGE = re.compile(
    r"\b(chang(?:e[sd]?|ing)|diff|touch(?:es|ed)?|edit(?:s|ed)?|un(?:changed|touched)|same"
    r"|files?|lines?)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"(`+).+?\1", re.DOTALL)
_CLAUSE = re.compile(r"[;.:](?=\s)")


def unborne(text: str, assertions: Sequence[Assertion], literals: Sequence[str] = ()) -> str:
    """Name a word that says more than the assertions of the claim bear out, or return "".

    Args:
        text: the sentence; words inside its quotes do not count.
        assertions: what the claim asserts.
        literals: names and texts that are asserted; words inside them do not count either.
    """
    plain = _own(text, literals)
    if beyond := _BEYOND.search(plain):
        return f"the word {beyond[0]!r} says more than was seen: say what was run and how it ended"
    if _BOTH.search(plain) and sum(_things(one) for one in assertions) < 2:
        return "the word 'both' needs two things that are asserted"
    for clause in _CLAUSE.split(text):
        found = _WORDS.search(_IDIOMS.sub(" ", _own(clause, literals)))
        if found and not any(_bears(one, clause, found[0], text) for one in assertions):
            return f"the word {found[0]!r} speaks of a whole: give the list, or drop it"
    return ""


def _own(text: str, literals: Sequence[str]) -> str:
    return blank(_CODE.sub(" ", text), literals)


def _things(assertion: Assertion) -> int:
    match assertion:
        case ProbeTurned():
            return 2
        case Untouched(paths=paths) | Absent(paths=paths):
            return max(1, len(paths))
        case DiffIs(files=files):
            return len(files)
        case Enumerated(items=items):
            return len(items)
        case _:
            return 1


def _bears(assertion: Assertion, clause: str, word: str, text: str) -> bool:
    match assertion:
        case Enumerated():
            return True
        case DiffIs():
            return _CHANGE.search(clause) is not None
        case Untouched(paths=paths):
            # Two equal paths say nothing of the others.
            named = all(holds(text, path) for path in paths)
            return named and _CHANGE.search(clause) is not None and not _OTHERS.match(word)
        case Absent(text=absent, paths=paths):
            return holds(clause, absent) and all(holds(text, path) for path in paths)
        case _:
            return False
