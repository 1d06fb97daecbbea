"""Running git where a file of the tree could keep it waiting for ever.

git opens some files of a working tree by their names alone (`.gitignore`, `.gitattributes`, the
git folder of a nested repository); a FIFO of such a name has no end. Owns the waiting and the
question what holds git up; removes nothing.
"""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mlops_agent.errors import BadInputError
from mlops_agent.walking import entries_below

LOOK_AFTER = 1.0
"""Seconds after which the tree is searched for what could hold git up."""
MOST_SECONDS = 900.0
_OPENED_BY_NAME = frozenset({".gitignore", ".gitattributes", ".gitmodules", ".mailmap"})
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class User:
    """A user of the system and a group, by number."""

    uid: int
    gid: int


class HeldUpError(BadInputError):
    """git waits for a file that is none; `paths` are those found, relative to the tree."""

    def __init__(self, paths: Sequence[str]) -> None:
        names = ", ".join(
            os.fsencode(path).decode(errors="backslashreplace") for path in paths[:_SHOWN]
        )
        super().__init__(
            f"git waits for {names}, which is no file but a pipe or a device", "remove it"
        )
        self.paths = tuple(paths)


def run_unblocked(
    argv: Sequence[str],
    *,
    tree: Path | None,
    cwd: Path | None,
    env: Mapping[str, str],
    stdin: bytes | BinaryIO = b"",
    stdout: BinaryIO | None = None,
    seconds: float = MOST_SECONDS,
    user: User | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end and return its code and output.

    `stdin` and `stdout` may be files, where what goes through them is too much to be held. `user`
    is whom it runs as, where we are root and it should not.

    Raises HeldUpError where it waits for a file in `tree`, BadInputError after so many seconds.
    """
    given = stdin if isinstance(stdin, bytes) else None
    with subprocess.Popen(
        argv, cwd=cwd, env=dict(env), stderr=subprocess.PIPE, stdout=stdout or subprocess.PIPE,
        stdin=subprocess.PIPE if isinstance(stdin, bytes) else stdin,
        user=user.uid if user else None, group=user.gid if user else None,
        extra_groups=[] if user else None,
    ) as process:  # fmt: skip
        try:
            output, errors = _communicate(process, given, tree, seconds)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(argv, process.returncode, output or b"", errors)


def _communicate(
    process: subprocess.Popen[bytes], stdin: bytes | None, tree: Path | None, seconds: float
) -> tuple[bytes, bytes]:
    try:
        return process.communicate(stdin, timeout=min(LOOK_AFTER, seconds))
    except subprocess.TimeoutExpired:
        held = list(_pipes(tree)) if tree is not None else []
        if held:
            raise HeldUpError(held) from None
    try:
        return process.communicate(timeout=max(0.0, seconds - LOOK_AFTER))
    except subprocess.TimeoutExpired:
        raise BadInputError(f"git took over {seconds:.0f} s and was ended") from None


def _pipes(tree: Path) -> Iterator[str]:
    """What git may open by its name below a tree and would not come back from, by relative paths.

    What is too deep to be listed is left out: git doesn't come to it either.
    """
    for path, mode in entries_below(tree):
        *folders, name = path.split("/")
        opened = name in _OPENED_BY_NAME or ".git" in folders
        if opened and not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            yield path
