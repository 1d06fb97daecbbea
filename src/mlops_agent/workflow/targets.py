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
    r"(?<![\w.,])(?<!\d:)(?P<n>\d{1,3}(?:,\d{3})+|\d*\.\d+|\d+(?:,\d{1,2})?)(?![\d.,]*\d)\s?(?P<share>%?)"
    r"(?!\s?(?:k|rows?|days?|weeks?|months?|cases?|customers?|people|persons?|"
    r"engineers?|analysts?|servers?|machines?|gpus?|replicas?|times|features?|versions?|"
    r"promotions?|releases?)\b)"
)
_IN_DAYS = re.compile(_NUMBER.pattern.replace("|days?|weeks?|months?", ""))
"""A number of an error that may be told in days: "MAE of at most 1.2 days"."""
_OF_TIME = ("MAE", "RMSE")
_SENTENCE = re.compile(r"[.!?](?=\s|$)|[;\n]")
_COMMA = re.compile(r",(?=\s)|\b(?:but|while|whereas|and)\b")
_AHEAD = re.compile(
    r"(?<![\w.,\u2013-])(?P<n>\d*\.\d+|\d{1,3}(?:,\d{1,2})?)\s?(?P<share>%?)\s+(?:of\s+|in\s+)?$"
)
_NUMBERED = re.compile(
    r"\b(?:versions?|v|models?|days?|weeks?|months?|quarter|top|releases?|steps?|stage|phase|tier|"
    r"level|run|epoch|fold|site|plant|region|class|group|number|no\.?|#)\s*$",
    re.IGNORECASE,
)
"""What a number in front of a metric counts, where it is no value of it: "version 2 MAE"."""
_FOLLOWS = re.compile(
    r"[\s,:(]*(?:(?:and|but|so|also|however|still|then|aber|mais|it|its|this|that|which|we|i|it.s|"
    r"our|the|an?|is|are|be|to|of|at|as|value|metric|model|figure|minimum|maximum|target|goal|aim|"
    r"floor|limit|bar|gate|must|should|shall|can|cannot|will|would|has to|have to|needs?|wants?|"
    r"like|not|never|no|nothing|do|does|don.t|won.t|can.t|mustn.t|shouldn.t|may|always|ever|"
    r"accept\w*|tolerate\w*|allow\w*|required?|drop\w*|fall\w*|sink|go|get|dip|slip|decrease|"
    r"decline|degrade|rise|climb|grow|increase|exceed|stays?|remain|reach|keep|kept|held|hold|"
    r"below|under|beneath|beyond|above|over|least|most|less|lower|more|higher|worse|better|than|"
    r"within|up|down|min|max|today|now|currently|again|raise|improve|bring|lift|reduce|cut|"
    r"we.d|business|stakeholders?|contract|says|asks|for|next|year|quarter|in|production|"
    r"es|sie|er|darf|soll|sollte|muss|nicht|nie|unter|über|mindestens|höchstens|wert|ziel|"
    r"elle|il|ne|doit|pas|jamais|en dessous|de|descendre|tomber|au|moins|plus|[<>=≤≥]++)"
    r"(?:[\s,:]+|(?<=[<>=≤≥])|$))*",
    re.IGNORECASE,
)
"""A clause that bounds what was spoken of before it, and names no other thing."""
_HOW_IT_IS = re.compile(
    r"\b(?:is|are|it.s|that|which)\b|"
    r"(?<!\bno )(?<!\bnot )(?<!\bnever )\b(?:better|higher|lower|more|less|worse)\b",
    re.IGNORECASE,
)
"""A comparison with a value, as in "today, better than 0.84 last year", bounds nothing."""
_AS_A_BOUND = re.compile(r"\b(?:accept\w*|tolerate\w*|allow\w*|minimum|maximum)\b", re.IGNORECASE)
_GIVEN_UP = re.compile(
    r"\s*(?:is|was|were|are|has been)\s+(?:\w+\s+)?"
    r"(?:dropped|abandoned|given up|lifted|withdrawn|cancell?ed|scrapped)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\s*(?:[a-z/]{1,12}\s+){0,3}?(?:not|no|never|hardly|barely|rarely|seldom|was|were|isn.t|"
    r"aren.t|wasn.t|nicht|kein\w*|pas|if|when|unless)\b",
    re.IGNORECASE,
)
_UNWANTED = re.compile(
    r"(?:\b(?:not|no|never|nobody|cannot|hardly)|n.t)\s+(?:\w+\s+)?"
    r"(?:need|want|requir|aim|target|demand|expect|promis|guarantee|have to)",
    re.IGNORECASE,
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
    if ahead := _ahead(mention, head):
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


def _ahead(mention: _Mention, head: str) -> re.Match[str] | None:
    """A number before its metric, where none of its own stands behind: "at least 90 % recall"."""
    ahead, words = _AHEAD.search(head), value_words()
    if ahead is None or _NUMBERED.search(head, 0, ahead.start()):
        return None
    bound = _said(f"(?:{words.lower}|{words.upper})\\s*(?:be\\s*)?$")
    behind = _NUMBER.search(mention.text, mention.metric.end, mention.reach)
    if behind is None or bound.search(head, 0, ahead.start()):
        return ahead
    between = _COMMA.split(mention.text[mention.metric.end : behind.start()])
    return None if len(between) == 1 and bound.search(between[0]) else ahead


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
        if not _follows(text[begin : match.start()], clause):
            continue
        held = words.kept_down if lower else words.kept_up
        bound = _said(held).search(clause) or (
            _said(words.upper if lower else words.lower).search(clause)
        )
        value = float(_decimal(match["n"])) / (100 if match["share"] else 1)
        about_it = bound and not _said(words.other).search(clause)
        if about_it and today / 2 <= value <= today * 2 and _ENDS.match(text, match.end()):
            yield "target", value, match.end()
            return


def _follows(said: str, clause: str) -> bool:
    """Whether a clause at the end of what is said still speaks of what was said first."""
    first, *others = [one for one in _SENTENCE.split(said) if one.strip()] or [""]
    if not others:
        return _bounds(clause)
    # "It" of the next sentence is what the one before it speaks of, if that is one thing.
    other = _said(value_words().other)
    alone = not any(other.search(one) for one in _COMMA.split(first)[1:])
    return len(others) == 1 and alone and _bounds(others[0])


def _bounds(clause: str) -> bool:
    """Whether a clause before a number bounds what was spoken of, and tells nothing else."""
    if not _FOLLOWS.fullmatch(clause):
        return False
    words = value_words()
    meant = _said(f"{words.wanted}|{words.modal}|{_AS_A_BOUND.pattern}").search(clause)
    return bool(meant) or not _HOW_IT_IS.search(clause)


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
    if _denied(after) and not _said(words.refused).search(after):
        return
    modal = _said(words.modal).search(before)
    today = _said(words.now_after).search(after) or (_said(words.now).search(before) and not modal)
    if today and not _said(words.gone).search(clause):
        yield "measured"
    if _said(words.held_after).search(after) or _said(words.after).search(after):
        yield "target"
    elif not today and (kind := _plainly(metric, clause, between, after)):
        yield kind


def _denied(after: str) -> bool:
    """Whether the words behind a number would make it an aim, were they not denied."""
    denied = _DENIED.match(after)
    return bool(_GIVEN_UP.match(after)) or bool(
        denied and _said(value_words().after).search(after[denied.end() :])
    )


def _plainly(metric: Metric, clause: str, between: list[str], after: str) -> Told | None:
    """What a number is by the words before it."""
    words, before = value_words(), between[-1]
    own, other, kept = words.lower, words.upper, words.kept_up
    if metric.lower_is_better:
        own, other, kept = words.upper, words.lower, words.kept_down
    elsewhere = len(between) > 1 and (_said(words.other).search(before) or not _bounds(before))
    if not elsewhere and _said(kept).search(before):
        return "target"
    if elsewhere or _said(words.gone).search(clause) or _UNWANTED.search(clause):
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
