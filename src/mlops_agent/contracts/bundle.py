"""The MLOps Delivery Bundle: ten gates with their controls, and the bar that it is held to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlops_agent.contracts.base import Document, Record
from mlops_agent.contracts.gates import Evidence, Gate, Mode

GateStatus = Literal["settled", "assumed", "open"]


class GateFact(Record):
    """Something that is so, and where it is said."""

    claim: str
    evidence: list[Evidence] = Field(min_length=1)


class Control(Record):
    """What is measured, the bound, what is done at it, and by whom.

    `derivation` says where the threshold comes from: the figures, the method and its source, or
    that it is `assumed`, then with what would correct it. `in_repository` tells whether the map or
    the audit shows such a control. An owner that ends in "(assumed)" is a role without a name.
    """

    name: str
    metric: str
    threshold: str
    action: str
    owner: str
    derivation: str = ""
    assumed: bool = False
    corrected_by: str = ""
    in_repository: bool = False
    evidence: list[Evidence] = []


class GatePlan(Record):
    """One gate of the plan. `open` are points that somebody has to settle before release.

    `assumptions` are those beside the controls' own.
    """

    gate: Gate
    status: GateStatus
    facts: list[GateFact] = []
    decisions: list[str] = []
    controls: list[Control] = []
    assumptions: list[str] = []
    open: list[str] = []


class BarItem(Record):
    """One item of the quality bar: whether the bundle holds it, where, and else what is missing."""

    item: str
    present: bool
    where: str = ""
    missing: list[str] = []


class PlanRisk(Record):
    """A risk that stays; `follow_up` is worded so that `run` takes it as a request."""

    risk: str
    owner: str
    follow_up: str


class NextRequest(Record):
    """A control that the repository lacks, as a request for `run`; the riskiest gap comes first.

    `needs_model` tells that only a language model can do it; without one `run` changes nothing.
    """

    request: str
    gate: Gate
    control: str
    why: str
    needs_model: bool = False


class Plan(Document):
    """The answer of `mlops-agent plan`. `final` holds where all ten items of the bar are there.

    A question of guided mode that is neither answered nor declined keeps its gate's item open.
    """

    schema_: Literal["mlops-agent/plan/1"] = Field(default="mlops-agent/plan/1", alias="schema")
    mode: Mode
    request: str
    final: bool
    gates: list[GatePlan] = Field(min_length=10, max_length=10)
    quality_bar: list[BarItem] = Field(min_length=10, max_length=10)
    residual_risks: list[PlanRisk] = []
    requests: list[NextRequest] = []
    notes: list[str] = []


class PlanCheck(Document):
    """The answer of `mlops-agent plan --check FILE`: the ten items held against a document."""

    schema_: Literal["mlops-agent/plan-check/1"] = Field(
        default="mlops-agent/plan-check/1", alias="schema"
    )
    file: str
    complete: bool
    quality_bar: list[BarItem] = Field(min_length=10, max_length=10)
