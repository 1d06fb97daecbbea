"""A plan and a check of one, for people and for programs; without what is secret."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable

from mlops_agent.cli.clarify_view import wrapped
from mlops_agent.contracts.bundle import NextRequest, Plan, PlanCheck
from mlops_agent.contracts.gates import Evidence, Gate
from mlops_agent.report.escaping import code, prose, visible
from mlops_agent.sandbox.secrets.records import redacted
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.texts import render
from mlops_agent.vocabulary.plan import control_words
from mlops_agent.workflow.owners import ASSUMED

MOST_SAID = 90
_LEAD = re.compile(r"(?:^|(?<=; ))(?!residual)[a-z-]+: ")
_ALONE = ", needs no model"
_MARK = r"\*"
_BAR = re.compile(r"(?<!\\)\|")
TITLES: dict[Gate, str] = {
    "objective": "Objective, scope, success metrics",
    "lineage": "Data and feature lineage",
    "training-evaluation": "Training and evaluation",
    "registry-promotion": "Registry and promotion",
    "serving-release": "Serving and release",
    "monitoring-drift": "Monitoring and drift",
    "retraining-rollback": "Retraining and rollback",
    "reproducibility-governance": "Reproducibility, compliance, audit",
    "operations-incident": "Operations and incidents",
    "delivery-bundle": "Residual risks, order of work, approval",
}


def view(plan: Plan, form: str, *, quiet: bool, verbose: bool) -> str:
    """The plan as "json", "markdown" or "text"; `verbose` adds what each fact's place says."""
    shown = redacted(plan, Redactor().of_environment(os.environ))
    if form == "json":
        return shown.to_json()
    if form == "markdown":
        return render(
            "plan.md.j2",
            p=shown,
            titles=TITLES,
            place=_place,
            prose=prose,
            cell=_cell,
            code=code,
            owner=_owner,
            asked=_asked(shown),
            further=_further(shown),
            within=_within,
        )
    text = render(
        "plan.txt.j2",
        p=shown,
        titles=TITLES,
        place=_said if verbose else _place,
        quiet=quiet,
    )
    return wrapped("\n".join(visible(line) for line in text.split("\n")))


def check_view(found: PlanCheck, form: str, *, quiet: bool) -> str:
    """The check as "json", "markdown" or "text"; `quiet` shows only what is missing."""
    shown = redacted(found, Redactor().of_environment(os.environ))
    if form == "json":
        return shown.to_json()
    if form == "markdown":
        return render("plan-check.md.j2", c=shown, cell=_cell, code=code)
    text = render("plan-check.txt.j2", c=shown, quiet=quiet)
    return wrapped("\n".join(visible(line) for line in text.split("\n")))


def _cell(text: str) -> str:
    """A sentence in a cell of a table: a bar in its code spans would end the cell too."""
    return _BAR.sub(r"\\|", prose(text))


def _owner(text: str) -> str:
    """An owner in a cell: who is named, or a role with a mark, which the plan's notes explain."""
    name, _, role = text.removesuffix(")").rpartition(" (")
    if role == ASSUMED:
        return _cell(name) + _MARK
    return _cell(name if role in {one.role for one in control_words()} else text)


def _asked(plan: Plan) -> Callable[[str], str]:
    """How a request is asked for: its command line, its gate, and whether it needs a model.

    A path of the repository in it starts nothing of its own, and no bar ends its cell.
    """
    known = {one.request: one for one in plan.requests}

    def shown(request: str) -> str:
        command = _BAR.sub(r"\\|", code(f"mlops-agent run {shlex.quote(request)}"))
        one = known.get(request)
        return f"{command} ({one.gate}{'' if one.needs_model else _ALONE})" if one else command

    return shown


def _further(plan: Plan) -> list[NextRequest]:
    """The requests that follow up none of the risks."""
    followed = {one.follow_up for one in plan.residual_risks}
    return [one for one in plan.requests if one.request not in followed]


def _within(where: str) -> str:
    """The controls of an item without their gates, under whose headings they stand."""
    return _LEAD.sub("", where)


def _place(evidence: Evidence) -> str:
    """Where something is said; words of the caller are short enough to be shown."""
    if evidence.path:
        return f"{evidence.path}:{evidence.line}"
    words = " ".join(evidence.text.split())
    short = words if len(words) <= MOST_SAID else words[: MOST_SAID - 3] + "..."
    return f'"{short}"' + (f" ({evidence.answer})" if evidence.answer else "")


def _said(evidence: Evidence) -> str:
    words = " ".join(evidence.text.split())
    return f"{evidence.path}:{evidence.line}  {words}" if evidence.path else _place(evidence)
