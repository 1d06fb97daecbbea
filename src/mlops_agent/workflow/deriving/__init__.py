"""Thresholds from figures: each with the method, its source, and what had to be assumed."""

from __future__ import annotations

from collections.abc import Callable

from mlops_agent.workflow.deriving import costs, drift, quality, release, rhythm
from mlops_agent.workflow.deriving.bound import Bound
from mlops_agent.workflow.ground import Ground

BOUNDS: dict[str, Callable[[Ground], Bound]] = {
    "floor": quality.floor,
    "gate-floor": quality.gate_floor,
    "margin": quality.margin,
    "slices": quality.slices,
    "repeat": quality.repeat,
    "decision": costs.decision,
    "quantile": costs.quantile,
    "drift-look": drift.look,
    "drift-act": drift.act,
    "quality": drift.quality,
    "silence": drift.silence,
    "steps": release.steps,
    "stop": release.stop,
    "latency": release.latency,
    "rollback": release.rollback,
    "ready": release.ready,
    "cadence": rhythm.cadence,
    "cooldown": rhythm.cooldown,
    "approval": rhythm.approval,
    "retention": rhythm.retention,
    "incident": rhythm.incident,
}
"""How the threshold of a control is found, by the name that `controls.toml` gives it."""
