"""Attacks on the host from inside a worktree, with their effects looked at on the host.

Each is tried through a Sandbox; what counts is what happened outside, not what the command said.
Runs as a script too (`attacks.py KIND`), printing the breaches as JSON, so that another user can
be the one who tries. Everything that an attack can hit is made here for the purpose.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mlops_agent.sandbox.confine import Kind, Ran, Sandbox


@dataclass
class Stage:
    """The host as the attacks find it."""

    folder: Path
    worktree: Path
    common: Path
    tcp: socket.socket
    udp: socket.socket
    unix: socket.socket
    abstract: socket.socket
    victim: subprocess.Popen[bytes]
    secret: str
    texts: list[str] = field(default_factory=list)

    def variables(self) -> dict[str, str]:
        return {
            "OUT": str(self.folder / "outside"),
            "COMMON": str(self.common),
            "TCP": str(self.tcp.getsockname()[1]),
            "UDP": str(self.udp.getsockname()[1]),
            "ABSTRACT": self.abstract.getsockname()[1:].decode(),
            "VICTIM": str(self.victim.pid),
            "PARENT": str(os.getpid()),
        }

    def outside(self, name: str) -> Path:
        return self.folder / "outside" / name


PATIENCE = 20.0
"""Seconds that harm may take where nothing is confined."""


@dataclass(frozen=True)
class Attack:
    """A command line, and whether it did harm. `timeout` and `wait` are seconds."""

    command: str
    harmed: Callable[[Stage, Ran], bool]
    timeout: float = 20
    wait: float = 0


def told(stage: Stage, ran: Ran) -> bool:
    return stage.secret in ran.text


def heard(listener: str) -> Callable[[Stage, Ran], bool]:
    def harmed(stage: Stage, ran: Ran) -> bool:
        server: socket.socket = getattr(stage, listener)
        server.settimeout(0.3)
        try:
            if server.type == socket.SOCK_DGRAM:
                return bool(server.recv(10))
            connection, _ = server.accept()
        except OSError:
            return False
        connection.close()
        return True

    return harmed


def python(code: str) -> str:
    return f"python3 -c '{code}'"


CONNECT = "import os, socket; s = socket.socket(socket.{family}, socket.SOCK_{kind}); s.{act}"


def connecting(family: str, kind: str, act: str) -> str:
    return python(CONNECT.format(family=family, kind=kind, act=act))


ATTACKS: dict[str, Attack] = {
    "write outside": Attack("echo x > $OUT/new", lambda s, r: s.outside("new").exists()),
    "write above": Attack("echo x > ../above", lambda s, r: (s.worktree.parent / "above").exists()),
    "write through a link": Attack(
        "ln -s $OUT link; echo x > link/linked", lambda s, r: s.outside("linked").exists()
    ),
    "write through a hard link": Attack(
        "ln $OUT/file hard && echo changed > hard",
        lambda s, r: s.outside("file").read_text() != "as it was",
    ),
    "rename out": Attack(
        "echo x > moving; mv moving $OUT/moved", lambda s, r: s.outside("moved").exists()
    ),
    "change a mode outside": Attack(
        "chmod 777 $OUT/file", lambda s, r: s.outside("file").stat().st_mode & 0o777 == 0o777
    ),
    "change a time outside": Attack(
        "touch -d @1000 $OUT/file", lambda s, r: s.outside("file").stat().st_mtime == 1000
    ),
    "read a secret": Attack("cat $OUT/secret", told),
    "read a secret through another process": Attack(
        "cat /proc/$PARENT/root/$OUT/secret /proc/1/root/$OUT/secret /proc/[0-9]*/root/$OUT/secret",
        told,
    ),
    "read the caller's environment": Attack(
        "env; cat /proc/[0-9]*/environ | grep -a -o 'ATTACK_SECRET=[0-9a-f]*'", told
    ),
    "signal a process": Attack(
        "kill -9 $VICTIM",
        lambda s, r: _ended(s.victim),
    ),
    "connect by TCP": Attack(
        connecting("AF_INET", "STREAM", 'connect(("127.0.0.1", int(os.environ["TCP"])))'),
        heard("tcp"),
    ),
    "send by UDP": Attack(
        connecting("AF_INET", "DGRAM", 'sendto(b"x", ("127.0.0.1", int(os.environ["UDP"])))'),
        heard("udp"),
    ),
    "connect to a unix socket": Attack(
        connecting("AF_UNIX", "STREAM", 'connect(os.environ["OUT"] + "/socket")'), heard("unix")
    ),
    "connect to an abstract socket": Attack(
        connecting("AF_UNIX", "STREAM", 'connect("\\0" + os.environ["ABSTRACT"])'),
        heard("abstract"),
    ),
    "plant a hook": Attack(
        'echo "#!/bin/sh" > $COMMON/hooks/post-checkout',
        lambda s, r: (s.common / "hooks" / "post-checkout").exists(),
    ),
    "change the git config": Attack(
        "git config core.fsmonitor evil", lambda s, r: "evil" in (s.common / "config").read_text()
    ),
    "move a branch": Attack(
        "git update-ref refs/heads/evil HEAD",
        lambda s, r: (s.common / "refs" / "heads" / "evil").exists(),
    ),
    "replace the git pointer": Attack(
        "rm -f .git; echo gitdir: /elsewhere > .git; mv .git .git2; true",
        lambda s, r: "elsewhere" in (_text(s.worktree / ".git") + _text(s.worktree / ".git2")),
    ),
    "leave a daemon": Attack(
        "setsid sh -c 'sleep 0.6; echo x > daemon' > /dev/null 2>&1 < /dev/null & sleep 0.2",
        lambda s, r: (s.worktree / "daemon").exists(),
        wait=0.9,
    ),
    "outlive the timeout": Attack(
        "setsid sh -c 'trap \"\" TERM HUP; sleep 5; echo x > late' & sleep 30",
        lambda s, r: (s.worktree / "late").exists(),
        timeout=3,
        wait=3,
    ),
    "make a user namespace": Attack("unshare -r echo NESTED", lambda s, r: "NESTED" in r.text),
    "gain privileges": Attack(
        "grep NoNewPrivs /proc/self/status", lambda s, r: "NoNewPrivs:\t0" in r.text
    ),
}


@contextmanager
def stage() -> Generator[Stage]:
    """Make a host to attack, and clear it away."""
    folder = Path(tempfile.mkdtemp(prefix="attacked-")).resolve()
    # It has to be in the environment that this process was started with: /proc shows only that.
    secret = os.environ["ATTACK_SECRET"]
    (folder / "outside").mkdir()
    (folder / "outside" / "secret").write_text(secret)
    (folder / "outside" / "file").write_text("as it was")
    common, worktree = _repository(folder)
    sockets = [
        _listening(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        _listening(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        _listening(socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "outside" / "socket")),
        _listening(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + secrets.token_hex(8)),
    ]
    victim = subprocess.Popen(["sleep", "300"])
    try:
        yield Stage(folder, worktree, common, *sockets, victim, secret)
    finally:
        victim.kill()
        victim.wait()
        for one in sockets:
            one.close()
        shutil.rmtree(folder, ignore_errors=True)


def breached(name: str, kind: Kind) -> bool:
    """Try one attack on a fresh stage; returns whether it did harm."""
    attack = ATTACKS[name]
    sandbox = Sandbox.open(kind)
    with stage() as host:
        ran = sandbox.run(
            ["bash", "-c", attack.command],
            cwd=host.worktree,
            env=host.variables(),
            timeout=attack.timeout,
            output=host.folder / "output",
        )
        # What is confined gets the whole time; harm that comes late on a slow machine is harm.
        until = time.monotonic() + (attack.wait if kind == "bubblewrap" else PATIENCE)
        while time.monotonic() < until and attack.wait and not attack.harmed(host, ran):
            time.sleep(0.1)
        return attack.harmed(host, ran)


def _repository(folder: Path) -> tuple[Path, Path]:
    root, worktree = folder / "repo", folder / "run" / "worktree"
    git = ["git", "-c", "user.name=u", "-c", "user.email=u@e"]
    subprocess.run([*git, "init", "-q", str(root)], check=True)
    (root / "file").write_text("x")
    subprocess.run([*git, "add", "-A"], cwd=root, check=True)
    subprocess.run([*git, "commit", "-qm", "first"], cwd=root, check=True)
    subprocess.run([*git, "worktree", "add", "-q", "--detach", str(worktree)], cwd=root, check=True)
    (root / ".git" / "hooks").mkdir(exist_ok=True)
    return root / ".git", worktree


def _listening(family: int, kind: int, address: object) -> socket.socket:
    server = socket.socket(family, kind)
    server.bind(address)  # type: ignore[arg-type]
    if kind == socket.SOCK_STREAM:
        server.listen()
    return server


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(0.3)
    except subprocess.TimeoutExpired:
        return False
    return True


def _text(path: Path) -> str:
    return path.read_text() if path.is_file() else ""


if __name__ == "__main__":
    sys.stdout.write(json.dumps({name: breached(name, sys.argv[1]) for name in ATTACKS}))  # type: ignore[arg-type]
