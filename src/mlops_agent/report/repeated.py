"""What a change or an author's words took over from text that speaks to agents.

A second line behind sandbox, scope and typed claims: a word that the base tree holds only in such
text may not travel on, and neither may hidden characters. Whether a text is well meant is not
judged.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from mlops_agent.beneath import open_beneath
from mlops_agent.contracts.base import Record
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.distrust.hidden import described
from mlops_agent.distrust.scanning import FILE_BYTES, Scan, hidden_count, unspoken
from mlops_agent.report.evidence import Evidence
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.walking import entries_below
from mlops_agent.workspace.names import shown

_NOT_THE_AUTHORS = frozenset(
    {
        "run", "request", "routing", "driver", "driver_why", "model", "isolation", "base", "found",
        "journal", "noticed", "hidden_text", "injections_seen", "request_verbatim", "spans",
        "packet_id", "patch", "branch", "return_contract", "commands",
    }
)  # fmt: skip
"""Fields whose words are the caller's, the program's or an audit's."""


def asked_in(request: Request) -> str:
    """All that a caller said, in one text: none of it is held back."""
    return "\n".join([request.text, *request.answers.values(), *request.allowed_paths])


def files_below(root: Path) -> Iterator[tuple[str, bytes]]:
    """The plain files of a folder by the paths that reports have, with their beginnings."""
    for path, mode in entries_below(root, skipped=(".git",)):
        if not stat.S_ISREG(mode):
            continue
        try:
            opened = open_beneath(root, path, os.O_RDONLY | os.O_NONBLOCK, links=False)
        except OSError:
            continue
        with os.fdopen(opened, "rb") as stream:
            data = stream.read(FILE_BYTES)
        yield shown(path), data


def word_problems(record: Record, scan: Scan) -> list[str]:
    """Return which of a record's own words came from where, one line each.

    The words themselves are not in it: it stands in reports.
    """
    problems: list[str] = []
    for place, text in _texts(record.model_dump(mode="json", by_alias=False), ""):
        if what := described(text):
            problems.append(f"{place}: it holds {what}")
        problems += [
            f"{place}: it repeats {one.hint!r}, which the repository holds only at"
            f" {one.path}:{one.line}, in text that speaks to agents: leave it out"
            for one in scan.quarantine.found_in(text)
        ]
    return list(dict.fromkeys(problems))


def added_problems(
    path: str, before: bytes | None, after: bytes, scan: Scan, redactor: Redactor
) -> list[str]:
    """Return what of such text a file holds that its base does not, beside the text itself.

    Nor may it hold a value that the redactor knows from the repository's files for secrets.
    """
    problems: list[str] = []
    had = {one.word for one in scan.quarantine.found_in(unspoken(path, before or b""))}
    problems += [
        f"{path} would hold {one.hint!r}, which the repository holds only at {one.path}:{one.line},"
        " in text that speaks to agents, and which the request does not name: leave it out"
        for one in scan.quarantine.found_in(unspoken(path, after))
        if one.word not in had
    ]
    if hidden_count(after) > hidden_count(before or b""):
        problems.append(f"{path} would hold more characters that nobody sees: leave them out")
    if any(form in after and form not in (before or b"") for form, _ in redactor.forms):
        problems.append(f"{path} would hold a secret that lies elsewhere: leave it there")
    return problems


def repeated_problems(result: RunResult, evidence: Evidence) -> list[str]:
    """Return what a result and its change took over, and what it keeps quiet of such text."""
    problems = change_repeats(evidence)
    problems += word_problems(result, evidence.scan)
    listed = [(one.path, one.line, one.kind) for one in result.injections_seen]
    if listed != [(one.path, one.line, one.kind) for one in evidence.scan.seen]:
        problems.append("the text that speaks to agents is not listed as the base tree holds it")
    if result.hidden_text != list(evidence.scan.hidden):
        problems.append("the hidden characters are not listed as the base tree holds them")
    return problems


def change_repeats(evidence: Evidence) -> list[str]:
    """Return what of such text the change adds, over all of its files."""
    return [
        problem
        for path, before, after in evidence.contents_changed
        if after is not None
        for problem in added_problems(path, before, after, evidence.scan, evidence.redactor)
    ]


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    """The texts of a dumped record with the names of their fields."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, one in cast("dict[str, Any]", value).items():
            if key not in _NOT_THE_AUTHORS:
                yield from _texts(one, f"{place} {key}".strip().replace("_", " "))
    elif isinstance(value, list):
        many = cast("list[Any]", value)
        for number, one in enumerate(many, start=1):
            yield from _texts(one, f"{place} {number}")
