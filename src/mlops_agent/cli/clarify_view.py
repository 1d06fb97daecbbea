"""What is known, asked and assumed, for people and for programs; without what is secret."""

from __future__ import annotations

import os
import re
import textwrap

from mlops_agent.contracts.gates import Clarification, Evidence
from mlops_agent.report.escaping import code, prose, visible
from mlops_agent.sandbox.secrets.records import redacted
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.texts import render

_WIDEST = 100
_WIDTH = 100
_HANG = 2
_BEFORE = re.compile(r" *([\w.:]+  +)?")
"""A line's indent, with the label of a column."""


def view(made: Clarification, form: str, *, quiet: bool, verbose: bool) -> str:
    """The record as "json", "markdown" or "text"; `verbose` adds the place of each answer."""
    shown = redacted(made, Redactor().of_environment(os.environ))
    if form == "json":
        return shown.to_json()

    def said(evidence: Evidence) -> str:
        return _said(evidence, verbose=verbose)

    if form == "markdown":
        return render("clarify.md.j2", c=shown, said=said, prose=prose, code=code)
    return wrapped(render("clarify.txt.j2", c=shown, said=said, quiet=quiet))


def wrapped(text: str) -> str:
    """A text whose long lines go on below where their words began."""
    return "\n".join(_folded(line) for line in text.split("\n"))


def _folded(line: str) -> str:
    begin = _BEFORE.match(line)
    assert begin is not None
    return textwrap.fill(
        line[begin.end() :],
        width=_WIDTH,
        initial_indent=begin.group(),
        subsequent_indent=" " * (begin.end() if begin[1] else begin.end() + _HANG),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _said(evidence: Evidence, *, verbose: bool) -> str:
    words = " ".join(visible(evidence.text).split())
    short = words if verbose or len(words) <= _WIDEST else words[: _WIDEST - 3] + "..."
    if evidence.source == "repository":
        return f"{evidence.path}:{evidence.line}  {short}"
    named = f"answer {evidence.answer}" if evidence.source == "answer" else "request"
    place = f"{named} {evidence.start}-{evidence.end}" if verbose else named
    return f'"{short}" ({place})'
