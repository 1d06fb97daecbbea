"""The git data of a worktree that confined commands are shown, and no more of the git folder.

An allow-list of its entries: the objects, references and index of this worktree. Its configuration
is a copy without credentials; hooks, logs and what other programs keep there stay hidden.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mlops_agent.sandbox.git_config import MOST_BYTES, config_values, shown_config

_FOLDERS = ("objects", "refs", "reftable")
_FILES = (
    "HEAD", "index", "packed-refs", "shallow", "info/attributes", "info/exclude", "info/grafts",
    "info/sparse-checkout", "commondir", "gitdir", "CHERRY_PICK_HEAD", "MERGE_HEAD", "MERGE_MODE",
    "MERGE_MSG", "ORIG_HEAD", "REVERT_HEAD",
)  # fmt: skip
_SPLIT_INDEX = "sharedindex.*"
_CONFIGURATIONS = ("config", "config.worktree")
_MOST_COPIED = 256 * 1024


@dataclass(frozen=True, slots=True)
class GitData:
    """The git data of a worktree: its `.git`, and the folders that this leads to.

    `common` is what all worktrees share, `own` what is this one's; both are `.git` itself where
    that is a folder.
    """

    pointer: Path
    common: Path
    own: Path

    def bound(self) -> list[Path]:
        """Its folders that are shown, and large files. Links are not: they lead anywhere."""
        named = [folder / name for folder in self._folders() for name in _FOLDERS]
        large = [path for path in self._files() if _size(path) > _MOST_COPIED]
        return [*(path for path in named if path.is_dir() and not path.is_symlink()), *large]

    def copied(self) -> dict[Path, bytes]:
        """The small files that are shown, with what is shown of them.

        Copying is cheap, while each mount makes each command slower.
        """
        read = {path: read_file(path) for path in self._files() if _size(path) <= _MOST_COPIED}
        found = {path: data for path, data in read.items() if data is not None}
        return found | {path: shown_config(data) for path, data in self._configurations().items()}

    def credentials(self) -> frozenset[str]:
        """The values that its configuration is not shown with."""
        return frozenset[str]().union(*map(config_values, self._configurations().values()))

    def _configurations(self) -> dict[Path, bytes]:
        named = [folder / name for folder in self._folders() for name in _CONFIGURATIONS]
        read = {path: read_file(path) for path in named}
        return {path: data for path, data in read.items() if data is not None}

    def _folders(self) -> list[Path]:
        return list(dict.fromkeys((self.common, self.own)))

    def _files(self) -> list[Path]:
        folders = self._folders()
        named = [folder / name for folder in folders for name in _FILES]
        return [*named, *(path for folder in folders for path in folder.glob(_SPLIT_INDEX))]


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


def read_file(path: Path) -> bytes | None:
    """The bytes of a file, up to a bound; None where there is none, or something else."""
    with suppress(OSError):
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with open(os.open(path, flags), "rb") as file:  # noqa: PTH123  of a descriptor
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return file.read(MOST_BYTES)
    return None


def _size(path: Path) -> int:
    """The size of a regular file, -1 for anything else."""
    with suppress(OSError):
        status = path.lstat()
        return status.st_size if stat.S_ISREG(status.st_mode) else -1
    return -1
