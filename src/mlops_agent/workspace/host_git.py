"""Running git on the host so that nothing of a repository runs with it.

Hooks, file system monitors, filters, external diffs, attribute and config files of the user and
of the system are all off, and so are the network protocols; the environment is not inherited.
Every call names its git folder, so a `.git` that was tampered with in a worktree is never followed.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from mlops_agent.errors import BadInputError
from mlops_agent.unblocked import User, run_unblocked

_CONFIG = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.autocrlf=false",
    "core.sshCommand=false",
    "diff.ignoreSubmodules=all",
    "submodule.recurse=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
    "gc.auto=0",
    "maintenance.auto=false",
    "commit.gpgSign=false",
    # `git show` would start what gpg.program names to look at a signature.
    "log.showSignature=false",
    "gpg.program=false",
    "gpg.ssh.program=false",
    "gpg.x509.program=false",
    "core.alternateRefsCommand=",
    "core.askPass=true",
    "advice.detachedHead=false",
)

_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_NO_LAZY_FETCH": "1",
    # Unlike `protocol.allow`, no configuration of the repository can say otherwise.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "GIT_EDITOR": "true",
    "GIT_PAGER": "cat",
}

_KEPT = ("PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR")
"""What git gets of our own environment. A GIT_DIR set by a hook that called us stays out."""

REFETCH_HINT = "in a partial clone, fetch its objects first: git fetch --refetch --no-filter"
"""What to do where objects of a commit are missing; nothing is ever fetched from here."""


class GitError(BadInputError):
    """A git command failed; the message has git's own first line of complaint."""


def git(
    git_dir: Path,
    *arguments: str,
    work_tree: Path | None = None,
    index: Path | None = None,
    stdin: bytes | BinaryIO = b"",
    stdout: BinaryIO | None = None,
    filters: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    user: User | None = None,
) -> bytes:
    """Run one hardened git command and return its standard output.

    Args:
        git_dir: the git folder to work on; given to git as it is, nothing is discovered.
        arguments: the command and its arguments.
        work_tree: the working tree, for commands that need one; also the working directory.
        index: an index file to use in place of the git folder's own.
        stdin: what the command reads; a file for what is too much to be held.
        stdout: a file that takes the output, which is not returned then.
        filters: names of content filters that the repository's config defines; switched off.
        environment: further variables, such as an author's identity.
        user: whom git runs as, where it is not us (see owner).

    Raises GitError when git exits with another code than 0, HeldUpError where a pipe in the working
    tree keeps it waiting.
    """
    argv = ["git", "--no-pager", "--literal-pathspecs", f"--git-dir={git_dir}"]
    if work_tree is not None:
        argv.append(f"--work-tree={work_tree}")
    for setting in _CONFIG:
        argv += ["-c", setting]
    variables = clean_environment() | _ENVIRONMENT | _without(filters) | dict(environment or {})
    if index is not None:
        variables["GIT_INDEX_FILE"] = str(index)
    done = run_unblocked(
        [*argv, *arguments],
        tree=work_tree,
        cwd=work_tree or git_dir,
        env=variables,
        stdin=stdin,
        stdout=stdout,
        user=user,
    )
    if done.returncode != 0:
        raise GitError(f"git {arguments[0]} failed: {complaint(done.stderr)}")
    return done.stdout


def users_git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Ask git with the user's own configuration; only for commands that run nothing.

    That is `rev-parse` (which knows the user's safe.directory) and `config --get`.
    """
    return run_unblocked(
        ["git", "--no-pager", *arguments],
        tree=None,
        cwd=folder,
        env=clean_environment()
        | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "none"},
    )


def complaint(stderr: bytes) -> str:
    """What git died of, or else the first line of what it said on standard error."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    died = (line for line in lines if line.startswith(("fatal: ", "error: ")))
    line = next(died, lines[0] if lines else "no reason given")
    return line.removeprefix("fatal: ").removeprefix("error: ")


def split_z(output: bytes) -> list[str]:
    """Split NUL-separated paths; bytes that are not UTF-8 survive as surrogates (os.fsdecode)."""
    return [os.fsdecode(part) for part in output.split(b"\0") if part]


def clean_environment() -> dict[str, str]:
    """The few variables of ours that a child of the host may have."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


def _without(filters: Sequence[str]) -> dict[str, str]:
    # Not `-c`: it ends the key at the first `=`, and a filter's name may hold one.
    settings = [
        (f"filter.{name}.{key}", value)
        for name in filters
        for key, value in (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
    ]
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables
