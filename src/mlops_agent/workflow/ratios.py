"""How many times a false alarm a miss costs, where nobody says an amount: "30 times a false alarm".

The words are data (`vocabulary/plan/ratios.toml`). A ratio counts only where both errors, or one of
them beside the number, are named in a sentence that speaks of what they cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mlops_agent.vocabulary.plan import ratio_words
from mlops_agent.workflow.amounts import Amount

KIND = "cost-ratio"
_SENTENCE = re.compile(r"(?:[^.;!?\n]|[.](?=\d)){1,600}")
_CLAUSE = re.compile(r"[,:](?=\s)|\s[-\u2013\u2014]\s|\b(?:while|whereas|but)\b", re.IGNORECASE)
_OPEN = re.compile(r"^\s*(?:than|as|what|the cost of|that of|of)?\s*(?:an?|one|the|each|to)?\s*\w")
_MOST = 1e5


@dataclass(frozen=True, slots=True)
class _Error:
    """A kind of error where it is named: its place in the sentence."""

    missed: bool
    start: int
    end: int


def cost_ratios(text: str) -> Iterator[Amount]:
    """What a miss costs in false alarms, by each place of a text that says so."""
    words = ratio_words()
    for match in _SENTENCE.finditer(text):
        sentence, at = match[0], match.start()
        if not _found(words.about, sentence) or _found(words.elsewhere, sentence):
            continue
        for value, start, end in _in(sentence):
            if 1 / _MOST <= value <= _MOST:
                yield Amount(KIND, value, at + start, at + end)
                break


def _in(sentence: str) -> Iterator[tuple[float, int, int]]:
    """The ratio of a miss to a false alarm that a sentence tells, and its place."""
    errors = list(_errors(sentence))
    if not errors:
        return
    yield from _spared(sentence)
    yield from _paired(sentence, errors)
    for pattern in ratio_words().equals:
        yield from _compared(sentence, errors, pattern)
    for pattern in ratio_words().times:
        yield from _compared(sentence, errors, pattern)
    yield from _named_first(sentence, errors)


def _errors(sentence: str) -> Iterator[_Error]:
    words = ratio_words()
    found = [
        _Error(missed, match.start(), match.end())
        for missed, pattern in ((True, words.miss), (False, words.alarm))
        for match in _compiled(pattern).finditer(sentence)
    ]
    yield from sorted(found, key=lambda one: one.start)


def _compared(
    sentence: str, errors: list[_Error], pattern: str
) -> Iterator[tuple[float, int, int]]:
    """A number between two errors: the one before it costs so many times the one behind it."""
    words = ratio_words()
    for match in _compiled(pattern).finditer(sentence):
        rest = sentence[match.end() :]
        factor = _factor(match)
        if factor is None or _found(words.unless, rest):
            continue
        first = next((one for one in reversed(errors) if one.end <= match.start()), None)
        second = next((one for one in errors if one.start >= match.end()), None)
        if second is None and first is not None and _CLAUSE.search(sentence, match.end()) is None:
            second = _Error(not first.missed, match.end(), len(sentence.rstrip()))
        elif first is None and second is not None and _OPEN.match(sentence[: match.start()]):
            first = _Error(not second.missed, _begin(sentence, match.start()), match.start())
        if first is None or second is None or first.missed == second.missed:
            continue
        if _found(words.inverse, rest):
            factor = 1 / factor
        start = _begin(sentence, first.start)
        end = _until(sentence, second.end)
        yield (factor if first.missed else 1 / factor), start, end


def _paired(sentence: str, errors: list[_Error]) -> Iterator[tuple[float, int, int]]:
    """Two numbers, in the order in which the errors are named."""
    sides = _sides(errors)
    match = _compiled(ratio_words().pair).search(sentence)
    if match and sides:
        value = _number(match["n"]) / (_number(match["m"]) or 1)
        start, end = min(sides[0].start, match.start()), max(sides[1].end, match.end())
        yield (value if sides[0].missed else 1 / value if value else 0), start, end


def _named_first(sentence: str, errors: list[_Error]) -> Iterator[tuple[float, int, int]]:
    """One number behind both errors: "the cost ratio of a miss to a false alarm is 30"."""
    match = _compiled(ratio_words().ratio).search(sentence)
    sides = _sides(errors)
    if match and sides and sides[1].end <= match.end():
        value = _factor(match) or 0
        if value:
            yield (value if sides[0].missed else 1 / value), match.start(), match.end()


def _spared(sentence: str) -> Iterator[tuple[float, int, int]]:
    """So many false alarms that are taken for one miss that is spared."""
    match = _compiled(ratio_words().spared).search(sentence)
    if match is None:
        return
    many, one = (next(_errors(match[name]), None) for name in ("many", "one"))
    value = _factor(match)
    if value and many and one and one.missed and not many.missed:
        yield value, match.start(), match.end()


def _sides(errors: list[_Error]) -> list[_Error]:
    """The first mention of each of the two errors, where both are named."""
    other = next((one for one in errors if one.missed != errors[0].missed), None)
    return [errors[0], other] if other else []


def _factor(match: re.Match[str]) -> float | None:
    groups = match.groupdict()
    words = ratio_words()
    if said := groups.get("worth"):
        return words.worth.get(said.lower(), 1.0)
    value = _number(groups["n"] or "")
    return max(value, _number(groups["lo"])) if groups.get("lo") else value or None


def _number(said: str) -> float:
    bare = said.lower().split()[-1]
    counted = ratio_words().counts.get(bare)
    return float(bare.replace(",", ".")) if counted is None else counted


def _begin(sentence: str, at: int) -> int:
    """Where the clause of a place begins, without the blanks and joining words before it."""
    begin = max((one.end() for one in _CLAUSE.finditer(sentence, 0, at)), default=0)
    return begin + len(sentence[begin:]) - len(sentence[begin:].lstrip())


def _until(sentence: str, at: int) -> int:
    """Where the words of the second error end: at its clause's end, or soon behind it."""
    breaks = _CLAUSE.search(sentence, at)
    end = min(breaks.start() if breaks else len(sentence), at + 30)
    cut = len(sentence[:end].rstrip())
    return cut if end in (len(sentence), breaks.start() if breaks else -1) else at


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    words = ratio_words()
    filled = pattern.replace("@number@", words.number).replace("@word@", words.word)
    return re.compile(filled, re.IGNORECASE)


def _found(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None
