"""The early no to a live mutation, worded for the driver, and the operator's exact yes.

The sandbox would stop most of it anyway; a refusal says why, and what to do instead.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mlops_agent.sandbox.policy.exact import exact_words
from mlops_agent.sandbox.policy.judging import judge, judge_argv
from mlops_agent.sandbox.policy.verdicts import Judgement
from mlops_agent.texts import render

REFUSED = "refused before it ran"
"""How the answer to a command that was refused begins."""

Allowed = Collection[tuple[str, ...]]


def why_refused(
    command: str, allowed: Allowed, *, own_loopback: bool = False
) -> tuple[Judgement, str]:
    """The judgement of a command line, and why it is refused; empty where it may run."""
    found = judge(command, own_loopback=own_loopback)
    if found.effect != "live_mutation" or exact_words(command) in allowed:
        return found, ""
    return found, _told(found)


def why_argv_refused(words: Sequence[str], allowed: Allowed) -> str:
    """Why a program with these words is refused, or the empty string."""
    found = judge_argv(words)
    if found.effect != "live_mutation" or tuple(words) in allowed:
        return ""
    return _told(found)


def _told(found: Judgement) -> str:
    assert found.worst is not None
    return render("command-refused.txt.j2", refused=REFUSED, part=found.worst).strip()
