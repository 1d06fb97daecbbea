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
from mlops_agent.report.prose.alteration import wholes_told
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
    """Name the words that say more than the assertions of the claim bear out, or return "".

    Args:
        text: the sentence; words inside its quotes do not count.
        assertions: what the claim asserts.
        literals: names and texts that are asserted; words inside them do not count either.
    """
    plain = _own(text, literals)
    problems = _beyond(plain)
    if _BOTH.search(plain) and sum(_things(one) for one in assertions) < 2:
        problems.append("the word 'both' needs two things that are asserted")
    wholes = _wholes(text, assertions, literals)
    return "; ".join([*problems, *(_of_a_whole(wholes) if wholes else [])])


def told_too_much(text: str, change: DiffIs) -> list[str]:
    """What a summary of a change says of a whole that nobody saw, one line each.

    Words like `each` stand where they tell what the code does; where they tell what was changed,
    tested or covered they are refused.
    """
    plain = _own(text, ())
    wholes = [*_wholes(text, [change], ()), *_BOTH.findall(plain)]
    told = wholes_told(plain, list(dict.fromkeys(wholes)))
    return [*_beyond(plain), *(_of_a_whole(told) if told else [])]


def _beyond(plain: str) -> list[str]:
    words = list(dict.fromkeys(match[0] for match in _BEYOND.finditer(plain)))
    if not words:
        return []
    return [f"{_named(words)} more than was seen: say what was run and how it ended"]


def _wholes(text: str, assertions: Sequence[Assertion], literals: Sequence[str]) -> list[str]:
    """The words for a whole in a text that no assertion bears."""
    words: list[str] = []
    for clause in _CLAUSE.split(text):
        for found in _WORDS.finditer(_IDIOMS.sub(" ", _own(clause, literals))):
            borne = any(_bears(one, clause, found[0], text) for one in assertions)
            words += [] if borne or found[0] in words else [found[0]]
    return words


def _of_a_whole(words: Sequence[str]) -> list[str]:
    speak = "speaks" if len(words) == 1 else "speak"
    noun = "word" if len(words) == 1 else "words"
    return [f"the {noun} {_quoted(words)} {speak} of a whole: give the list, or drop it"]


def _named(words: Sequence[str]) -> str:
    return f"the word {words[0]!r} says" if len(words) == 1 else f"the words {_quoted(words)} say"


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(map(repr, words))


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
