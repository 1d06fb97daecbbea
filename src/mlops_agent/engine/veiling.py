"""What a run knows of secrets: the operator's, on top of formats and the base tree.

The operator's are those of the environment and those in the configuration of the repository's git.

The request and the caller's answers are redacted before they are journaled or anybody is asked.
What a driver itself says (a call's input, a probe's name and code) is journaled as it was said: a
driver is shown no value, so it has none to say but one that it made up or worked out.
"""

from __future__ import annotations

import os
from pathlib import Path

from mlops_agent.contracts.request import Request
from mlops_agent.report.redaction import redactor_of
from mlops_agent.sandbox.git_data import find_git_data
from mlops_agent.sandbox.secrets.marks import ENVIRONMENT, count_marks
from mlops_agent.sandbox.secrets.records import redacted
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.workspace.snapshot import Trees


def run_redactor(trees: Trees, worktree: Path) -> Redactor:
    """The redactor of one sitting of a run."""
    redactor = redactor_of(trees).of_environment(os.environ)
    data = find_git_data(worktree)
    return redactor.knowing(data.credentials(), ENVIRONMENT) if data else redactor


def veiled_request(request: Request) -> tuple[Request, str]:
    """The request without its secrets, and a line to say so; empty where it holds none."""
    said = "\n".join([request.text, *request.answers.values()])
    veiled = redacted(request, Redactor().of_environment(os.environ).of_text(said))
    number = count_marks(veiled.to_json()) - count_marks(request.to_json())
    if not number:
        return request, ""
    one, many = "a value that looks like a secret", f"{number} values that look like secrets"
    return veiled, f"the request holds {one if number == 1 else many}: blanked for this run"


def veiled_answers(answers: dict[str, str]) -> dict[str, str]:
    """The caller's answers without their secrets."""
    redactor = Redactor().of_environment(os.environ)
    return {name: redactor.text(answer) for name, answer in answers.items()}
