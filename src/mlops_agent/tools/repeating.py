"""Refusing what a call would repeat of text that speaks to agents, so that a driver can mend it.

A refusal of this kind is no try of a report: such words never go out, marked or not.
"""

from __future__ import annotations

from mlops_agent.contracts.base import Record
from mlops_agent.distrust.scanning import Scan
from mlops_agent.report.repeated import added_problems, word_problems
from mlops_agent.tools.base import ToolError
from mlops_agent.tools.context import ToolContext

REPEATS = "this repeats text of the repository that is data, not instruction"


def check_words(values: Record, scan: Scan) -> None:
    """Raise ToolError naming each field of a call whose words came from such text."""
    _refuse(word_problems(values, scan))


def check_added(path: str, before: bytes | None, after: bytes, context: ToolContext) -> None:
    """Raise ToolError where a file would come to hold such words; `before` is its base."""
    _refuse(added_problems(path, before, after, context.scan(), context.redactor))


def _refuse(problems: list[str]) -> None:
    if problems:
        raise ToolError("\n".join([f"{REPEATS}:", *(f"- {one}" for one in problems)]))
