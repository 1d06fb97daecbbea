"""The MLOps Delivery Bundle: ten gates from a request, its answers and a repository.

Everything in it is computed: facts with their places, thresholds with their derivation, the rest as
assumptions that say so. It is final only where the quality bar's ten items hold, each by
controls or stated assumptions; a question that nobody answered or declined is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_agent.contracts.bundle import BarItem, Control, GateFact, GatePlan, Plan
from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.gates import GATES, Clarification, Evidence, Gate, Mode
from mlops_agent.vocabulary.gates import gate_words
from mlops_agent.vocabulary.plan import ControlWords, control_words, decision_words
from mlops_agent.workflow.asking import clarify
from mlops_agent.workflow.bar import bar_of
from mlops_agent.workflow.deriving import BOUNDS
from mlops_agent.workflow.deriving.bound import Bound
from mlops_agent.workflow.deriving.costs import costs_told
from mlops_agent.workflow.deriving.rhythm import cadence_days
from mlops_agent.workflow.figures import compare_figures
from mlops_agent.workflow.following import (
    gate_of,
    named_shortly,
    next_requests,
    residual_risks,
    standing_findings,
)
from mlops_agent.workflow.ground import Ground, quoted
from mlops_agent.workflow.grounding import lay_ground
from mlops_agent.workflow.homes import (
    CLASHES,
    DERIVED,
    FIGURES,
    IN_A_BATCH,
    ROLES,
    STAGES,
    TOLD_BY,
)
from mlops_agent.workflow.naming import Names, by_place, names_of
from mlops_agent.workflow.noting import notes
from mlops_agent.workflow.owners import owner_of

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle
    from mlops_agent.workflow.opening import Opened

MOST_PLACES = 3
_Made = tuple[ControlWords, Control, Bound]


@dataclass(frozen=True, slots=True)
class _Draft:
    """What the gates are written from."""

    clarified: Clarification
    ground: Ground
    names: Names
    controls: dict[str, _Made]
    findings: Sequence[Finding]
    lifecycle: Lifecycle | None


def plan(
    text: str,
    mode: Mode,
    lifecycle: Lifecycle | None = None,
    findings: Sequence[Finding] = (),
    answers: Mapping[str, str] | None = None,
) -> Plan:
    """The Delivery Bundle of a request.

    Args:
        text: the request in plain words, ours to do.
        mode: "guided" leaves unanswered questions as open points, "one-shot" as assumptions.
        lifecycle: the repository as it was read, if there is one.
        findings: what the audit found in it.
        answers: by question, gate or need of a gate.

    Raises:
        BadInputError: an answer fits no question, or contradicts another or the request.
    """
    given = dict(answers or {})
    clarified = clarify(text, mode, lifecycle, findings, given)
    compare_figures(text, given)
    ground = lay_ground(text, given, clarified.answered, lifecycle)
    names = names_of(text, ground, lifecycle)
    controls = {
        words.key: _control(words, ground, names, findings)
        for words in control_words()
        if _applies(words, ground)
    }
    lacking = [words for words, control, _ in controls.values() if not control.in_repository]
    requests = next_requests(findings, lacking, names, lifecycle)
    order = ", then ".join(named_shortly(one) for one in requests[:3]) or "release"
    names = Names({**names.values, "order": order})
    draft = _Draft(clarified, ground, names, controls, findings, lifecycle)
    gates = [_gate(gate, draft) for gate in GATES]
    risks = residual_risks(ground, findings, requests, names)
    bar = bar_of(gates, risks)
    gates[-1] = _last(gates[-1], bar)
    bounds = [bound for _, _, bound in controls.values()]
    said = notes(clarified, ground, bounds, read=lifecycle is not None)
    return Plan(
        mode=mode,
        request=text,
        final=all(item.present for item in bar),
        gates=gates,
        quality_bar=bar,
        residual_risks=risks,
        requests=requests,
        notes=[*clarified.notes, *said],
    )


def plan_opened(opened: Opened, mode: Mode, answers: Mapping[str, str]) -> Plan:
    """The bundle of a request that was routed to us; what of it is others' stands in the notes.

    Raises BadInputError for answers that don't fit.
    """
    told = {key: words for key, words in answers.items() if key not in opened.asked}
    made = plan(opened.text, mode, opened.lifecycle, opened.findings, told)
    said = [one for one in opened.clarified(mode, answers).notes if one not in made.notes]
    return made.model_copy(update={"notes": [*said, *made.notes]})


def _last(gate: GatePlan, bar: Sequence[BarItem]) -> GatePlan:
    """The tenth gate, open while the bar misses an item."""
    lacking = [f"{one.item}: {'; '.join(one.missing)}" for one in bar if not one.present]
    return gate.model_copy(update={"open": lacking, "status": "open"}) if lacking else gate


def _applies(words: ControlWords, ground: Ground) -> bool:
    if words.only in ("classes", "numbers"):
        numbers = ground.numbers and costs_told(ground) is not None
        return ground.classes if words.only == "classes" else numbers
    return words.only in ("", ground.form) or (words.only == "online" and not ground.form)


def _control(
    words: ControlWords, ground: Ground, names: Names, findings: Sequence[Finding]
) -> _Made:
    bound = _bound(words, ground)
    places = _shown(words, ground, findings)
    control = Control(
        name=words.name,
        metric=names.fill(words.metric),
        threshold=bound.threshold,
        action=names.fill(words.action),
        owner=owner_of(ground, words.role),
        derivation=bound.derivation,
        assumed=bound.assumed,
        corrected_by=bound.wanted if bound.assumed else "",
        in_repository=bool(places),
        evidence=list(dict.fromkeys((*bound.evidence, *places))),
    )
    return words, control, bound


def _bound(words: ControlWords, ground: Ground) -> Bound:
    if words.bound:
        return BOUNDS[words.bound](ground)
    assumed = words.because.startswith("assumed")
    return Bound(words.threshold, words.because, assumed)


def _shown(words: ControlWords, ground: Ground, findings: Sequence[Finding]) -> list[Evidence]:
    """The places where the repository has the control, none where a finding undoes it."""
    if {one.rule for one in findings if not one.suppressed} & set(words.undone_by):
        return []
    found: list[Evidence] = []
    for name in words.shown_by:
        known = [one.evidence for one in ground.known.get(name, []) if one.evidence.path]
        if name == "cadence":  # What trains again without a time shows no schedule.
            known = [one for one in known if cadence_days(one.text) is not None]
        found += [*ground.shown.get(name, []), *known]
    return found[:MOST_PLACES]


def _gate(gate: Gate, draft: _Draft) -> GatePlan:
    mine = [one for one in draft.controls.values() if one[0].gate == gate]
    assumptions = list(_defaults(gate, draft))
    guessed = bool(assumptions) or any(bound.assumed for _, _, bound in mine)
    asked = [one for one in draft.clarified.questions if gate in (one.gate, *one.also)]
    opened = [f"{one.id}: {one.question}" for one in asked]
    opened += list(_clashing(gate, draft.ground))
    opened += list(_absent(gate, draft))
    return GatePlan(
        gate=gate,
        status="open" if opened else "assumed" if guessed else "settled",
        facts=_joined(_facts(gate, draft)),
        decisions=[_capital(draft.names.fill(one)) for one in decision_words()[gate]],
        controls=[control for _, control, _ in mine],
        assumptions=assumptions,
        open=opened,
    )


def _defaults(gate: Gate, draft: _Draft) -> Iterator[str]:
    """The defaults that apply, but for those that a control states with its threshold."""
    asked = {name for one in draft.clarified.questions for name in one.slots}
    left = [(one.slot, one.statement) for one in draft.clarified.assumptions if one.gate == gate]
    slots = gate_words().slots.values()
    left += [
        (slot.name, slot.default) for slot in slots if slot.gate == gate and slot.name in asked
    ]
    for slot, statement in left:
        stated = {DERIVED.get(slot, ""), IN_A_BATCH.get(slot, "")} & draft.controls.keys()
        if not stated and slot not in draft.ground.figures:
            yield f"{_capital(slot.replace('-', ' '))}: {statement}"


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _clashing(gate: Gate, ground: Ground) -> Iterator[str]:
    """The figures that were told twice and differ; the plan has to stand on one of them."""
    for one, other in ground.clashes:
        if CLASHES.get(one.kind, "serving-release") == gate:
            yield (
                f"{_capital(one.kind.replace('-', ' '))} is told twice: {quoted(one.evidence)} and "
                f"{quoted(other.evidence)}. The plan stands on the former: which one holds?"
            )


def _absent(gate: Gate, draft: _Draft) -> Iterator[str]:
    if draft.lifecycle is None:
        return
    drawn = draft.lifecycle.map
    for stage, home in STAGES.items():
        if home == gate and not drawn.stages[stage].present:
            yield (
                f"No {stage} was found in {drawn.repo.read} files that were read. Does it live "
                "elsewhere, or is it missing?"
            )


def _joined(facts: Iterable[GateFact]) -> list[GateFact]:
    """The facts with one for each claim: a need and a stage may be called the same."""
    places: dict[str, list[Evidence]] = {}
    for fact in facts:
        places.setdefault(fact.claim, []).extend(fact.evidence)
    return [
        GateFact(claim=claim, evidence=_unlike(found)[:MOST_PLACES])
        for claim, found in places.items()
    ]


def _unlike(places: Iterable[Evidence]) -> list[Evidence]:
    """Places without those that are shown alike."""
    return list({(one.path, one.line, one.path or one.text): one for one in places}.values())


def _facts(gate: Gate, draft: _Draft) -> Iterator[GateFact]:
    for one in draft.clarified.answered:
        if one.gate == gate:
            yield GateFact(claim=one.slot.replace("-", " "), evidence=[one.evidence])
    for kind, figure in draft.ground.figures.items():
        if FIGURES.get(kind) == gate and TOLD_BY.get(kind, kind) not in draft.ground.known:
            yield GateFact(claim=kind.replace("-", " "), evidence=[figure.evidence])
    for base in draft.ground.baselines:
        if ROLES[base.role] == gate:
            yield GateFact(claim=f"{base.role}: {base.key}", evidence=[base.evidence])
    yield from _mapped(gate, draft)
    for finding in standing_findings(draft.findings):
        if gate_of(finding.rule) == gate:
            place = _place(draft, finding.path, finding.line)
            yield GateFact(claim=f"{finding.rule}, {finding.name}", evidence=[place])


def _mapped(gate: Gate, draft: _Draft) -> Iterator[GateFact]:
    """Where the gate's stages are done, but for the places that answer one of its needs."""
    cited = {(one.evidence.path, one.evidence.line) for one in draft.clarified.answered}
    for stage, home in STAGES.items():
        if home != gate or draft.lifecycle is None:
            continue
        mine = [one for one in draft.lifecycle.map.assets if one.stage == stage]
        left = [one for one in by_place(mine) if (one.path, one.line) not in cited]
        if left:
            places = [_place(draft, one.path, one.line) for one in left[:MOST_PLACES]]
            yield GateFact(claim=stage, evidence=places)


def _place(draft: _Draft, path: str, line: int) -> Evidence:
    text = draft.lifecycle.facts.line(path, line).strip()[:160] if draft.lifecycle else ""
    return Evidence(source="repository", text=text, path=path, line=line)
