"""Suppressions written beside the code: `# mlops-agent: ignore[REG001] reason=...`.

Behind the finding's line or alone on the line before; in a notebook on the first line of the
cell. Rule id and reason are mandatory. A comment that is malformed, names no rule or hits nothing
is itself a finding (SUP001), so that no silence outlives its cause. JSON has no comments: use
per-file-ignores.
"""

from __future__ import annotations

import io
import json
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

MARK = re.compile(r"mlops-agent:\s*ignore")
COMMENT = re.compile(r"#\s*mlops-agent:\s*ignore\b(?P<rest>.*)$")
FORM = re.compile(r"^\[(?P<ids>[^\]]*)\](?:\s+reason\s*=\s*(?P<reason>.*))?\s*$")
ID = re.compile(r"^[A-Z]{3}\d{3}$")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One suppression comment. `covers` is the last line (1-based) that it speaks for.

    `problem` is empty for a well-formed one.
    """

    path: str
    line: int
    covers: int
    ids: tuple[str, ...]
    reason: str
    problem: str


def read_ignores(lifecycle: Lifecycle) -> list[Ignore]:
    """All suppression comments of the files that were read, by path and line."""
    found: list[Ignore] = []
    for path in sorted(lifecycle.facts.paths()):
        text = lifecycle.facts.text(path)
        if MARK.search(text):
            found.extend(_in_file(path, text))
    return found


def _in_file(path: str, text: str) -> Iterator[Ignore]:
    suffix = PurePosixPath(path).suffix
    if suffix == ".ipynb":
        yield from _in_notebook(path, text)
    elif suffix == ".json":
        return
    else:
        lines = _python_comments(text) if suffix == ".py" else enumerate(text.splitlines(), 1)
        for number, line in lines:
            match = COMMENT.search(line)
            if match:
                alone = not line[: match.start()].strip()
                yield _parse(path, number, number + 1 if alone else number, match["rest"])


def _python_comments(text: str) -> Iterator[tuple[int, str]]:
    # Only comment tokens: the same words in a docstring silence nothing.
    lines = text.splitlines()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], lines[token.start[0] - 1]
    except (tokenize.TokenError, SyntaxError):
        return


def _in_notebook(path: str, text: str) -> Iterator[Ignore]:
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines, 1) if re.match(r'\s*"source"\s*:', line)]
    for place, start in enumerate(starts):
        end = starts[place + 1] - 1 if place + 1 < len(starts) else len(lines)
        # nbformat writes one source line a line, the first below `"source": [`.
        first = start if not lines[start - 1].rstrip().endswith("[") else start + 1
        match = COMMENT.search(_json_text(lines[first - 1])) if first <= len(lines) else None
        if match:
            yield _parse(path, first, end, match["rest"])


def _json_text(line: str) -> str:
    string = re.search(r'"(?:[^"\\]|\\.)*"\s*[,\]]?\s*$', line)
    if string is None:
        return ""
    try:
        value: object = json.loads(string.group().rstrip().rstrip(",]").rstrip())
    except json.JSONDecodeError:
        return ""
    return value.split("\n")[0] if isinstance(value, str) else ""


def _parse(path: str, line: int, covers: int, rest: str) -> Ignore:
    match = FORM.match(rest.strip())
    if match is None:
        return Ignore(path, line, covers, (), "", "it names no rule: write ignore[RULE] reason=...")
    ids = tuple(part.strip().upper() for part in match["ids"].split(",") if part.strip())
    reason = (match["reason"] or "").strip().strip("\"'")
    problem = ""
    if not ids or not all(ID.match(one) for one in ids):
        problem = "it names no rule: write ignore[RULE] reason=..."
    elif not reason:
        problem = "it gives no reason: add reason=..."
    return Ignore(path, line, covers, ids, reason, problem)
