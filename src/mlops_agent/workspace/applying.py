"""Turning files of a working tree from one tree's content into another's, all or none.

A file is changed only when it is what the one tree says, or already what the other says; all are
looked at before the first is changed, and a failure half-way is rolled back.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mlops_agent.beneath import open_beneath
from mlops_agent.errors import BadInputError
from mlops_agent.workspace.files import open_folder, parts_of
from mlops_agent.workspace.names import shown
from mlops_agent.workspace.placing import Content, place, sweep
from mlops_agent.workspace.snapshot import Entry, Tree, Trees

_LINK = "120000"
_EXECUTABLE = "100755"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY


_OTHER = Content(b"", "link")
"""Stands for whatever no tree holds: a pipe, a folder, what lies behind a link."""


@dataclass(frozen=True, slots=True)
class Step:
    """One file to change; None stands for no file."""

    path: str
    now: Content | None
    then: Content | None


def put_trees_content(
    root: Path,
    trees: Trees,
    *,
    before: Tree,
    after: Tree,
    scratch: Path,
    begin: Callable[[], None] = lambda: None,
) -> tuple[str, ...]:
    """Change the files that differ between two trees, and return their paths.

    Args:
        root: the working tree.
        trees: where the contents come from.
        before: the tree whose contents the files have now.
        after: the tree whose contents they get.
        scratch: a folder for temporary files, best on the same file system.
        begin: called once everything was checked, before the first change.

    Raises BadInputError naming the files that are neither as `before` nor as `after` says.
    """
    steps = _steps(trees, before, after)
    differing = [step.path for step in steps if _look(root, step.path) not in (step.now, step.then)]
    if differing:
        raise BadInputError(
            f"not as in the {before} tree: {', '.join(map(shown, differing))}; nothing was changed",
            "commit or put away your own changes to these files first",
        )
    begin()
    _sweep(root, steps)
    done: list[Step] = []
    try:
        for step in steps:
            _put(root, step.path, step.then, scratch)
            done.append(step)
    except (OSError, BadInputError) as error:
        # Each step is atomic: the one that failed changed nothing.
        for step in reversed(done):
            _put(root, step.path, step.now, scratch)
        why = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise BadInputError(
            f"{shown(steps[len(done)].path)} can't be changed: {why}; all is as it was"
        ) from error
    return tuple(shown(step.path) for step in steps)


def _steps(trees: Trees, before: Tree, after: Tree) -> list[Step]:
    old, new = trees.entries(before), trees.entries(after)
    paths = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
    return [
        Step(
            path,
            _content(trees, before, path, old.get(path)),
            _content(trees, after, path, new.get(path)),
        )
        for path in paths
    ]


def _content(trees: Trees, tree: Tree, path: str, entry: Entry | None) -> Content | None:
    if entry is None:
        return None
    data = trees.read(tree, path) or b""
    if entry.mode == _LINK:
        return Content(data, "link")
    return Content(data, "executable" if entry.mode == _EXECUTABLE else "file")


def _look(root: Path, path: str) -> Content | None:
    *folders, name = parts_of(path)
    try:
        folder = open_beneath(root, "/".join(folders) or ".", _FOLDER, links=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return _OTHER
    try:
        return _at(folder, name)
    except FileNotFoundError:
        return None
    finally:
        os.close(folder)


def _at(folder: int, name: str) -> Content:
    mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    if stat.S_ISLNK(mode):
        return Content(os.fsencode(os.readlink(name, dir_fd=folder)), "link")
    if not stat.S_ISREG(mode):
        return _OTHER
    opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    with os.fdopen(opened, "rb") as file:
        data = file.read() if stat.S_ISREG(os.fstat(opened).st_mode) else b""
    return Content(data, "executable" if mode & stat.S_IXUSR else "file")


def _put(root: Path, path: str, content: Content | None, scratch: Path) -> None:
    *folders, name = parts_of(path)
    if content is None and _look(root, path) is None:
        return
    # Through no link, also where one came to be since all was looked at.
    folder = open_folder(root, folders, path)
    try:
        if content is None:
            os.unlink(name, dir_fd=folder)
        else:
            place(folder, name, content, scratch)
    finally:
        os.close(folder)
    if content is None:
        _drop_empty_folders(root, root.joinpath(*folders))


def _sweep(root: Path, steps: Sequence[Step]) -> None:
    for below in {"/".join(parts_of(step.path)[:-1]) or "." for step in steps}:
        with suppress(OSError):
            folder = open_beneath(root, below, _FOLDER, links=False)
            try:
                sweep(folder)
            finally:
                os.close(folder)


def _drop_empty_folders(root: Path, folder: Path) -> None:
    # git keeps no empty folders, so one that our file alone made a folder goes with it.
    while folder != root:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
