"""What the operator decides about a run, beside the request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mlops_agent.contracts.report import RunResult
from mlops_agent.engine.limits import Limits
from mlops_agent.sandbox.confine import Kind, Sandbox


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a verified change goes beside the run's folder: one of branch, patch file and apply.

    `agree` is shown the result and its patch before it is applied, and can say no.
    """

    branch: str = ""
    patch: Path | None = None
    apply: bool = False
    agree: Callable[[RunResult, bytes], bool] | None = None


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The operator's choices.

    `sandbox` None leaves it to the operator's settings, and a run that is taken up as it was; what
    does not confine is for an explicit word only. `network` lets confined commands have one.

    `recording` is the journal that the replay driver plays. `model` is a model's id or alias, for a
    driver that asks one; empty leaves it to the operator's configuration. Who makes many runs gives
    a sandbox that is `opened` already. `durable` runs can be taken up after a crash. `allowed` are
    exact commands that may run although they change a live system.
    """

    driver: str = "auto"
    recording: Path | None = None
    limits: Limits = field(default_factory=Limits)
    delivery: Delivery = field(default_factory=Delivery)
    sandbox: Kind | None = None
    network: bool = False
    model: str = ""
    opened: Sandbox | None = None
    allowed: tuple[str, ...] = ()
    durable: bool = True
