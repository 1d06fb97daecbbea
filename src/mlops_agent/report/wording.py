"""The sentence that an assertion makes by itself: what a claim says whose author wrote no words.

Made from the typed assertion alone, so it can say neither more nor less; the checker knows it and
has nothing in it to doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

from mlops_agent.contracts.report import (
    Absent,
    Assertion,
    CommandRan,
    DiffIs,
    Enumerated,
    FoundRisk,
    LineSays,
    ProbeTurned,
    Untouched,
)

WIDEST = 140
"""Characters of a command or line that are shown; the rest stands where the evidence points."""


def sentence_of(assertion: Assertion, *, before: bool = False) -> str:
    """Say an assertion in one line of plain English, with nothing in it that a reader can't see.

    `before` says of a command that it ran on the base tree.
    """
    when = "Before the change " if before and isinstance(assertion, CommandRan) else ""
    said = " ".join((when + _said(assertion)).split())
    return "".join(one if one.isprintable() else "\ufffd" for one in said)


def _said(assertion: Assertion) -> str:  # noqa: PLR0911  one a kind
    match assertion:
        case CommandRan(call=call, command=command, exit_code=code, quotes=quotes):
            printed = f" and prints {_listed([_code(quote) for quote in quotes])}" if quotes else ""
            return f"{_code(first_line(command))} (call {call}) exits with code {code}{printed}."
        case LineSays(path=path, line=line, text=text, tree=tree):
            where = " of the proposed tree" if tree == "proposed" else ""
            return f"Line {line} of {path}{where} reads {_code(text)}."
        case DiffIs(files=files, lines_added=added, lines_removed=removed):
            return (
                f"The change adds {_lines(added)} and removes {_lines(removed)}, in "
                f"{_listed(files)} and in no other file."
            )
        case ProbeTurned(probe=probe):
            return (
                f"The probe {_code(probe)} is red on the base tree and green on the proposed one."
            )
        case Untouched(paths=paths):
            return f"{_listed(paths)} {'is' if len(paths) == 1 else 'are'} unchanged."
        case Absent(text=text, paths=paths):
            below = f" below {_listed(paths)}" if paths else ""
            return f"{_code(text)} stands nowhere in the base tree{below}."
        case FoundRisk(rule=rule, path=path, line=line):
            return f"The audit of the base tree finds {rule} at {path}:{line}."
        case Enumerated(items=items):
            return f"Each of these {len(items)} claims holds: {' '.join(items)}"


def first_line(command: str) -> str:
    """A command on one line: of several the first, with a mark that there is more."""
    lines = [line.strip() for line in command.splitlines() if line.strip()]
    return f"{lines[0]} ..." if len(lines) > 1 else "".join(lines)


def _code(text: str) -> str:
    """A text as a quote in one line; what could end the quote stands in it as another sign."""
    line = " ".join(text.split()).replace("`", "'")
    return f"`{line}`" if len(line) <= WIDEST else f"`{line[:WIDEST]} ...`"


def _listed(things: Sequence[str]) -> str:
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} and {things[-1]}"


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"
