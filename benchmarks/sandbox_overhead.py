"""What confining a command costs: `true` in a worktree, plain and in the sandbox, taking turns.

Where it is run as root, an ordinary user follows in a process of their own: root's commands run as
somebody else, which is another way. Beside it stands what a large worktree costs, which root gives
to that user before each command, and how long it takes to open a sandbox.

    python benchmarks/sandbox_overhead.py
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from figures import Figure, show, skipped
from measuring import spread

import mlops_agent
from mlops_agent.errors import SandboxUnavailableError
from mlops_agent.sandbox.confine import Sandbox

ROUNDS = 100
FILES = 4000
_NOBODY = "65534"
_SYSTEM = ("/usr/bin", "/usr/local/bin")


def figures(rounds: int = ROUNDS) -> list[Figure]:
    """What one command costs more as whoever runs this, and as an ordinary user beside root."""
    try:
        mine = measure(rounds)
    except SandboxUnavailableError as error:
        return [skipped("overhead of a confined command", "", str(error))]
    me = "root, whose commands run as nobody" if os.geteuid() == 0 else "an ordinary user"
    found = _shown(mine, me)
    if os.geteuid() == 0:
        theirs = _as_nobody(rounds)
        found += _shown(theirs, "an ordinary user") if theirs else []
    return found


def measure(rounds: int) -> dict[str, list[float]]:
    """Seconds of each round: plain, unconfined, confined, that among many files, opening one.

    Plain is the bare command; unconfined is `--no-sandbox`, where a supervisor ends what is left.
    """
    unconfined, confined = Sandbox.open("none"), Sandbox.open()
    with tempfile.TemporaryDirectory(prefix="bench-sandbox-") as folder:
        small, large = _worktree(Path(folder, "small"), 1), _worktree(Path(folder, "large"), FILES)

        def running(sandbox: Sandbox, worktree: Path) -> Callable[[], object]:
            output = Path(folder, "output")
            return lambda: sandbox.run(["true"], cwd=worktree, timeout=60, output=output)

        def plain() -> None:
            with Path(folder, "output").open("wb") as output:
                subprocess.run(["true"], cwd=small, stdout=output, stderr=output, check=True)

        contestants = {
            "plain": plain,
            "unconfined": running(unconfined, small),
            "confined": running(confined, small),
            "many": running(confined, large),
            "open": Sandbox.open,
        }
        taken: dict[str, list[float]] = {name: [] for name in contestants}
        for _ in range(rounds):
            for name, contestant in contestants.items():
                began = time.perf_counter()
                contestant()
                taken[name].append(time.perf_counter() - began)
    return taken


def _worktree(folder: Path, files: int) -> Path:
    for number in range(files):
        path = folder / f"folder{number // 100}" / f"file{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return folder


def _shown(taken: dict[str, list[float]], who: str) -> list[Figure]:
    in_ms = {name: [1000 * one for one in values] for name, values in taken.items()}
    pairs = zip(in_ms["confined"], in_ms["plain"], strict=True)
    overhead = spread([confined - plain for confined, plain in pairs])
    return [
        Figure(f"overhead of a confined command, {who}", "", f"{overhead} ms", None),
        Figure("- plain", "", f"{spread(in_ms['plain'])} ms", None),
        Figure("- with --no-sandbox", "", f"{spread(in_ms['unconfined'])} ms", None),
        Figure("- confined", "", f"{spread(in_ms['confined'])} ms", None),
        Figure(f"- confined, {FILES} files", "", f"{spread(in_ms['many'])} ms", None),
        Figure("- opening a sandbox, with its proof", "", f"{spread(in_ms['open'])} ms", None),
    ]


def _as_nobody(rounds: int) -> dict[str, list[float]]:
    """The same by a user without privileges, whose Python may not lie in root's home."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    python = next((found for one in _SYSTEM if (found := shutil.which(version, path=one))), None)
    if python is None:
        return {}
    path = [str(Path(__file__).parent), str(Path(mlops_agent.__file__).parent.parent)]
    code = f"import json, sandbox_overhead as b; print(json.dumps(b.measure({rounds})))"
    done = subprocess.run(
        ["setpriv", "--reuid", _NOBODY, "--regid", _NOBODY, "--clear-groups", python, "-c", code],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": ":".join([*path, sysconfig.get_path("purelib")]),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        cwd="/",
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.exit(show(figures()))
