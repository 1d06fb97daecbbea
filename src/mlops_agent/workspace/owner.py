"""Whose a git folder is, where we are root and it is not root's.

What root writes there its owner could not write to again, so git writes as the owner.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from mlops_agent.unblocked import User


def owner_of(git_dir: Path) -> User | None:
    """The user and group that git has to write to this folder as; None for who we are.

    None too where that user can't come to the folder by this path, or isn't known here.
    """
    status = git_dir.stat()
    if os.geteuid() != 0 or status.st_uid == 0:
        return None
    user = User(status.st_uid, status.st_gid)
    try:
        asked = subprocess.run(
            ["git", f"--git-dir={git_dir}", "rev-parse", "--git-dir"],
            cwd=git_dir, user=user.uid, group=user.gid, extra_groups=[],
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            capture_output=True, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return user if asked.returncode == 0 else None


def hand_over(made: Path, owner: Path) -> None:
    """Where we are root, let a folder that git has just made, and the one that it lies in where
    that is root's, belong to whom `owner` belongs to.
    """
    like = owner.stat()
    if os.geteuid() != 0 or like.st_uid == 0:
        return
    if made.parent.lstat().st_uid == 0:
        os.chown(made.parent, like.st_uid, like.st_gid, follow_symlinks=False)
    for _, _, files, place in os.fwalk(made):
        os.fchown(place, like.st_uid, like.st_gid)
        for name in files:
            # Nothing of root's that somebody has put there meanwhile by a second name.
            if os.stat(name, dir_fd=place, follow_symlinks=False).st_nlink == 1:
                os.chown(name, like.st_uid, like.st_gid, dir_fd=place, follow_symlinks=False)
