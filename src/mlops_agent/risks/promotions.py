"""Promotions to production: the calls and commands that make a model version the live one.

A value that cannot be resolved is no promotion to production here: rules stay silent on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Call, Command, Value

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

LISTED = re.compile(r"[\"']([\w.-]+)[\"']")
APPROVED = "Approved"
SAGEMAKER = ("create_model_package", "update_model_package")


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion: the place, the function around it, and what it does in words."""

    path: str
    line: int
    scope: str
    what: str
    call: Call | None = None


def promotions(lifecycle: Lifecycle) -> Iterator[Promotion]:
    """The promotions of the repository, in the order of the facts."""
    for call in lifecycle.facts.of(Call):
        what = _by_call(lifecycle, call)
        if what:
            yield Promotion(call.path, call.line, call.scope, what, call)
    for command in lifecycle.facts.of(Command):
        what = _by_command(lifecycle, command)
        if what:
            yield Promotion(command.path, command.line, command.owner, what)


def _by_call(lifecycle: Lifecycle, call: Call) -> str:
    last = call.name.rpartition(".")[2]
    if last == "set_registered_model_alias":
        alias = _known(lifecycle, call, call.argument("alias", 1))
        live = alias is not None and lifecycle.settings.is_production_alias(alias)
        return f"the alias {alias} is moved" if live else ""
    if last == "transition_model_version_stage":
        stage = _known(lifecycle, call, call.argument("stage", 2))
        return (
            "the version goes to stage Production" if (stage or "").lower() == "production" else ""
        )
    if last in SAGEMAKER:
        status = _known(lifecycle, call, call.argument("ModelApprovalStatus"))
        return "the model package is set to Approved" if status == APPROVED else ""
    if last == "link_artifact":
        aliases = call.argument("aliases", 2)
        names = LISTED.findall(aliases.text) if aliases is not None else []
        live = next((n for n in names if lifecycle.settings.is_production_alias(n)), None)
        return f"the artifact is linked with the alias {live}" if live else ""
    return ""


def _known(lifecycle: Lifecycle, call: Call, value: Value | None) -> str | None:
    return lifecycle.graph.resolve(call.path, call.scope, value).string if value else None


def _by_command(lifecycle: Lifecycle, command: Command) -> str:
    words = command.argv
    if words[:2] == ("gto", "assign") and "--stage" in words[:-1]:
        stage = words[words.index("--stage") + 1]
        live = stage.lower() in {name.lower() for name in lifecycle.settings.environments}
        return f"the version is assigned to stage {stage}" if live else ""
    approving = any(word.endswith(f"ModelApprovalStatus={APPROVED}") for word in words)
    if words[:3] == ("aws", "sagemaker", "update-model-package") and (
        approving or APPROVED in words
    ):
        return "the model package is set to Approved"
    return ""
