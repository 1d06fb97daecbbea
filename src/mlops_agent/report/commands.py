"""The audit of a run's command lines: how many of each effect ran, and which were refused.

Counted from the journal, so it is checked by counting once more.
"""

from __future__ import annotations

from collections import Counter

from mlops_agent.contracts.journal import TurnDecided
from mlops_agent.contracts.policy import EFFECTS, Commands
from mlops_agent.contracts.report import RunResult
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.ledger import Ledger
from mlops_agent.sandbox.policy.refusing import REFUSED
from mlops_agent.sandbox.policy.verdicts import shortened
from mlops_agent.sandbox.secrets.records import redacted

BASH = "Bash"


def commands_of(ledger: Ledger) -> Commands:
    """What the calls of Bash came to; calls of journals that name no effect are left out."""
    results = [one for one in ledger.calls.values() if one.tool == BASH]
    counts = Counter(one.effect for one in results if one.command and one.effect)
    asked = {
        call.id: str(call.input.get("command", ""))
        for event in ledger.events
        if isinstance(event, TurnDecided)
        for call in event.calls
    }
    refused = [asked.get(one.call, "") for one in results if one.text.startswith(REFUSED)]
    return Commands(
        **{effect: counts[effect] for effect in EFFECTS},
        refused=[shortened(command) for command in refused],
        allowed=ledger.allowed,
    )


def command_problems(result: RunResult, evidence: Evidence) -> list[str]:
    """Say where a result's audit of commands is not the journal's."""
    known = commands_of(evidence.ledger)
    if result.commands in (known, redacted(known, evidence.redactor)):
        return []
    return ["the audit of the commands is not the journal's"]


def told(commands: Commands) -> str:
    """The audit in one line of words; empty where no command ran or was refused."""
    counts = [(effect, getattr(commands, effect)) for effect in EFFECTS]
    parts = [f"{number} {effect.replace('_', ' ')}" for effect, number in counts if number]
    if commands.refused:
        parts.append(f"{len(commands.refused)} refused")
    return ", ".join(parts)
