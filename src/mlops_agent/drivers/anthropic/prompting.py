"""What a model is told on every turn: system text, tools, parameters, first message.

Frozen for a whole run and, but for the first message, from run to run: the endpoint's cache serves
only what is the same to the byte.
"""

from __future__ import annotations

from typing import Any

from mlops_agent.contracts.handoff import OURS
from mlops_agent.contracts.model import Prompt
from mlops_agent.contracts.routing import Ask
from mlops_agent.drivers.anthropic.facts import facts
from mlops_agent.drivers.anthropic.lean_schemas import lean
from mlops_agent.drivers.anthropic.models import Model
from mlops_agent.drivers.base import Briefing, ToolNote
from mlops_agent.texts import render

REPLY_TOKENS = 16_000
"""Enough for any one turn; a reply that is cut is asked for again with more."""


def prompt_for(briefing: Briefing, model: Model) -> Prompt:
    """Make the prompt of a run; raises BadInputError for a repository whose settings are wrong."""
    return Prompt(
        system=render("prompt-system.md.j2"),
        tools=[_tool(note) for note in briefing.tools],
        parameters=parameters(model),
        first=briefing.blank(
            render(
                "prompt-first.md.j2",
                request=briefing.request,
                handed=_handed(briefing),
                answered=briefing.routing.answered if briefing.routing else [],
                facts=facts(briefing.survey),
            )
        ),
    )


def _handed(briefing: Briefing) -> list[Ask]:
    """The asks that others have their packets for."""
    routing = briefing.routing
    if routing is None or routing.left_to_driver:
        return []
    return [one for one in routing.asks if one.owner and one.owner != OURS]


def parameters(model: Model) -> dict[str, Any]:
    """What is asked of the endpoint beside the texts."""
    most = model.card.most_reply
    asked: dict[str, Any] = {
        "model": model.name,
        "max_tokens": min(REPLY_TOKENS, most) if most else REPLY_TOKENS,
        "cache_control": {"type": "ephemeral"},
    }
    return {**asked, "thinking": model.card.thinking} if model.card.thinking else asked


def _tool(note: ToolNote) -> dict[str, Any]:
    return {"name": note.name, "description": note.text, "input_schema": lean(note.schema)}
