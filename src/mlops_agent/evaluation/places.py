"""Places of the machine that a run was recorded on, and what stands for them in a transcript.

What a replay blanks out anyway gets a neutral place of the same kind. A path of somebody's machine
that is left over is refused, never cut out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from mlops_agent.drivers.volatile import PATTERNS

STATE = "/state/mlops-agent/runs"
NEUTRAL = {"run folder": STATE, "interpreter": "/usr/bin/python3", "library": "/usr/lib/python3"}
REPOSITORY = "/tmp/replay/repository"  # noqa: S108  as a replay's own, with its folder blanked out
HOME = "/home/user"
_ROOTS = re.compile(r"(?<![\w.~<:/-])/(?:work|root|mnt|Users|home|srv|data\d*)/[^\s\"'<>)]+")

_HEAD = re.compile(r"/\w+/[\w.@+-]+")


def neutral(repository: str, home: Path, prefix: Path) -> Callable[[str], str]:
    """A function that rewrites a text: run folders, interpreters, the repository, home, prefix."""
    patterns = [(PATTERNS[kind], place) for kind, place in NEUTRAL.items()]
    plain = [(repository, REPOSITORY), (str(prefix), "/usr"), (str(home), HOME)]

    def change(text: str) -> str:
        for pattern, place in patterns:
            text = pattern.sub(place, text)
        for there, place in plain:
            text = text.replace(there, place) if len(there) > 1 else text
        return text

    return change


def left_over(text: str, files: Path) -> list[str]:
    """Absolute paths of a person's or a machine's own that are still there, each once.

    What stands in the repository's own `files` is no place of the machine.
    """
    found = dict.fromkeys(_own(_ROOTS.findall(text)))
    if not found:
        return []
    said = "".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(files.rglob("*"))
        if path.is_file()
    )
    return [path for path in found if _head(path) not in said]


def _own(paths: Iterable[str]) -> Iterable[str]:
    return (path for path in paths if not path.startswith(f"{HOME}/"))


def _head(path: str) -> str:
    """The root and the first name below it, without what a journal's JSON wrote behind it."""
    match = _HEAD.match(path)
    return match[0] if match else path
