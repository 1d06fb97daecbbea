"""Opening the trees of a run's folder that may be anybody's.

Nothing of theirs counts but objects and two commits: git is never started in their folder, whose
configuration could run programs. Refused are files that git would wait for or follow out of the
folder, and trees that no checkout can hold.
"""

from __future__ import annotations

import os
from pathlib import Path

from mlops_agent.errors import BadInputError
from mlops_agent.workspace.names import shown
from mlops_agent.workspace.own_refs import branch, object_format, packed_branch, set_branch
from mlops_agent.workspace.snapshot import Tree, Trees, initialise

_TREE_NAMES: tuple[Tree, ...] = ("base", "proposed")
_MOST_FILES = 1_000_000
_HINT = "it is not what a run left: do not trust the folder"
_PLAIN = range(0x20, 0x7F)
_QUOTED = b'"\\'


def adopt_trees(run_folder: Path, folder: Path) -> Trees:
    """Open the trees of a run's folder through a git folder of our own, made at `folder`.

    Theirs is only read. Raises BadInputError when there are no trees or they are odd.
    """
    theirs = Trees.open(run_folder).git_dir
    _refuse_odd_files(theirs)
    present: dict[Tree, str] = {
        tree: commit
        for tree in _TREE_NAMES
        if (commit := branch(theirs, tree) or packed_branch(theirs, tree)) is not None
    }
    initialise(folder, object_format(present["base"]) if "base" in present else "sha1")
    _take_objects_from(theirs.resolve() / "objects", folder)
    ours = Trees(folder)
    for tree, commit in present.items():
        set_branch(folder, tree, commit)
        ours.entries(tree)
    return ours


def _refuse_odd_files(git_dir: Path) -> None:
    if git_dir.is_symlink() or not (git_dir / "objects").is_dir():
        raise BadInputError(f"{git_dir} is not a git folder", _HINT)
    if os.path.lexists(git_dir / "objects" / "info" / "alternates"):
        raise BadInputError(f"{git_dir} takes its objects from elsewhere", _HINT)
    count, folders = 0, [os.fspath(git_dir)]
    while folders:
        for entry in _entries(folders.pop()):
            count += 1
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif not entry.is_file(follow_symlinks=False):
                raise BadInputError(f"{shown(entry.path)} is neither a file nor a folder", _HINT)
        if count > _MOST_FILES:
            raise BadInputError(f"{git_dir} holds more than {_MOST_FILES} files", _HINT)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError as error:
        raise BadInputError(f"{shown(folder)} can't be read: {error.strerror}") from error


def _take_objects_from(objects: Path, folder: Path) -> None:
    info = folder / "objects" / "info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "alternates").write_bytes(b'"%s"\n' % _quoted(os.fsencode(objects)))


def _quoted(path: bytes) -> bytes:
    """A path as git writes odd ones: a newline would end it, a `#` begin a comment."""
    return b"".join(
        bytes([one]) if one in _PLAIN and one not in _QUOTED else b"\\%03o" % one for one in path
    )
