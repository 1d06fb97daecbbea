"""The environment of confined commands: made from nothing, never inherited.

Only language, time zone and terminal type come from the caller. The rest keeps programs from
asking, paging, colouring and waiting for a network that is not there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from mlops_agent.sandbox.interpreters import active_environment

HOME = "/tmp/home"  # noqa: S108  inside the sandbox, a folder of its own temporary file system

_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_KEPT = ("LANG", "TZ", "TERM")

_FIXED = {
    "CI": "1",
    "NO_COLOR": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_EDITOR": "true",
    "GIT_ASKPASS": "/bin/true",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_OPTIONAL_LOCKS": "0",
    # The sandbox shows the owner's files to a mapped user; it protects nothing to refuse them.
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "safe.directory",
    "GIT_CONFIG_VALUE_0": "*",
    "PIP_NO_INPUT": "1",
    "PIP_RETRIES": "0",
    "DEBIAN_FRONTEND": "noninteractive",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def confined_environment(
    argv: Sequence[str], extra: Mapping[str, str], home: str = HOME
) -> dict[str, str]:
    """Return the whole environment of a command; `extra` is added last and wins.

    A repository's commands find the programs of the operator's active environment before ours. Not
    so what is started with our own Python: probes bring along the parts that they need.
    """
    kept = {
        name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("LC_")
    }
    folders = [str(Path(sys.executable).parent)]
    theirs = None if argv[0] == sys.executable else active_environment()
    if theirs:
        folders.insert(0, str(theirs.prefix / "bin"))
        kept[theirs.variable] = str(theirs.prefix)
    path = ":".join([*folders, _SYSTEM_PATH])
    return kept | _FIXED | {"PATH": path, "HOME": home} | dict(extra)
