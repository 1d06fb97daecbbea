"""The git data of a worktree that confined commands are shown, and no more of the git folder.

An allow-list of its entries: the objects, references and index of this worktree. Its configuration
is a copy without credentials; hooks, logs and what other programs keep there stay hidden.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mlops_agent.sandbox.git_config import MOST_BYTES, shown_config

_ENTRIES = (
    "HEAD", "index", "info", "objects", "packed-refs", "refs", "reftable", "shallow",
    "CHERRY_PICK_HEAD", "MERGE_HEAD", "MERGE_MODE", "MERGE_MSG", "ORIG_HEAD", "REVERT_HEAD",
)  # fmt: skip
_SPLIT_INDEX = "sharedindex.*"
_OF_A_WORKTREE = ("commondir", "gitdir")
_CONFIGURATIONS = ("config", "config.worktree")


@dataclass(frozen=True, slots=True)
class GitData:
    """The git data of a worktree: its `.git`, and the folders that this leads to.

    `common` is what all worktrees share, `own` what is this one's; both are `.git` itself where
    that is a folder.
    """

    pointer: Path
    common: Path
    own: Path

    def shown(self) -> list[Path]:
        """The files and folders in them that are shown. Links are none: they lead anywhere."""
        found = list(_entries(self.common, _ENTRIES))
        if self.own != self.common:
            found += _entries(self.own, (*_ENTRIES, *_OF_A_WORKTREE))
        return found

    def configurations(self) -> dict[Path, bytes]:
        """What is shown instead of each file of configuration."""
        folders = dict.fromkeys((self.common, self.own))
        named = [folder / name for folder in folders for name in _CONFIGURATIONS]
        read = {path: read_config(path) for path in named}
        return {path: shown_config(data) for path, data in read.items() if data is not None}


def find_git_data(worktree: Path) -> GitData | None:
    """Return the git data of a worktree, or None when it has none.

    A `.git` file is believed only where the folder it names points back at it: otherwise a
    repository could have any folder of the machine shown to its code.
    """
    pointer = worktree / ".git"
    if pointer.is_symlink() or not pointer.exists():
        return None
    if pointer.is_dir():
        return GitData(pointer, pointer, pointer)
    try:
        named = pointer.read_text(encoding="utf-8").strip().removeprefix("gitdir: ")
        folder = (worktree / named).resolve(strict=True)
        back = (folder / "gitdir").read_text(encoding="utf-8").strip()
        common = (folder / (folder / "commondir").read_text(encoding="utf-8").strip()).resolve()
    except (OSError, UnicodeDecodeError):
        return None
    if Path(back) != pointer or folder.parent.parent != common:
        return None
    return GitData(pointer, common, folder)


def read_config(path: Path) -> bytes | None:
    """The bytes of a file of configuration; None where there is none, or something else."""
    with suppress(OSError):
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with open(os.open(path, flags), "rb") as file:  # noqa: PTH123  of a descriptor
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return file.read(MOST_BYTES)
    return None


def _entries(folder: Path, names: tuple[str, ...]) -> Iterator[Path]:
    for path in (*(folder / name for name in names), *folder.glob(_SPLIT_INDEX)):
        with suppress(OSError):
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
                yield path
