"""Python that stands inside another file: `python -c`, heredocs, compiled pipeline components.

Its facts get the lines of the file that holds it, found by the text of the line, since quoting and
folding can move it. Text that is no Python gives no facts.
"""

from __future__ import annotations

import posixpath
import textwrap
from dataclasses import replace

from mlops_agent.lifecycle.facts import Assignment, Call, Comparison, Fact, Import
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.unreadable import UnreadableError

MAX_TEXT = 100_000
_KEPT = (Assignment, Call, Comparison, Import)
_SNIPPET = 24
"""Characters of a line that are looked for: later ones may be folded away."""
_SHORTEST = 4


def looks_like_python(text: str) -> bool:
    """Whether a text of several lines has a Python import or function in it."""
    return "\n" in text and ("import " in text or "def " in text)


def inline_python(argv: tuple[str, ...]) -> str:
    """The program text of `python -c TEXT`, or ""."""
    if not argv or not posixpath.basename(argv[0]).startswith("python"):
        return ""
    place = argv.index("-c") if "-c" in argv else len(argv)
    return argv[place + 1] if place + 1 < len(argv) else ""


def python_facts(text: str, source: Source, line: int, end_line: int) -> list[Fact]:
    """Calls, imports, comparisons and assignments of a Python text within a file's lines.

    Args:
        text: the program.
        source: the file that holds it.
        line: the 1-based first line of that file that may hold it.
        end_line: the last one.
    """
    from mlops_agent.lifecycle.readers import python

    if len(text) > MAX_TEXT:
        return []
    facts: list[Fact] = []
    for program in (text, _aligned(text)):
        try:
            facts = python.read(source.path, program)
            break
        except UnreadableError:
            continue
    places = _places(text.split("\n"), source, line, end_line)
    found: list[Fact] = []
    for fact in facts:
        if isinstance(fact, _KEPT):
            start = places[min(fact.line, len(places)) - 1]
            end = places[min(fact.end_line, len(places)) - 1]
            moved = replace(fact, line=start, end_line=max(start, end))
            if isinstance(moved, Comparison):
                moved = replace(moved, controls=_moved(moved.controls, places))
            found.append(moved)
    return found


def _aligned(text: str) -> str:
    """The program with its later lines moved left to the first: the holder's indentation is theirs
    where the first line stands behind an opening quote."""
    first, newline, rest = text.partition("\n")
    return first + newline + textwrap.dedent(rest)


def _moved(controls: tuple[int, int] | None, places: list[int]) -> tuple[int, int] | None:
    if controls is None:
        return None
    first, last = (places[min(max(n, 1), len(places)) - 1] for n in controls)
    return first, max(first, last)


def _places(lines: list[str], source: Source, line: int, end_line: int) -> list[int]:
    """For each line of the program the file's line that holds it: the next one with its text."""
    places: list[int] = []
    at = source.clamp(line)
    last = source.clamp(end_line)
    for text in lines:
        snippet = text.strip()[:_SNIPPET]
        if len(snippet) >= _SHORTEST:
            at = next((n for n in range(at, last + 1) if snippet in source.lines[n - 1]), at)
        places.append(at)
    return places
