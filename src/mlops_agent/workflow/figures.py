"""The figures that a plan is computed from: what the request and the answers say, with its place.

Only statements count: no question, no doubt, nobody else's affairs. An answer counts before the
request; where the two differ, or one says two values, that is told and never settled in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mlops_agent.contracts.gates import Evidence
from mlops_agent.errors import BadInputError
from mlops_agent.vocabulary.gates import gate_words
from mlops_agent.workflow.amounts import Amount, read_amounts
from mlops_agent.workflow.knowing import clause_around, passages_of
from mlops_agent.workflow.ratios import cost_ratios
from mlops_agent.workflow.statements import stated

HINTS = {
    "label-delay": "labels after: ",
    "latency": "p95 latency: ",
    "availability": "availability: ",
    "rollback-time": "roll back within ",
    "retention": "kept for ",
    "holdout": "holdout of ",
    "rollout": "canary at ",
}
"""What an answer to one question is an amount of, where it is a bare number."""
SAME = 0.01
"""By how much of the larger two values of one kind may differ and still say the same."""


NEAR = 0.2
"""By how much a ratio in round words may differ from that of two costs."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One amount (see `Amount` for its unit) and where it is said."""

    kind: str
    value: float
    evidence: Evidence
    sign: str = ""
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures by kind; `clashes` are a figure that counts and another value told for it.

    `unread` are the places of numbers that are no figure of their kind, by kind.
    """

    by_kind: dict[str, Figure] = field(default_factory=dict[str, Figure])
    clashes: list[tuple[Figure, Figure]] = field(default_factory=list[tuple[Figure, Figure]])
    unread: dict[str, Evidence] = field(default_factory=dict[str, Evidence])


def read_figures(text: str, answers: Mapping[str, str]) -> dict[str, Figure]:
    """The figures by kind. `answers` are by the id of a question, or the slot that it settles."""
    return told_figures(text, answers).by_kind


def told_figures(text: str, answers: Mapping[str, str]) -> Figures:
    """The figures with what contradicts them and what could not be read as one."""
    made = Figures()
    read = [*_of_answers(answers), *_of_request(text)]
    # A second choice comes after all first ones.
    for one, refused in sorted(read, key=lambda pair: pair[0].weak):
        if refused:
            made.unread.setdefault(one.kind, one.evidence)
            continue
        first = made.by_kind.setdefault(one.kind, one)
        if _differ(first, one) and first.weak == one.weak:
            made.clashes.append((first, one))
    _compare_costs(made)
    return made


def _compare_costs(made: Figures) -> None:
    """Note a ratio of costs that is another than that of the two costs themselves."""
    costs = [made.by_kind.get(kind) for kind in ("cost-miss", "cost-alarm", "cost-ratio")]
    miss, alarm, ratio = costs
    if miss and alarm and ratio and miss.sign == alarm.sign:
        apart = abs(miss.value / alarm.value - ratio.value)
        if apart > NEAR * max(miss.value / alarm.value, ratio.value):
            source = ratio.evidence.source
            # An answer that contradicts the request is one of the two, whichever it tells.
            cost = alarm if miss.evidence.source == source != alarm.evidence.source else miss
            made.clashes.append((cost, ratio))


def compare_figures(text: str, answers: Mapping[str, str]) -> None:
    """Raise BadInputError, one line, where an answer gives another figure than the request."""
    for pair in told_figures(text, answers).clashes:
        one, other = sorted(pair, key=lambda figure: figure.evidence.source != "answer")
        if one.evidence.source == "answer" and other.evidence.source == "request":
            raise BadInputError(
                f'{one.evidence.answer} says "{one.evidence.text}", but the request says '
                f'"{other.evidence.text}" ({one.kind})',
                "make the two say the same",
            )


def _differ(one: Figure, other: Figure) -> bool:
    apart = abs(one.value - other.value) > SAME * max(one.value, other.value)
    return apart or (one.sign != other.sign and bool(one.sign and other.sign))


def _of_answers(answers: Mapping[str, str]) -> Iterator[tuple[Figure, bool]]:
    for name, answer in answers.items():
        hint = HINTS.get(name.rpartition(".")[2], "")
        masked, _ = stated(answer)
        for amount in [*read_amounts(hint + masked), *cost_ratios(hint + masked)]:
            start, end = max(amount.start - len(hint), 0), amount.end - len(hint)
            place = Evidence(
                source="answer", text=answer[start:end], start=start, end=end, answer=name
            )
            yield _figure(amount, place), amount.refused or _doubted(masked, start, end)


def _of_request(text: str) -> Iterator[tuple[Figure, bool]]:
    masked, _ = stated(text, passages_of(text))
    for amount in [*read_amounts(masked), *cost_ratios(masked)]:
        start, end = amount.start, amount.end
        place = Evidence(source="request", text=text[start:end].strip(), start=start, end=end)
        yield _figure(amount, place), amount.refused or _doubted(masked, start, end)


def _figure(amount: Amount, place: Evidence) -> Figure:
    return Figure(amount.kind, amount.value, place, amount.sign, amount.weak)


def _doubted(text: str, start: int, end: int) -> bool:
    words = gate_words()
    first, last = clause_around(text, start, end)
    clause = text[first:last]
    return bool(words.doubt.search(clause) or words.elsewhere.search(clause))
