"""The quality bar: ten items, each held against what a bundle says and not how it says it.

An item is there where each of its facets has a control with metric, threshold, action and owner,
where no control that was given places for these leaves one empty, and where no question of its gate
waits for an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from mlops_agent.contracts.bundle import BarItem, GatePlan, PlanRisk
from mlops_agent.vocabulary.gates import gate_words
from mlops_agent.vocabulary.plan import Facet, ItemWords, bar_words, control_words
from mlops_agent.workflow.composing import AGAIN
from mlops_agent.workflow.judging import ASPECTS, Candidate

MOST_NAMED = 4


def bar_of(gates: Sequence[GatePlan], risks: Sequence[PlanRisk]) -> list[BarItem]:
    """The ten items held against a plan's own records."""
    keys = {(one.gate, one.name): one.key for one in control_words()}
    candidates = [
        Candidate(
            where=f"{gate.gate}: {control.name}",
            heading="",
            topic=control.name,
            parts={
                "metric": control.metric,
                "threshold": control.threshold,
                "action": control.action,
                "owner": control.owner,
            },
            told=frozenset(ASPECTS),
            key=keys.get((gate.gate, control.name), gate.gate),
        )
        for gate in gates
        for control in gate.controls
    ]
    candidates += [
        Candidate(
            where=f"residual risk: {number}",
            heading="",
            topic=risk.risk,
            parts={"action": risk.follow_up, "owner": risk.owner},
            told=frozenset({"action", "owner"}),
            key="risk",
        )
        for number, risk in enumerate(risks, start=1)
    ]
    asked: dict[str, list[str]] = {gate.gate: open_questions(gate.open) for gate in gates}
    return _held_open(hold(candidates), asked)


def open_questions(lines: Iterable[str]) -> list[str]:
    """The ids of the questions among open points ("drift: Which signals ...?")."""
    ids = {one.id for one in gate_words().questions}
    leads = (line.split(":", 1)[0] for line in lines)
    return [lead for lead in dict.fromkeys(leads) if lead.removesuffix(AGAIN) in ids]


def hold_document(candidates: Sequence[Candidate], points: Iterable[str]) -> list[BarItem]:
    """The ten items held against a document's candidates and the questions among its points."""
    words = gate_words()
    slots = {one.id: one.slots for one in words.questions}
    asked: dict[str, list[str]] = {}
    for one in open_questions(points):
        named = slots[one.removesuffix(AGAIN)]
        for gate in dict.fromkeys(words.slots[name].gate for name in named):
            asked.setdefault(gate, []).append(one)
    return _held_open(hold(candidates), asked)


def _held_open(items: list[BarItem], asked: Mapping[str, list[str]]) -> list[BarItem]:
    """The items, none there while a question of its gate waits: what is open is no assumption."""
    homes: dict[str, str] = {one.key: one.gate for one in control_words()}
    made: list[BarItem] = []
    for item, words in zip(items, bar_words().items, strict=True):
        questions = asked.get(homes[words.controls[0]], []) if words.controls else []
        lacking = [f"an answer to {one}, or `{one}: skip`" for one in questions]
        missing, present = [*item.missing, *lacking], item.present and not lacking
        made.append(item.model_copy(update={"present": present, "missing": missing}))
    return made


def hold(candidates: Sequence[Candidate]) -> list[BarItem]:
    """The ten items held against candidates for controls."""
    return [_item(words, candidates) for words in bar_words().items]


def _item(words: ItemWords, candidates: Sequence[Candidate]) -> BarItem:
    missing: list[str] = []
    where: list[str] = []
    for facet in words.facets:
        mine = [one for one in candidates if _belongs(one, words, facet)]
        complete = [one for one in mine if not one.lacking(words.needs)]
        # Where somebody made room for an owner and left it empty, the control has none.
        gutted = [one for one in mine if set(one.lacking(words.needs)) & one.told]
        if complete and not gutted:
            where += [one.where for one in complete[:MOST_NAMED]]
        else:
            missing += _missing(facet, words, gutted or mine)
    return BarItem(
        item=words.item,
        present=not missing,
        where=_together(where),
        missing=missing,
    )


def _together(where: Sequence[str]) -> str:
    """Places, each gate or kind named once: "lineage: input data, split"."""
    by_lead: dict[str, list[str]] = {}
    for one in dict.fromkeys(where):
        lead, colon, name = one.partition(": ")
        if lead.startswith("line ") or not colon:
            lead, name = one, ""
        by_lead.setdefault(lead, []).append(name)
    return "; ".join(
        f"{lead}: {', '.join(names)}" if names[0] else lead for lead, names in by_lead.items()
    )


def _missing(facet: Facet, words: ItemWords, nearest: Iterable[Candidate]) -> list[str]:
    ranked = sorted(nearest, key=lambda one: len(one.lacking(words.needs)))
    if not ranked:
        return [facet.name]
    return [
        f"{facet.name}: {' and '.join(_articled(one) for one in near.lacking(words.needs))} "
        f"({near.where})"
        for near in ranked[:MOST_NAMED]
        if near.lacking(words.needs) == ranked[0].lacking(words.needs) or near.told
    ]


def _articled(aspect: str) -> str:
    return f"{'an' if aspect[0] in 'ao' else 'a'} {aspect}"


def _belongs(one: Candidate, words: ItemWords, facet: Facet) -> bool:
    if one.key:
        return _by_key(one, words, facet)
    text = " ".join((one.topic, *one.parts.values()))
    every = bar_words().items
    # In one table of all gates the row's own name is what a heading is elsewhere.
    headed = any(_found(other.headings, one.heading) for other in every)
    named = any(_found(other.headings, one.row) for other in every)
    heading = one.heading if headed else one.row if named else one.topic
    if _found(words.headings, heading):
        alone = len(words.facets) == 1
        return _found(facet.words, text) or (alone and _found(facet.words, heading))
    # A rollback stands under "retraining" as often as under "release".
    return len(words.facets) > 1 and _found(facet.words, one.topic)


def _by_key(one: Candidate, words: ItemWords, facet: Facet) -> bool:
    if one.key == "risk":
        return not words.controls
    if one.key not in words.controls:
        return False
    topic = f"{one.topic} {one.parts['metric']}"
    fitting = [other for other in words.facets if _found(other.words, topic)]
    return facet in (fitting or words.facets[:1])


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None
