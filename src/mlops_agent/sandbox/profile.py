"""What a confined command sees: the command line of bubblewrap that says so.

An allow-list: the system's programs and the interpreter read-only, the worktree writable, its git
data read-only, and nothing else of the file system; no network, no other processes, no devices, no
privileges, no further user namespaces. Each line held against attacks that are in the tests.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mlops_agent.sandbox.environment import HOME

MIB = 1024 * 1024

_NAMESPACES = (
    "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
    "--unshare-net", "--disable-userns", "--cap-drop", "ALL", "--die-with-parent", "--new-session",
    "--hostname", "sandbox",
)  # fmt: skip


_LINKS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")

# Not all of /etc: as root, all of it could be read.
_ETC = (
    "alternatives", "bash.bashrc", "ca-certificates", "debian_version", "group", "ld.so.cache",
    "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf", "os-release",
    "passwd", "pki/tls/certs", "profile", "protocols", "services", "ssl/certs",
    "ssl/openssl.cnf", "terminfo", "timezone",
)  # fmt: skip

# Sized, since the default is half of the machine's memory.
_TEMPORARY = (("/tmp", 1024), ("/run", 16), ("/var", 64), ("/dev/shm", 256))  # noqa: S108

LIMITS = (
    "--core=0",
    f"--fsize={2048 * MIB}",
    f"--as={32 * 1024 * MIB}",
    "--nofile=4096",
    "--nproc=1024",
)
"""Of each process; nproc of all together, but not where the caller is root."""


@dataclass(frozen=True, slots=True)
class GitData:
    """The git data of a worktree: its `.git`, and the folders that this leads to."""

    pointer: Path
    folders: tuple[Path, ...]


def confinement(
    bwrap: Path, prlimit: Path, worktree: Path, read_only: Sequence[Path], status_fd: int
) -> list[str]:
    """Return the argv to put before a command so that it runs confined in this worktree."""
    argv = [str(bwrap), *_NAMESPACES, "--json-status-fd", str(status_fd)]
    argv += ["--proc", "/proc", "--dev", "/dev"]
    for folder, mebibytes in _TEMPORARY:
        argv += ["--size", str(mebibytes * MIB), "--tmpfs", folder]
    argv += ["--dir", HOME, "--dir", "/var/tmp"]  # noqa: S108
    argv += _system()
    above = [path for path in read_only if worktree.is_relative_to(path)]
    inside = [path for path in read_only if not worktree.is_relative_to(path)]
    argv += _bind("--ro-bind", [*_interpreter(), *above])
    argv += _bind("--bind", [worktree])
    git_data = find_git_data(worktree)
    if git_data:
        argv += _bind("--ro-bind", [*git_data.folders, git_data.pointer])
    argv += _bind("--ro-bind", inside)
    argv += ["--remount-ro", "/", "--chdir", str(worktree), "--", str(prlimit), *LIMITS, "--"]
    return argv


def find_git_data(worktree: Path) -> GitData | None:
    """Return the git data of a worktree, or None when it has none.

    A `.git` file is believed only where the folder it names points back at it: otherwise a
    repository could have any folder of the machine shown to its code.
    """
    pointer = worktree / ".git"
    if pointer.is_symlink() or not pointer.exists():
        return None
    if pointer.is_dir():
        return GitData(pointer, ())
    try:
        named = pointer.read_text(encoding="utf-8").strip().removeprefix("gitdir: ")
        folder = (worktree / named).resolve(strict=True)
        back = (folder / "gitdir").read_text(encoding="utf-8").strip()
        common = (folder / (folder / "commondir").read_text(encoding="utf-8").strip()).resolve()
    except (OSError, UnicodeDecodeError):
        return None
    if Path(back) != pointer or folder.parent.parent != common:
        return None
    return GitData(pointer, (common,))


def _system() -> list[str]:
    argv = ["--ro-bind", "/usr", "/usr", "--ro-bind-try", "/nix/store", "/nix/store"]
    for link in _LINKS:
        path = Path(link)
        if path.is_symlink():
            argv += ["--symlink", str(path.readlink()), link]
        elif path.is_dir():
            argv += ["--ro-bind", link, link]
    for name in _ETC:
        argv += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return argv


def _interpreter() -> list[Path]:
    """Where our Python and its packages lie, which is where probes find theirs."""
    home = Path.home().resolve()
    prefixes = {Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()}
    # A prefix of / or of the home folder would show everything that is to be hidden.
    return sorted(
        path
        for path in prefixes
        if not home.is_relative_to(path) and not path.is_relative_to("/usr")
    )


def _bind(how: str, paths: Sequence[Path]) -> list[str]:
    return [word for path in paths for word in (how, str(path), str(path))]
