"""What a confined command sees: the command line of bubblewrap that says so.

An allow-list: the system's programs and the interpreter read-only, the worktree writable, its git
data read-only and without credentials, and nothing else of the file system; no network, no other
processes, no devices, no privileges, no further user namespaces. Each line held against attacks
that are in the tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlops_agent.sandbox.environment import HOME
from mlops_agent.sandbox.git_data import GitData
from mlops_agent.sandbox.interpreters import interpreters
from mlops_agent.sandbox.unprivileged import Unprivileged

MIB = 1024 * 1024

_NAMESPACES = (
    "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent",
    "--new-session", "--hostname", "sandbox",
)  # fmt: skip
_OWN_USERS = ("--unshare-user", "--disable-userns", "--cap-drop", "ALL")

_NIX = Path("/nix/store")
_LINKS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")

# Not all of /etc: as root, all of it could be read.
_ETC = (
    "alternatives", "bash.bashrc", "ca-certificates", "debian_version", "group", "ld.so.cache",
    "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf", "os-release",
    "passwd", "pki/tls/certs", "profile", "protocols", "services", "ssl/certs",
    "ssl/openssl.cnf", "terminfo", "timezone",
)  # fmt: skip

_NAMES = ("resolv.conf", "hosts", "host.conf", "gai.conf")
"""What of /etc it takes to find hosts by name."""

# Sized, since the default is half of the machine's memory.
_TEMPORARY = (
    ("/tmp", 1024, "1777"),  # noqa: S108
    ("/run", 16, "0755"),
    ("/var", 64, "0755"),
    ("/dev/shm", 256, "1777"),  # noqa: S108
)
_FOLDERS = ((HOME, "0777"), ("/var/tmp", "1777"))  # noqa: S108

_GIT_MIB = 16
"""For the small files of a git folder, which are copied."""

LIMITS = (
    "--core=0",
    "--cpu=3600",
    f"--fsize={2048 * MIB}",
    f"--as={32 * 1024 * MIB}",
    "--nofile=4096",
    "--nproc=1024",
)
"""Of each process: seconds of CPU, bytes of a file and of its memory; nproc of all together."""


@dataclass(frozen=True, slots=True)
class View:
    """What one command sees beside the system: its worktree, and what it can only read.

    `copies` and `git_files` are files by the descriptor that their bytes are taken from; `refused`
    is the one that the filter of system calls is read from.
    """

    worktree: Path
    read_only: Sequence[Path]
    copies: Mapping[int, Path]
    git: GitData | None
    git_files: Mapping[int, Path]
    network: bool
    refused: int | None


@dataclass(frozen=True, slots=True)
class Means:
    """What confines: bubblewrap, prlimit, and for root the user to become."""

    bwrap: Path
    prlimit: Path
    user: Unprivileged | None


def confinement(means: Means, view: View, status_fd: int, gate_fd: int) -> list[str]:
    """Return the argv to put before a command so that it runs confined with this view.

    Bubblewrap tells `status_fd` what it made, and goes on when it can read from `gate_fd`.
    """
    argv = [str(means.bwrap), *(means.user.entering() if means.user else _OWN_USERS), *_NAMESPACES]
    argv += ["--json-status-fd", str(status_fd), "--block-fd", str(gate_fd)]
    argv += [] if view.network else ["--unshare-net"]
    argv += [] if view.refused is None else ["--seccomp", str(view.refused)]
    argv += _system(view.network)
    worktree = view.worktree
    above = [path for path in view.read_only if worktree.is_relative_to(path)]
    inside = [path for path in view.read_only if not worktree.is_relative_to(path)]
    git_folder = [view.git.common] if view.git else []
    argv += _ancestors(
        [*interpreters(), *above, worktree, *git_folder, *inside, *view.copies.values()]
    )
    argv += _bind("--ro-bind", [*interpreters(), *above])
    argv += _bind("--bind", [worktree])
    argv += _git(view.git, view.git_files) if view.git else []
    argv += _bind("--ro-bind", inside)
    for descriptor, path in view.copies.items():
        argv += ["--perms", "0444", "--ro-bind-data", str(descriptor), str(path)]
    emptied = ["/dev", "/", *map(str, git_folder)]
    argv += [word for folder in emptied for word in ("--remount-ro", folder)]
    argv += ["--chdir", str(worktree), "--"]
    argv += means.user.becoming() if means.user else []
    return [*argv, str(means.prlimit), *LIMITS, "--"]


def _git(data: GitData, files: Mapping[int, Path]) -> list[str]:
    """An empty folder in place of the git folder, with what is shown of that in it."""
    argv = ["--perms", "0755", "--size", str(_GIT_MIB * MIB), "--tmpfs", str(data.common)]
    folders = {one for path in files.values() for one in path.parents}
    for folder in sorted(one for one in folders if data.common in one.parents):
        argv += ["--perms", "0755", "--dir", str(folder)]
    for descriptor, path in files.items():
        argv += ["--perms", "0444", "--file", str(descriptor), str(path)]
    # What git on the host packs or prunes at this moment can be gone.
    argv += _bind("--ro-bind-try", data.bound())
    return [*argv, *([] if data.pointer == data.common else _bind("--ro-bind", [data.pointer]))]


def _system(network: bool) -> list[str]:
    argv = ["--proc", "/proc", "--dev", "/dev"]
    for folder, mebibytes, mode in _TEMPORARY:
        argv += ["--perms", mode, "--size", str(mebibytes * MIB), "--tmpfs", folder]
    for folder, mode in _FOLDERS:
        argv += ["--perms", mode, "--dir", folder]
    argv += ["--ro-bind", "/usr", "/usr"]
    for link in _LINKS:
        path = Path(link)
        if path.is_symlink():
            argv += ["--symlink", str(path.readlink()), link]
        elif path.is_dir():
            argv += ["--ro-bind", link, link]
    names = (*_ETC, *(_NAMES if network else ()))
    found = [path for path in (_NIX, *(Path("/etc", name) for name in names)) if path.exists()]
    return [*argv, *_ancestors(found), *_bind("--ro-bind", found)]


def _ancestors(paths: Sequence[Path]) -> list[str]:
    """Make the folders above, since bubblewrap makes those of root for root alone."""
    above = {folder for path in paths for folder in path.parents if folder != Path("/")}
    return [word for one in sorted(above) for word in ("--perms", "0755", "--dir", str(one))]


def _bind(how: str, paths: Sequence[Path]) -> list[str]:
    return [word for path in paths for word in (how, str(path), str(path))]
