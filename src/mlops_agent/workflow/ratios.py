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
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,'\u00a0\u202f ]\d{3})+")
_NOT_A_DIGIT = re.compile(r"\D")
_WINDOW = 70
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
    yield from _spared(sentence, errors)
    for pattern in (*ratio_words().equals, *ratio_words().times):
        yield from _compared(sentence, errors, pattern)
    yield from _paired(sentence, errors)
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
        if factor is None or _found(words.unless, rest) or _denied(sentence, errors, match.start()):
            continue
        first, second = _beside(sentence, errors, match)
        if first is None or second is None or first.missed == second.missed:
            continue
        if _found(words.inverse, rest):
            factor = 1 / factor
        start = _begin(sentence, first.start)
        end = _until(sentence, second.end)
        yield (factor if first.missed else 1 / factor), start, end


def _beside(
    sentence: str, errors: list[_Error], match: re.Match[str]
) -> tuple[_Error | None, _Error | None]:
    """The errors on both sides of a number that compares costs; one may have words of its own."""
    words = ratio_words()
    start, end = match.span()
    first = next((one for one in reversed(errors) if one.end <= start), None)
    second = next((one for one in errors if one.start >= end), None)
    behind = _compared_to(sentence, start, end)
    costs = behind > end or _by_itself(match) or _found(words.costing, sentence[:start])
    between = sentence[end : second.start] if second else ""
    if first and second and not _found(words.apart, between) and not _found(words.money, between):
        return (first, second) if costs or _found(words.near, between) else (None, None)
    if first:
        return first, _unnamed(sentence, errors, first, match) if costs else None
    begin = _begin(sentence, start)
    clause = sentence[begin:start]
    if second and costs and _found(words.subject, clause) and not _found(words.money, clause):
        return _Error(not second.missed, begin, start), second
    return None, second


def _unnamed(
    sentence: str, errors: list[_Error], first: _Error, match: re.Match[str]
) -> _Error | None:
    """The error behind a number where none of its words is known, or that was named before."""
    words, end = ratio_words(), match.end()
    behind = _compared_to(sentence, match.start(), end)
    breaks = _CLAUSE.search(sentence, end)
    tail = sentence[behind : breaks.start() if breaks else len(sentence)].rstrip()
    if _found(words.same, match[0]):
        told = bool(_sides([one for one in errors if one.end <= match.start()])) and not tail
    elif _by_itself(match):
        told = False
    else:
        told = _found(words.other, tail) if tail else behind > end
    if not told or _found(words.money, tail):
        return None
    return _Error(not first.missed, end, max(end, behind + len(tail)))


def _compared_to(sentence: str, start: int, end: int) -> int:
    """Where the words end by which a number compares costs: "worse"; without any, its own end."""
    words, rest = ratio_words(), sentence[end:]
    found = _compiled(words.comparative).match(rest)
    if found is None and _found(words.bears, sentence[_begin(sentence, start) : start]):
        found = _compiled(words.vague).match(rest)
    return end + found.end() if found else end


def _by_itself(match: re.Match[str]) -> bool:
    """Whether the words of a number say that costs are compared: "as bad as 30"."""
    if match.groupdict().get("worth"):
        return _found(ratio_words().same, match[0])
    return _numeral(match) > match.start()


def _numeral(match: re.Match[str]) -> int:
    """Where the number begins."""
    groups = match.groupdict()
    return match.start(next(name for name in ("worth", "lo", "n") if groups.get(name)))


def _denied(sentence: str, errors: list[_Error], at: int) -> bool:
    """Whether the clause before a place takes back what is said there."""
    begin = _begin(sentence, at)
    clause = "".join(
        " " if any(one.start <= place < one.end for one in errors) else sentence[place]
        for place in range(begin, at)
    )
    return _found(ratio_words().denied, clause)


def _paired(sentence: str, errors: list[_Error]) -> Iterator[tuple[float, int, int]]:
    """Two numbers, in the order in which the errors are named."""
    words = ratio_words()
    for match in _compiled(words.pair).finditer(sentence):
        before = sentence[max(0, match.start() - _WINDOW) : match.start()]
        beside = words.beside if match["by"] == ":" else words.beside_words
        if not _found(beside, before) or _found(words.shares, before):
            continue
        sides = _sides_at(errors, match)
        over, under = _number(match["n"]), _number(match["m"])
        if sides and over and under and not _denied(sentence, errors, match.start()):
            start, end = min(sides[0].start, match.start()), max(sides[1].end, match.end())
            yield (over / under if sides[0].missed else under / over), start, end


def _named_first(sentence: str, errors: list[_Error]) -> Iterator[tuple[float, int, int]]:
    """One number behind both errors: "the cost ratio of a miss to a false alarm is 30"."""
    words = ratio_words()
    for match in _compiled(words.ratio).finditer(sentence):
        window = sentence[max(0, match.start() - _WINDOW) : match.end()]
        sides = _sides([one for one in errors if one.end <= match.start("n")])
        value = _factor(match)
        if not sides or not value or _denied(sentence, errors, match.start("n")):
            continue
        if _found(words.bears, window) and not _found(rf"{words.less}|{words.shares}", window):
            yield (value if sides[0].missed else 1 / value), match.start(), match.end()


def _spared(sentence: str, errors: list[_Error]) -> Iterator[tuple[float, int, int]]:
    """So many false alarms that are taken for one miss that is spared."""
    match = _compiled(ratio_words().spared).search(sentence)
    if match is None or _denied(sentence, errors, match.start()):
        return
    many, one = (next(_errors(match[name]), None) for name in ("many", "one"))
    value = _factor(match)
    if value and many and one and one.missed and not many.missed:
        yield value, match.start(), match.end()


def _sides(errors: list[_Error]) -> list[_Error]:
    """The two errors that are named last, where both are named."""
    last = errors[-1] if errors else None
    other = next((one for one in reversed(errors) if last and one.missed != last.missed), None)
    return [other, last] if other and last else []


def _sides_at(errors: list[_Error], match: re.Match[str]) -> list[_Error]:
    """The two errors that a pair of numbers is told for: right before it, or right behind it."""
    before = [one for one in errors if one.end <= match.start()]
    behind = [one for one in errors if one.start >= match.end()]
    return _sides(before) or _sides(behind[:2]) or _sides([*before[-1:], *behind[:1]])


def _factor(match: re.Match[str]) -> float | None:
    """The number, of a range the lower one; none where it is the end of a longer numeral."""
    groups = match.groupdict()
    words = ratio_words()
    if _found(words.joined, match.string[: _numeral(match)]):
        return None
    if said := groups.get("worth"):
        return words.worth.get(said.lower(), 1.0)
    value = _number(groups["n"] or "")
    return min(value, _number(groups["lo"])) if groups.get("lo") else value or None


def _number(said: str) -> float:
    """A number as amounts read it: "1.000" and "1,000" are a thousand."""
    counted = ratio_words().counts.get(said.lower().split()[-1])
    if counted is not None:
        return counted
    if _THOUSANDS.fullmatch(said):
        return float(_NOT_A_DIGIT.sub("", said))
    return float(said.replace(",", "."))


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
    parts = {"same": words.same, "number": words.number, "digits": words.digits, "word": words.word}
    filled = pattern
    for name, part in parts.items():
        filled = filled.replace(f"@{name}@", part)
    return re.compile(filled, re.IGNORECASE)


def _found(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None
