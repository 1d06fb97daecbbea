"""Branches and commits of a git folder of our own, without starting git for each.

Such a folder has loose branches only, and the commits that a run makes are loose objects: both are
files. Where it is otherwise (an alternate, a pack) the answer is None and git has to be asked. The
folder may be a stranger's: no link is followed, no pipe waited for, nothing large read.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from mlops_agent.beneath import read_beneath

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_COMMIT = re.compile(
    rb"commit \d+\0tree ([0-9a-f]+)\n(?:parent [0-9a-f]+\n)*author [^\n]*\n"
    rb"committer [^\n]* (\d+) [+-]\d{4}\n"
)
_LARGEST = 64 * 1024
_SHA1_LENGTH = 40


@dataclass(frozen=True, slots=True)
class OwnCommit:
    """A commit's tree, and its time in seconds since 1970, as git writes it."""

    tree: str
    seconds: str


def branch(git_dir: Path, name: str) -> str | None:
    """The commit that a loose branch points to, or None where there is no such file."""
    try:
        text = read_beneath(git_dir, f"refs/heads/{name}", _LARGEST).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return text if _ID.fullmatch(text) else None


def packed_branch(git_dir: Path, name: str) -> str | None:
    """The commit that a branch points to by the list that `git gc` leaves, or None."""
    try:
        text = read_beneath(git_dir, "packed-refs", _LARGEST).decode("ascii")
    except (OSError, UnicodeDecodeError):
        return None
    found = re.search(rf"^({_ID.pattern}) refs/heads/{re.escape(name)}$", text, re.MULTILINE)
    return found[1] if found else None


def set_branch(git_dir: Path, name: str, commit: str) -> None:
    """Point a branch of a folder that nobody else writes to at a commit that is there."""
    file = git_dir / "refs" / "heads" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".lock")
    new.write_text(f"{commit}\n", encoding="ascii")
    new.replace(file)


def object_format(object_id: str) -> str:
    """The hash that git made an id with: sha1 or sha256."""
    return "sha1" if len(object_id) == _SHA1_LENGTH else "sha256"


def loose_commit(git_dir: Path, commit: str) -> OwnCommit | None:
    """A commit that lies loose in the folder itself and is what its id says, or None."""
    try:
        packed = read_beneath(git_dir, f"objects/{commit[:2]}/{commit[2:]}", _LARGEST)
        data = zlib.decompressobj().decompress(packed, _LARGEST)
    except (OSError, zlib.error):
        return None
    found = _COMMIT.match(data)
    # The folder may be a stranger's by now: an object is what its hash says, or git is asked.
    made = hashlib.new(object_format(commit), data, usedforsecurity=False).hexdigest()
    if found is None or made != commit:
        return None
    return OwnCommit(found[1].decode(), found[2].decode())
