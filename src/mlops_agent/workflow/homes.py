"""Where things stand in a plan: the gate of each stage and figure; what settles a slot."""

from __future__ import annotations

from mlops_agent.contracts.gates import Gate
from mlops_agent.contracts.lifecycle import Stage

STAGES: dict[Stage, Gate] = {
    "data": "lineage",
    "features": "lineage",
    "training": "training-evaluation",
    "evaluation": "training-evaluation",
    "registry": "registry-promotion",
    "promotion": "registry-promotion",
    "deployment": "serving-release",
    "monitoring": "monitoring-drift",
    "retraining": "retraining-rollback",
}
ROLES: dict[str, Gate] = {
    "floor": "objective",
    "margin": "registry-promotion",
    "measured": "training-evaluation",
    "drift": "monitoring-drift",
}
FIGURES: dict[str, Gate] = {
    "cost-miss": "objective",
    "cost-alarm": "objective",
    "cost-ratio": "objective",
    "label-delay": "lineage",
    "latency": "serving-release",
    "retention": "reproducibility-governance",
    "retention-most": "reproducibility-governance",
    "volume": "serving-release",
    "availability": "serving-release",
    "error-rate": "serving-release",
    "canary": "serving-release",
    "rollback": "retraining-rollback",
    "holdout": "training-evaluation",
    "positives": "training-evaluation",
    "features": "lineage",
    "cost-hour": "operations-incident",
    "reference": "monitoring-drift",
    "psi": "monitoring-drift",
}
"""Figures that are facts of a gate where no slot of it is answered by them."""
CLASHES: dict[str, Gate] = {**FIGURES, "psi-look": "monitoring-drift"}
"""Where it is told that two values of a figure were said."""
DERIVED: dict[str, str] = {
    "metric": "success",
    "error-cost": "decision-threshold",
    "gate": "relative-gate",
    "cadence": "schedule",
    "approver": "approval",
    "latency": "latency",
    "rollout": "rollout",
    "tolerance": "drift-act",
    "trigger": "trigger",
    "rollback-time": "rollback",
    "retention": "audit",
    "data-quality": "data-quality",
    "data-versioning": "data-version",
    "owner": "success",
    "decision-owner": "trigger",
    "on-call": "incident",
    "runbook": "game-day",
    "lock": "lock",
}
"""The control by which a plan settles a slot that nobody answered."""
IN_A_BATCH = {"latency": "batch-ready", "rollout": "batch-step"}
"""The one that does so for a model that scores in batches."""
TOLD_BY = {
    "cost-miss": "error-cost",
    "cost-alarm": "error-cost",
    "cost-ratio": "error-cost",
    "rollback": "rollback-time",
    "retention-most": "retention",
}
"""The slot that a figure answers, where it has another name."""
