"""What a run leaves alone in the user's git folder: looked at before, and again at the end.

Refs, HEAD, configuration, hooks, attributes and alternates; not the index, logs and objects, nor
the folders of linked worktrees. git is started for a repository whose refs are no files only.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from mlops_agent.beneath import open_beneath
from mlops_agent.contracts.base import Record
from mlops_agent.errors import BadInputError
from mlops_agent.workspace.host_git import git
from mlops_agent.workspace.names import shown
from mlops_agent.workspace.repository import Repository

_FILE = "repository.json"
_SINGLE = ("config", "config.worktree", "info/attributes", "info/exclude", "info/grafts",
           "objects/info/alternates", "shallow")  # fmt: skip
_FOLDERS = ("hooks", "modules")
_MOST_BYTES = 16 * 1024 * 1024
_MOST_SHOWN = 20


class Witness(Record):
    """The state of a git folder: what each ref points to, and a hash of each file that matters."""

    folder: str
    refs: dict[str, str]
    files: dict[str, str]


def look_at(repository: Repository) -> Witness:
    """Take down the state of the user's git folder; nothing is written and no hook is run."""
    common = repository.common_dir
    files = {name: _digest(common, name) for name in _SINGLE}
    for folder in _FOLDERS:
        files |= {name: _digest(common, name) for name in (folder, *_below(common, folder))}
    refs = {"HEAD": _first_line(repository.git_dir, "HEAD")}
    refs |= _asked(common) if (common / "reftable").is_dir() else _read_refs(common)
    there = {shown(name): state for name, state in files.items() if state}
    return Witness(folder=shown(str(common)), refs=refs, files=there)


def differences(before: Witness, after: Witness) -> list[str]:
    """What is another in the second state, one line each, the first of them where they are many."""
    refs = _differing(before.refs, after.refs)
    files = _differing(before.files, after.files)
    lines = [] if before.folder == after.folder else [f".git: now in {after.folder}"]
    lines += [f"{name}: {_short(old)} became {_short(new)}" for name, old, new in refs]
    lines += [f".git/{name}: {_what(old, new)}" for name, old, new in files]
    if len(lines) > _MOST_SHOWN:
        lines[_MOST_SHOWN:] = [f"and {len(lines) - _MOST_SHOWN} more"]
    return lines


def keep(run_folder: Path, witness: Witness) -> None:
    """Store the state in the folder of the run that it was taken for."""
    (run_folder / _FILE).write_text(witness.model_dump_json(indent=1), encoding="utf-8")


def kept(run_folder: Path) -> Witness | None:
    """The state that was stored, or None for a run of a version that stored none."""
    try:
        return Witness.model_validate_json((run_folder / _FILE).read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise BadInputError(f"{run_folder / _FILE} is not what was written there") from error


def _differing(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, str, str]]:
    names = sorted(before.keys() | after.keys())
    states = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return [(name, old, new) for name, old, new in states if old != new]


def _short(target: str) -> str:
    return (target if target.startswith("ref: ") else target[:12]) or "nothing"


def _what(old: str, new: str) -> str:
    if not old:
        return "made"
    return "changed" if new else "deleted"


def _read_refs(common: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _read(common, "packed-refs").splitlines():
        target, _, name = line.partition(b" ")
        if name and not target.startswith((b"#", b"^")):
            found[shown(os.fsdecode(name))] = target.decode(errors="replace")
    for name in _below(common, "refs"):
        found[shown(name)] = _first_line(common, name)
    return found


def _asked(common: Path) -> dict[str, str]:
    listed = git(common, "for-each-ref", "--format=%(refname) %(objectname) %(symref)")
    lines = (line.split(" ", 1) for line in listed.decode(errors="replace").splitlines())
    return {name: target.strip() for name, target in lines}


def _below(common: Path, folder: str) -> Iterator[str]:
    """The files below a folder of the git folder; of submodules only what can run something."""
    if (common / folder).is_symlink():
        return
    for place, folders, files in os.walk(common / folder):
        if folder == "modules":
            folders[:] = [name for name in folders if name not in ("objects", "refs", "logs")]
        of_submodule = folder == "modules" and Path(place).name != "hooks"
        for name in files:
            if of_submodule and name not in ("config", "config.worktree"):
                continue
            if not name.endswith((".lock", ".sample")):
                yield str(Path(place, name).relative_to(common))


def _first_line(folder: Path, name: str) -> str:
    return _read(folder, name).split(b"\n", 1)[0].decode(errors="backslashreplace")


def _digest(common: Path, name: str) -> str:
    try:
        mode = (common / name).lstat().st_mode
    except OSError:
        return ""
    if stat.S_ISDIR(mode):
        return ""
    if stat.S_ISLNK(mode):
        return f"link to {shown(str((common / name).readlink()))}"
    # Whether it may be run is what makes a file a hook.
    runs = "x " if mode & 0o111 else ""
    return runs + hashlib.sha256(_read(common, name)).hexdigest()


def _read(folder: Path, name: str) -> bytes:
    """The bytes of a plain file of the git folder; none for what isn't there or isn't one."""
    try:
        opened = open_beneath(folder, name, os.O_RDONLY | os.O_NONBLOCK, links=False)
    except OSError:
        return b""
    with os.fdopen(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            return b""
        return file.read(_MOST_BYTES)
