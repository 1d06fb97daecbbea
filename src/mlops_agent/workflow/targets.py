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
_SENTENCE = re.compile(r"[.!?](?=\s|$)|[;\n]")
_COMMA = re.compile(r",(?=\s)|\b(?:but|while|whereas|and)\b")
_FAR = 100

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
            for kind, value, end in _values(mention):
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
    """Each number behind a mention that is a target or a measured value, and where it ends."""
    text, metric = mention.text, mention.metric
    begin = max((m.end() for m in _breaks(text, metric.start)), default=0)
    head, last = text[begin : metric.start], metric.end
    for match in _NUMBER.finditer(text, metric.end, mention.reach):
        if re.search(r"\d", text[last : match.start()]):
            return  # A number of something else lies between: what follows is about that.
        between = _COMMA.split(text[last : match.start()])
        clause = between[-1] if len(between) > 1 else head + " " + between[0]
        kind = _kind(metric, clause, between, text[match.end() : match.end() + 30])
        last = match.end()
        value = float(_decimal(match["n"])) / (100 if match["share"] else 1)
        if kind is not None and value > 0 and (metric.word.family == "other" or value <= 1):
            yield kind, value, match.end()


def _kind(metric: Metric, clause: str, between: list[str], after: str) -> Told | None:
    words, before = value_words(), between[-1]
    if _said(words.gone).search(clause):
        return None
    own, other = words.lower, words.upper
    if metric.lower_is_better:
        own, other = other, own
    if _said(own).search(before) or _said(words.after).search(after):
        return "target"
    if _said(other).search(before):
        return None
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
