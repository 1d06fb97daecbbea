"""Placing files in stages: all signs together, weak ones weighed, one asset a file and stage."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from mlops_agent.contracts.lifecycle import STAGES, Asset, Stage
from mlops_agent.lifecycle.graph.building import Joined
from mlops_agent.lifecycle.index import FactIndex
from mlops_agent.lifecycle.stages.declaring import declared, definitions
from mlops_agent.lifecycle.stages.evidence import Evidence
from mlops_agent.lifecycle.stages.named import (
    decorated_signs,
    flag_signs,
    helper_signs,
    module_signs,
    query_signs,
    step_signs,
)
from mlops_agent.lifecycle.stages.reach import Reach
from mlops_agent.lifecycle.stages.retraining import TRIGGERING, retraining
from mlops_agent.lifecycle.stages.serving import judges, model_loading_files, serving
from mlops_agent.lifecycle.stages.sign import Sign
from mlops_agent.lifecycle.stages.stores import file_stores
from mlops_agent.lifecycle.stages.words import word_signs
from mlops_agent.lifecycle.stages.workloads import workload_signs

_CONFIDENCE = {"high": 0, "medium": 1, "low": 2}
_OWN_RULE = frozenset({"deployment", "registry", "retraining"})
"""Stages whose weak signs have a rule of their own."""
_BUSY: tuple[Stage, ...] = ("training", "evaluation", "deployment", "monitoring")
_HANDED_OVER = ("numpy.",)
"""Array files are what one step hands to the next, not where data comes from."""
_OPENERS = (".Client", ".create_engine", ".connect")
"""Opening a connection is no ingest by itself."""
_ROUNDS = 3
"""Workflow starts pipeline starts script: declarations are no deeper than that."""
_CORE = frozenset({"training", "registry", "promotion"})


def place(facts: FactIndex, joined: Joined) -> list[Asset]:
    """The assets of a repository, by stage, then path; none where nothing speaks of a model."""
    evidence = Evidence(facts, joined, word_signs(facts))
    if not is_model_repository(evidence):
        return []
    strong = [s for s in evidence.signs if not s.weak and not _other_rule(evidence, s)]
    firm = Evidence(facts, joined, strong)
    for sign in evidence.signs:
        if sign.weak and _weak_counts(evidence, sign):
            firm.add(replace(sign, weak=False))
    for sign in helper_signs(firm):
        firm.add(sign)
    _settle(firm, evidence)
    for sign in list(retraining(_with_triggers(firm, evidence))):
        firm.add(sign)
    return assets_of(firm.signs)


def _other_rule(evidence: Evidence, sign: Sign) -> bool:
    """Whether a sign is settled elsewhere: a prediction in a file that trains or evaluates with
    it is no serving, and a schedule or trigger counts only where it reaches training."""
    if sign.stage == "retraining":
        return sign.does in TRIGGERING
    return sign.does == "predicts" and judges(evidence, sign.path)


def _settle(firm: Evidence, evidence: Evidence) -> None:
    """Add what follows from the signs of calls and objects, until nothing more does."""
    systems = definitions(firm)
    for sign in [*step_signs(firm, systems), *decorated_signs(firm)]:
        firm.add(sign)
    for sign in [*query_signs(firm), *flag_signs(firm)]:
        firm.add(sign)
    for sign in serving(evidence, firm):
        firm.add(sign)
    for sign in list(workload_signs(firm)):
        firm.add(sign)
    for sign in list(file_stores(evidence, set(firm.files("deployment")))):
        firm.add(sign)
    for sign in list(module_signs(firm)):
        firm.add(sign)
    for _ in range(_ROUNDS):
        more = [s for s in declared(firm, Reach(firm)) if not firm.at(s.path, s.stage)]
        for sign in more:
            firm.add(sign)
        if not more:
            return


def _with_triggers(firm: Evidence, evidence: Evidence) -> Evidence:
    """The firm signs, with the schedules and triggers put back for their own rule."""
    kept = [s for s in evidence.signs if s.stage == "retraining" and s.does in TRIGGERING]
    return Evidence(firm.facts, firm.joined, [*firm.signs, *kept])


def is_model_repository(evidence: Evidence) -> bool:
    """Whether anything here trains, registers, promotes, loads or serves a model."""
    if any(sign.stage in _CORE and not sign.weak for sign in evidence.signs):
        return True
    served = any(
        sign.stage == "deployment" and not sign.weak and sign.kind in ("object", "call")
        for sign in evidence.signs
    )
    return served or bool(evidence.home_made) or bool(model_loading_files(evidence))


def _weak_counts(evidence: Evidence, sign: Sign) -> bool:
    if sign.stage in _OWN_RULE or sign.does == "splits":
        return False
    if sign.does == "reads" and not _reads_raw(evidence, sign):
        return False
    if sign.name.startswith(_HANDED_OVER) or sign.name.endswith(_OPENERS):
        return False
    if sign.does == "writes":  # results and intermediate files are written everywhere
        return False
    if any(not other.weak for other in evidence.at(sign.path, sign.stage)):
        return True
    return sign.path in evidence.near_ml


def _reads_raw(evidence: Evidence, sign: Sign) -> bool:
    """Whether a read is an ingest: not of a file that this repository writes, and, in a file that
    trains, evaluates or serves, not of one that is only handed over as an argument."""
    made = evidence.graph.links("produces", target=sign.path)
    names = {touch.artifact for touch in evidence.joined.touches if touch.writes}
    here = [t for t in evidence.joined.touches if t.path == sign.path and t.line == sign.line]
    if made and any(touch.artifact in names for touch in here):
        return False
    busy = any(evidence.at(sign.path, stage) for stage in _BUSY)
    return not busy or bool(here) or sign.does != "reads"


def assets_of(signs: list[Sign]) -> list[Asset]:
    """One asset for each file and stage, at its most telling sign."""
    by_place: defaultdict[tuple[int, str], list[Sign]] = defaultdict(list)
    for sign in signs:
        by_place[STAGES.index(sign.stage), sign.path].append(sign)
    return [_asset(min(by_place[key], key=_telling)) for key in sorted(by_place)]


def _telling(sign: Sign) -> tuple[int, int, int, str]:
    return (sign.weak, _CONFIDENCE[sign.confidence], sign.line, sign.name)


def _asset(sign: Sign) -> Asset:
    return Asset(
        id=f"{sign.stage}:{sign.path}",
        stage=sign.stage,
        kind=sign.kind,
        tool=sign.tool,
        name=sign.name,
        path=sign.path,
        line=max(sign.line, 1),
        end_line=max(sign.end_line, sign.line, 1),
        confidence=sign.confidence,
    )
