"""No network but the command's own loopback, unless the operator allows one; then only that."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlops_agent.sandbox.confine import Sandbox

pytestmark = pytest.mark.sandbox

INSIDE = """
import socket, threading
server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=lambda: server.accept()[0].sendall(b"hello"), daemon=True).start()
print(socket.create_connection(server.getsockname()).recv(10).decode())
"""
OUTSIDE = """
import os, socket
for family, address in ((socket.AF_INET, ("127.0.0.1", {port})), (socket.AF_UNIX, {path!r})):
    try:
        socket.socket(family).connect(address)
        print("reached")
    except OSError:
        print("not reached")
print(os.path.exists({secret!r}), os.path.exists("/etc/resolv.conf"))
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def said(sandbox: Sandbox, folder: Path, code: str) -> str:
    worktree = folder / "worktree"
    worktree.mkdir(exist_ok=True)
    argv = ["python3", "-c", code]
    return sandbox.run(argv, cwd=worktree, timeout=30, output=folder / "output").text


@pytest.mark.parametrize("network", [False, True])
def test_a_command_has_the_network_that_it_was_allowed_and_nothing_more(
    network: bool, tmp_path: Path, listener: socket.socket
) -> None:
    sandbox = Sandbox.open(network=network)
    assert sandbox.isolation.network is network
    assert ("abstract sockets included" in sandbox.isolation.detail) is network
    assert said(sandbox, tmp_path, INSIDE) == "hello\n"
    path, secret = str(tmp_path / "socket"), tmp_path / "secret"
    secret.write_text("x")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(path)
        unix.listen()
        code = OUTSIDE.format(port=listener.getsockname()[1], path=path, secret=str(secret))
        tcp, by_path, seen = said(sandbox, tmp_path, code).splitlines()
    assert tcp == ("reached" if network else "not reached")
    assert by_path == "not reached"
    there = Path("/etc/resolv.conf").exists() and network
    assert seen == f"False {there}"
