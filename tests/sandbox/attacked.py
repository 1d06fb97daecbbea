"""The host as attacks find it: a stage of files, a repository, listeners, a process, a terminal."""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import pty
import secrets
import select
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import termios
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

UNCHANGED = b"as it was"
VICTIM = """
import ctypes, time
memory = ctypes.create_string_buffer(b"as it was")
ctypes.CDLL(None).prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)
print(ctypes.addressof(memory), flush=True)
time.sleep(300)
"""
"""Lets itself be traced by anybody, as far as it can."""


@dataclass
class Terminal:
    """The terminal that this process has; what is written to it can be read back."""

    master: int
    reached: bool = False

    @classmethod
    @contextmanager
    def taken(cls) -> Generator[Terminal]:
        """Take a new one as the terminal that this process is controlled by."""
        master, slave = pty.openpty()
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        yield cls(master)

    def look(self) -> bool:
        """Whether anything was ever written to it."""
        if select.select([self.master], [], [], 0.2)[0]:
            self.reached = bool(os.read(self.master, 100)) or self.reached
        return self.reached


@dataclass
class Stage:
    """What one attack finds, made for it alone."""

    folder: Path
    terminal: Terminal
    sockets: dict[str, socket.socket]
    victim: subprocess.Popen[bytes] | None
    address: int
    secret: str

    @property
    def worktree(self) -> Path:
        return self.folder / "run" / "worktree"

    @property
    def common(self) -> Path:
        return self.folder / "repo" / ".git"

    @property
    def pointer(self) -> Path:
        return self.worktree / ".git"

    def outside(self, name: str) -> Path:
        return self.folder / "outside" / name

    def shown(self, name: str) -> Path:
        return self.folder / "outside" / "shown" / name

    def variables(self) -> dict[str, str]:
        return {
            "OUT": str(self.folder / "outside"),
            "COMMON": str(self.common),
            "CALLERS_HOME": os.environ["HOME"],
            "TCP": str(self.sockets["tcp"].getsockname()[1]),
            "UDP": str(self.sockets["udp"].getsockname()[1]),
            "ABSTRACT": self.sockets["abstract"].getsockname()[1:].decode(),
            "VICTIM": str(self.victim.pid if self.victim else 0),
            "ADDRESS": str(self.address),
            "PARENT": str(os.getpid()),
        }

    def heard(self, listener: str) -> bool:
        server = self.sockets[listener]
        server.settimeout(0.3)
        try:
            if server.type == socket.SOCK_DGRAM:
                return bool(server.recv(10))
            connection, _ = server.accept()
        except OSError:
            return False
        connection.close()
        return True

    def victim_ended(self) -> bool:
        assert self.victim
        try:
            self.victim.wait(0.3)
        except subprocess.TimeoutExpired:
            return False
        return True

    def victim_changed(self) -> bool:
        assert self.victim
        with Path(f"/proc/{self.victim.pid}/mem").open("rb", buffering=0) as memory:
            memory.seek(self.address)
            return memory.read(len(UNCHANGED)) != UNCHANGED

    def pointer_replaced(self) -> bool:
        return self.pointer.is_file() and "elsewhere" in self.pointer.read_text()

    def device_made(self) -> bool:
        node = self.worktree / "node"
        return node.exists() and stat.S_ISCHR(node.stat().st_mode)

    def terminal_reached(self) -> bool:
        return self.terminal.look()


@contextmanager
def stage(template: Path, terminal: Terminal, *, victim: bool) -> Generator[Stage]:
    """Make a stage from the template, and clear it away."""
    folder = template.with_name(secrets.token_hex(8))
    shutil.copytree(template, folder)
    (folder / "run" / "worktree" / ".git").write_text(
        f"gitdir: {folder}/repo/.git/worktrees/worktree\n"
    )
    (folder / "repo/.git/worktrees/worktree/gitdir").write_text(f"{folder}/run/worktree/.git\n")
    sockets = {
        "tcp": _listening(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        "udp": _listening(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        "unix": _listening(socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "outside" / "socket")),
        "abstract": _listening(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + secrets.token_hex(8)),
    }
    process, address = _victim() if victim else (None, 0)
    try:
        secret = os.environ["ATTACK_SECRET"]
        yield Stage(folder, terminal, sockets, process, address, secret)
    finally:
        if process:
            process.kill()
            process.wait()
        for one in sockets.values():
            one.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def template() -> Generator[Path]:
    """A folder with what each stage is a copy of, and a home for the caller."""
    with tempfile.TemporaryDirectory(prefix="attacked-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve() / "template"
        # It is in the environment that this process was started with: /proc shows only that.
        secret = os.environ["ATTACK_SECRET"]
        home = folder.with_name("home")
        for path in (folder / "outside" / "secret", home / ".aws" / "credentials"):
            path.parent.mkdir(parents=True)
            path.write_text(secret)
        (folder / "outside" / "file").write_bytes(UNCHANGED)
        (folder / "outside" / "shown").mkdir()
        os.environ["HOME"] = str(home)
        _repository(folder)
        _keep_key(secret)
        # For anybody who inherits it.
        os.set_inheritable(os.open(folder / "outside" / "secret", os.O_RDONLY), True)
        yield folder


def bare(argv: list[str], host: Stage, timeout: float) -> str:
    """Run a command the naive way: everything inherited, and only itself killed on a timeout."""
    output = host.folder / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            argv,
            cwd=host.worktree,
            env={**os.environ, **host.variables()},
            stdout=file,
            stderr=subprocess.STDOUT,
            close_fds=False,
        )
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return output.read_text(errors="replace")


def _repository(folder: Path) -> None:
    root, worktree = folder / "repo", folder / "run" / "worktree"
    git = ["git", "-c", "user.name=u", "-c", "user.email=u@e"]
    subprocess.run([*git, "init", "-q", "--template=", str(root)], check=True)
    (root / "file").write_text("x")
    subprocess.run([*git, "add", "-A"], cwd=root, check=True)
    subprocess.run([*git, "commit", "-qm", "first"], cwd=root, check=True)
    subprocess.run([*git, "worktree", "add", "-q", "--detach", str(worktree)], cwd=root, check=True)
    (root / ".git" / "hooks").mkdir()


def _keep_key(secret: str) -> None:
    """Put a secret into the session's keyring of the kernel."""
    add_key = {"x86_64": 248}.get(platform.machine(), 217)
    text = secret.encode()
    added = ctypes.CDLL(None).syscall(
        add_key, b"user", b"attacked", text, len(text), ctypes.c_int(-3)
    )
    assert added != -1, "there is no keyring here"


def _victim() -> tuple[subprocess.Popen[bytes], int]:
    process = subprocess.Popen([sys.executable, "-S", "-c", VICTIM], stdout=subprocess.PIPE)
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def _listening(family: int, kind: int, address: object) -> socket.socket:
    server = socket.socket(family, kind)
    server.bind(address)  # type: ignore[arg-type]
    if kind == socket.SOCK_STREAM:
        server.listen()
    return server
