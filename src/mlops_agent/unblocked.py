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
from pathlib import Path
from typing import BinaryIO

from mlops_agent.errors import BadInputError

LOOK_AFTER = 1.0
"""Seconds after which the tree is searched for what could hold git up."""
MOST_SECONDS = 900.0
_OPENED_BY_NAME = frozenset({".gitignore", ".gitattributes", ".gitmodules", ".mailmap"})
_SHOWN = 5


class HeldUpError(BadInputError):
    """git waits for a file that is none; `paths` are those found in the tree."""

    def __init__(self, tree: Path, paths: Sequence[Path]) -> None:
        names = ", ".join(
            os.fsencode(path.relative_to(tree)).decode(errors="backslashreplace")
            for path in paths[:_SHOWN]
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
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end and return its code and output.

    `stdin` and `stdout` may be files, where what goes through them is too much to be held.

    Raises HeldUpError where it waits for a file in `tree`, BadInputError after so many seconds.
    """
    given = stdin if isinstance(stdin, bytes) else None
    with subprocess.Popen(
        argv, cwd=cwd, env=dict(env), stderr=subprocess.PIPE, stdout=stdout or subprocess.PIPE,
        stdin=subprocess.PIPE if isinstance(stdin, bytes) else stdin,
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
        if tree is not None and held:
            raise HeldUpError(tree, held) from None
    try:
        return process.communicate(timeout=max(0.0, seconds - LOOK_AFTER))
    except subprocess.TimeoutExpired:
        raise BadInputError(f"git took over {seconds:.0f} s and was ended") from None


def _pipes(tree: Path) -> Iterator[Path]:
    """What git may open by its name below a tree and would not come back from."""
    for folder, _, files in os.walk(tree):
        in_git = ".git" in Path(folder).relative_to(tree).parts
        for name in files:
            if in_git or name in _OPENED_BY_NAME:
                path = Path(folder, name)
                if not _is_plain(path):
                    yield path


def _is_plain(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return True
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)
