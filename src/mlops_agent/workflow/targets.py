"""The values that are told for a metric: what it has to be, and what it is today.

A value that was, fell or is somebody's alarm is neither; the words that tell them apart are data
(`vocabulary/plan/metrics.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from mlops_agent.contracts.gates import Evidence
from mlops_agent.vocabulary.plan import value_words
from mlops_agent.workflow.ground import Target
from mlops_agent.workflow.knowing import passages_of
from mlops_agent.workflow.metrics import Metric, metrics_in
from mlops_agent.workflow.statements import stated

_NUMBER = re.compile(
    r"(?<![\w.,])(?P<n>\d{1,3}(?:,\d{3})+|\d*\.\d+|\d+(?:,\d{1,2})?)(?![\d.,]*\d)\s?(?P<share>%?)"
    r"(?!\s?(?:k|rows?|days?|weeks?|months?|cases?|customers?)\b)"
)
_IN_DAYS = re.compile(_NUMBER.pattern.replace("|days?|weeks?|months?", ""))
"""A number of an error that may be told in days: "MAE of at most 1.2 days"."""
_OF_TIME = ("MAE", "RMSE")
_SENTENCE = re.compile(r"[.!?](?=\s|$)|[;\n]")
_COMMA = re.compile(r",(?=\s)|\b(?:but|while|whereas|and)\b")
_AHEAD = re.compile(
    r"(?<![\w.,])(?P<n>\d*\.\d+|\d{1,3}(?:,\d{1,2})?)\s?(?P<share>%?)\s+(?:of\s+|in\s+)?$"
)
_CLAUSE_ENDS = re.compile(r"[.!?;,](?=\s)|\n|\b(?:but|while|whereas|and)\b")
_ENDS = re.compile(
    r"\s*(?:[.,;)](?!\d)|$|\n|(?:is|are|and|or|but|at|allowed|accepted|acceptable|required|needed|"
    r"tolerated|minutes|hours|days|units)\b)"
)
_FAR = 100
_FURTHER = 160
_BEHIND = 60

Told = Literal["target", "measured"]


@dataclass(frozen=True, slots=True)
class _Mention:
    """A place where the metric is named, and how far what is said of it reaches."""

    text: str
    metric: Metric
    reach: int


def told_value(
    text: str, answers: Mapping[str, str], metric: Metric | None, wanted: Told
) -> Target | None:
    """The first target, or measured value, that request or answers tell for a metric."""
    if metric is None:
        return None
    sources = [("", text), *answers.items()]
    for name, said in sources:
        masked, _ = stated(said, () if name else passages_of(said))
        for mention in _mentions(masked, metric.name):
            near = list(_values(mention))
            for kind, value, end in [*near, *_later(mention, near)]:
                if kind == wanted:
                    start = mention.metric.start
                    span = said[start:end].strip()
                    source = "answer" if name else "request"
                    place = Evidence(source=source, text=span, start=start, end=end, answer=name)
                    return Target(value, place)
    return None


def _mentions(text: str, name: str) -> Iterator[_Mention]:
    found = metrics_in(text)
    for index, one in enumerate(found):
        if one.name == name:
            after = _SENTENCE.search(text, one.end)
            ends = [one.end + _FAR, after.start() if after else len(text)]
            ends += [other.start for other in found[index + 1 : index + 2]]
            yield _Mention(text, one, min(ends))


def _values(mention: _Mention) -> Iterator[tuple[Told, float, int]]:
    """Each number at a mention that is a target or a measured value, and where it ends."""
    text, metric = mention.text, mention.metric
    begin = max((m.end() for m in _breaks(text, metric.start)), default=0)
    head, last = text[begin : metric.start], metric.end
    if ahead := _AHEAD.search(head):
        # "at least 90 % recall": the number stands before its metric, and none of its own behind.
        clause = head[: ahead.start()]
        for kind in _kinds(metric, clause, [clause], text[metric.end : mention.reach]):
            yield from _valued(kind, metric, ahead, metric.end)
        return
    number = _IN_DAYS if metric.name in _OF_TIME else _NUMBER
    for match in number.finditer(text, metric.end, mention.reach):
        if re.search(r"\d", text[last : match.start()]):
            return  # A number of something else lies between: what follows is about that.
        between = _COMMA.split(text[last : match.start()])
        clause = between[-1] if len(between) > 1 else head + " " + between[0]
        behind = text[match.end() : min(match.end() + _BEHIND, mention.reach)]
        last = match.end()
        for kind in _kinds(metric, clause, between, behind):
            end = match.end() + (_aimed(behind) if kind == "target" else 0)
            yield from _valued(kind, metric, match, end)


def _later(
    mention: _Mention, near: list[tuple[Told, float, int]]
) -> Iterator[tuple[Told, float, int]]:
    """A bound that follows today's value at some distance: "0.46 on 30k rows; not below 0.44"."""
    if not near or any(kind == "target" for kind, _, _ in near):
        return
    _, today, begin = near[0]
    text, words, lower = mention.text, value_words(), mention.metric.lower_is_better
    later = metrics_in(text[begin : begin + _FURTHER])
    end = begin + (later[0].start if later else _FURTHER)
    for match in _NUMBER.finditer(text, begin, end):
        clause = _CLAUSE_ENDS.split(text[begin : match.start()])[-1]
        held = words.kept_down if lower else words.kept_up
        bound = _said(held).search(clause) or (
            _said(words.upper if lower else words.lower).search(clause)
        )
        value = float(_decimal(match["n"])) / (100 if match["share"] else 1)
        about_it = bound and not _said(words.other).search(clause)
        if about_it and today / 2 <= value <= today * 2 and _ENDS.match(text, match.end()):
            yield "target", value, match.end()
            return


def _valued(
    kind: Told, metric: Metric, match: re.Match[str], end: int
) -> Iterator[tuple[Told, float, int]]:
    """A number as one of its kind, where it can be the metric's."""
    value = float(_decimal(match["n"])) / (100 if match["share"] else 1)
    if value > 0 and (metric.word.family == "other" or value <= 1):
        yield kind, value, end


def _aimed(after: str) -> int:
    """How far the words behind a number reach that say that it is an aim."""
    words = value_words()
    found = _said(words.held_after).search(after) or _said(words.after).search(after)
    return found.end() if found else 0


def _kinds(metric: Metric, clause: str, between: list[str], after: str) -> Iterator[Told]:
    """What a number is told to be; one of today that has to be held is both."""
    words, before = value_words(), between[-1]
    modal = _said(words.modal).search(before)
    today = _said(words.now_after).search(after) or (_said(words.now).search(before) and not modal)
    if today and not _said(words.gone).search(clause):
        yield "measured"
    if _said(words.held_after).search(after) or _said(words.after).search(after):
        yield "target"
    elif not today and (kind := _plainly(metric, clause, between, after)):
        yield kind


def _plainly(metric: Metric, clause: str, between: list[str], after: str) -> Told | None:
    """What a number is by the words before it."""
    words, before = value_words(), between[-1]
    own, other, kept = words.lower, words.upper, words.kept_up
    if metric.lower_is_better:
        own, other, kept = words.upper, words.lower, words.kept_down
    elsewhere = len(between) > 1 and _said(words.other).search(before)
    if not elsewhere and _said(kept).search(before):
        return "target"
    if elsewhere or _said(words.gone).search(clause):
        return None
    if not _said(own).search(before) and _said(other).search(before):
        return "target" if _said(words.refused).search(after) else None
    if _said(words.wanted).search(clause) or _said(own).search(clause):
        return "target"
    return "measured" if _said(words.plain).search(",".join(between)) else None


def _breaks(text: str, end: int) -> Iterator[re.Match[str]]:
    yield from _SENTENCE.finditer(text, 0, end)
    yield from _COMMA.finditer(text, 0, end)


def _decimal(said: str) -> str:
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+", said)
    return said.replace(",", "" if thousands else ".")


@cache
def _said(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
