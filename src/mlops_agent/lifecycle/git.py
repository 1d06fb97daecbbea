"""Questions to git that repository configuration cannot turn into commands.

Owns running `git` hardened: no hooks, no file-system monitor, no pager, no lock files, no prompt,
and no content filter. It refuses folders that cannot be mapped, each
with one clear line.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from mlops_agent.errors import BadInputError, NotARepositoryError
from mlops_agent.unblocked import run_unblocked

_HARDENED = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "core.untrackedCache=false",
    "-c",
    "core.quotePath=false",
    "-c",
    f"core.attributesFile={os.devnull}",
    "-c",
    "log.showSignature=false",
    "-c",
    "submodule.recurse=false",
    "--no-pager",
    "--literal-pathspecs",
)
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # A partial clone's remote may name any program as its transport: no object is ever fetched.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}
_TIMEOUT_SECONDS = 120
_OWNER = "dubious ownership"


def git(
    root: Path, *arguments: str, tolerate: bool = False, settings: Mapping[str, str] | None = None
) -> bytes:
    """Run git in `root` and return its output; raises BadInputError with git's first line.

    With `tolerate` a failure gives empty output instead. `settings` are configuration for this
    call alone, by key.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment |= _ENVIRONMENT | _as_variables(settings or {})
    try:
        done = run_unblocked(
            ["git", *_HARDENED, "-C", os.fspath(root), *arguments],
            tree=root,
            cwd=None,
            env=environment,
            seconds=_TIMEOUT_SECONDS,
        )
    except FileNotFoundError as error:
        raise BadInputError("git is not installed", "install git and try again") from error
    if done.returncode and not tolerate:
        raise _explained(root, done.stderr.decode("utf-8", "replace"))
    return b"" if done.returncode else done.stdout


def filters_off(root: Path) -> dict[str, str]:
    """Settings that switch off every content filter of the configuration.

    A file that the index can't tell to be unchanged is compared by content, and for that git
    would run the filter that the repository names.
    """
    listed = git(root, "config", "-z", "--name-only", "--get-regexp", r"^filter\.", tolerate=True)
    keys = [os.fsdecode(key) for key in listed.split(b"\0") if key.count(b".") > 1]
    names = {key.split(".", 1)[1].rpartition(".")[0] for key in keys}
    off = {"clean": "", "smudge": "", "process": "", "required": "false"}
    return {f"filter.{name}.{key}": value for name in sorted(names) for key, value in off.items()}


def open_root(folder: Path) -> Path:
    """The top folder of the repository that `folder` lies in.

    Raises NotARepositoryError for what is missing, not a folder, no repository, bare, or inside
    a `.git` folder.
    """
    if not folder.exists():
        raise NotARepositoryError(f"{folder}: no such folder", "give the path of a git checkout")
    if not folder.is_dir():
        raise NotARepositoryError(f"{folder}: not a folder", "give the path of a git checkout")
    answer = git(folder, "rev-parse", "--is-bare-repository", "--is-inside-work-tree").split()
    if answer[:1] == [b"true"]:
        raise NotARepositoryError(
            f"{folder}: a bare repository has no files to read", "clone it and map the clone"
        )
    if answer[1:] != [b"true"]:
        raise NotARepositoryError(
            f"{folder}: inside a .git folder", "give the folder that holds the checkout"
        )
    top = git(folder, "rev-parse", "--show-toplevel").removesuffix(b"\n")
    return Path(os.fsdecode(top))


def head_commit(root: Path) -> str | None:
    """The commit that HEAD names, or None before the first commit."""
    answer = git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}", tolerate=True)
    return answer.decode("ascii").strip() or None


def _as_variables(settings: Mapping[str, str]) -> dict[str, str]:
    # Not `-c`: it ends the key at the first `=`, and a filter's name may hold one.
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def _explained(root: Path, complaint: str) -> BadInputError:
    if "not a git repository" in complaint:
        return NotARepositoryError(
            f"{root}: not a git repository", "run `git init` and commit, or give another path"
        )
    if _OWNER in complaint:
        return NotARepositoryError(
            f"{root}: git refuses it, because somebody else owns the folder",
            f"if you trust it: git config --global --add safe.directory {root}",
        )
    lines = [x for x in complaint.splitlines() if x.strip()]
    # Warnings come first and say less than what git died of.
    line = next((x for x in lines if x.startswith(("fatal:", "error:"))), (*lines, "no reason")[0])
    return BadInputError(f"{root}: git failed: {line.strip()[:200]}")
