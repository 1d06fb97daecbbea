"""The user that commands run as where this program runs as root: one that owns nothing else.

Root of a user namespace still owns root's files, and no limit on processes holds for it. So a
namespace is made once that knows two users, root, who sets the confinement up, and a number that
is nobody's, which the command is given. Where that can't be had, nothing is run.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pwd
import shutil
import stat
import subprocess
import weakref
from dataclasses import dataclass
from pathlib import Path

from mlops_agent.sandbox.diagnosis import cannot_drop_root
from mlops_agent.sandbox.output import is_readable

USER = 65533
"""User and group outside of the namespace: who a command's files belong to."""
INSIDE = 65534
"""The same, as the command sees itself: the number that systems call nobody."""

_MAP = f"0 0 1\n{INSIDE} {USER} 1\n"
_ROOM_FOR_MORE = "/proc/sys/user/max_user_namespaces"
_SECONDS = 10.0
# The namespace is held by a process until it is set up, and by a descriptor from then on.
_HOLD = f"echo made && read _ && echo 0 > {_ROOM_FOR_MORE} && echo ready && read _"
_SET_UP = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_DAC_READ_SEARCH")


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Unprivileged:
    """A user namespace with that user in it, kept until this is gone."""

    namespace: int
    setpriv: Path

    @classmethod
    def make(cls) -> Unprivileged:
        """Make the namespace, in which no further one can be made.

        Raises SandboxUnavailableError, naming the cause, where root may not do that here.
        """
        _check_that_nobody_is(USER)
        made = cls(_namespace(_program("unshare")), _program("setpriv"))
        weakref.finalize(made, os.close, made.namespace)
        return made

    def entering(self) -> list[str]:
        """Options of bubblewrap: set up as its root, with what it takes to leave."""
        kept = [word for name in _SET_UP for word in ("--cap-add", name)]
        # Told twice, since only a descriptor to be kept in sync is closed before the command runs.
        number = str(self.namespace)
        return ["--userns", number, "--sync-fd", number, "--cap-drop", "ALL", *kept]

    def becoming(self) -> list[str]:
        """The start of a command line that runs the rest as the user, without any capability."""
        return [
            str(self.setpriv), "--reuid", str(INSIDE), "--regid", str(INSIDE), "--clear-groups",
            "--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs",
        ]  # fmt: skip


def give(folder: Path) -> None:
    """Make a folder and all below it the user's; links are not followed.

    A file that has further names is left alone: one of them may be the operator's. So is what lies
    deeper than a path can name, where nobody but the user itself can have put it.
    """
    _give(folder, folder.lstat())
    waiting = [str(folder)]
    while waiting:
        try:
            waiting += _give_what_is_in(waiting.pop())
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise


def _give_what_is_in(folder: str) -> list[str]:
    """Make what is in a folder the user's; returns the folders among it."""
    folders: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            _give(entry, entry.stat(follow_symlinks=False))
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
    return folders


def _give(path: os.PathLike[str], status: os.stat_result) -> None:
    alone = status.st_nlink == 1 or stat.S_ISDIR(status.st_mode)
    if status.st_uid != USER and alone:
        os.chown(path, USER, USER, follow_symlinks=False)


def _check_that_nobody_is(user: int) -> None:
    with contextlib.suppress(KeyError):
        name = pwd.getpwuid(user).pw_name
        raise cannot_drop_root(f"the user id {user} is {name}'s")


def _program(name: str) -> Path:
    found = shutil.which(name)
    if not found:
        raise cannot_drop_root(f"{name} of util-linux is not installed")
    return Path(found)


def _namespace(unshare: Path) -> int:
    """A descriptor of the namespace, by way of a process that is gone afterwards."""
    process = subprocess.Popen(
        [unshare, "--user", "--keep-caps", "sh", "-c", _HOLD],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        _hear("made", process)
        for name in ("uid_map", "gid_map"):
            Path(f"/proc/{process.pid}/{name}").write_text(_MAP)
        _tell(process)
        _hear("ready", process)
        return os.open(f"/proc/{process.pid}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise cannot_drop_root(f"ids can't be mapped ({error.strerror})") from error
    finally:
        process.kill()
        process.communicate()


def _hear(word: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for the process to say a word; what it says instead is the cause."""
    assert process.stdout is not None
    heard = is_readable(process.stdout.fileno(), _SECONDS) and process.stdout.readline()
    if heard != word.encode() + b"\n":
        process.kill()
        _, said = process.communicate()
        why = said.decode(errors="replace").strip().partition("\n")[0]
        raise cannot_drop_root(why or "nothing came of it")


def _tell(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
