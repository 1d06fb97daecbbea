"""`plan --check`: which of the ten items a bundle lacks, ours or one that was written by hand.

A plan of ours (JSON) is judged by its records again, so an edited one is not taken at its word;
everything else is read as Markdown.
"""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from mlops_agent.contracts.bundle import BarItem, Plan, PlanCheck
from mlops_agent.errors import BadInputError
from mlops_agent.workflow.bar import bar_of, hold_document
from mlops_agent.workflow.documents import candidates_in

MOST_BYTES = 1024 * 1024
_POINT = re.compile(r"^- ([\w.-]+: .*\?)$", re.MULTILINE)
"""How our own Markdown writes a question that is open."""


def check_plan(file: Path) -> PlanCheck:
    """Hold a file against the quality bar.

    Raises:
        BadInputError: the file cannot be read, is no text, or is JSON of another kind.
    """
    text = _read(file)
    items = _of_json(file, text) if text.lstrip().startswith("{") else _of_markdown(text)
    return PlanCheck(
        file=str(file), complete=all(item.present for item in items), quality_bar=items
    )


def _of_markdown(text: str) -> list[BarItem]:
    return hold_document(candidates_in(text), (match[1] for match in _POINT.finditer(text)))


def _of_json(file: Path, text: str) -> list[BarItem]:
    try:
        data = cast("object", json.loads(text))
        plan = Plan.model_validate(data)
    except ValueError as error:
        what = _first(error) if isinstance(error, ValidationError) else f"no JSON: {error}"
        raise BadInputError(
            f"{file} is no plan of ours: {what}", "give a plan's JSON, or a Markdown document"
        ) from error
    return bar_of(plan.gates, plan.residual_risks)


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _read(file: Path) -> str:
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BadInputError(f"{file} is not a regular file", "give the bundle's own file")
        if status.st_size > MOST_BYTES:
            raise BadInputError(f"{file} is larger than {MOST_BYTES // 1024} KiB")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInputError(f"cannot read {file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"{file} is not UTF-8 text") from error
    if "\0" in text:
        raise BadInputError(f"{file} is binary", "give a plan's JSON, or a Markdown document")
    if not text.strip():
        raise BadInputError(f"{file} is empty")
    return text
