"""Whether a sentence names what it rests on; "rollback works" over `true` does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

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
from mlops_agent.report.prose.matching import holds

_CHANGE = re.compile(
    r"\b(change[sd]?|diff|files?|lines?|unchanged|untouched|same)\b", re.IGNORECASE
)
_PROBE = re.compile(r"\bprobe\b", re.IGNORECASE)


def names_subject(text: str, assertions: Sequence[Assertion]) -> bool:
    """Whether the sentence names the command, path, text, probe or rule of one assertion."""
    return any(_names(text, assertion) for assertion in assertions)


def _names(text: str, assertion: Assertion) -> bool:  # noqa: PLR0911  one a kind
    match assertion:
        case CommandRan(command=command, call=call):
            return holds(text, command) or holds(text, f"call {call}")
        case LineSays(path=path, text=line):
            return _any(text, [path, PurePosixPath(path).name, line])
        case DiffIs(files=files):
            return _CHANGE.search(text) is not None or _any(text, files)
        case ProbeTurned(probe=probe):
            return _PROBE.search(text) is not None or holds(text, probe)
        case Untouched(paths=paths):
            return _CHANGE.search(text) is not None or _any(text, paths)
        case Absent(text=absent):
            return holds(text, absent)
        case FoundRisk(rule=rule, path=path):
            return _any(text, [rule, path, PurePosixPath(path).name])
        case Enumerated():
            return True


def _any(text: str, names: Sequence[str]) -> bool:
    return any(holds(text, name) for name in names if name.strip())
