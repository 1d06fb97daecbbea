"""Attacks on the host from inside a worktree, with their effects looked at on the host.

Each is tried on a stage of its own, and nothing else can be hit; what counts is what happened
outside, not what the command said. Runs as a script too (`attacks.py bubblewrap|control`), printing
the breaches and the uses that work as JSON, so that another user can be the one who tries.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from attacked import Stage, Terminal, bare, stage, template

from mlops_agent.sandbox.confine import Sandbox

PATIENCE = 20.0
"""Seconds that harm may take where nothing is confined."""
AT_ONCE = 4

Harmed = Callable[[Stage, str], bool]


@dataclass(frozen=True)
class Attack:
    """A command line, and whether it did harm, told by the stage and by what it printed.

    `timeout` and `wait` are seconds. `alone` comes before it in the control where an ordinary user
    can do it only in namespaces of their own; it is given the command as its last word.
    """

    command: str
    harmed: Harmed
    timeout: float = 30
    wait: float = 0
    alone: tuple[str, ...] = ()


def told(stage: Stage, text: str) -> bool:
    return stage.secret in text


def heard(listener: str) -> Harmed:
    return lambda stage, text: stage.heard(listener)


def says(word: str) -> Harmed:
    return lambda stage, text: word in text


def python(code: str) -> str:
    return f"python3 - <<'END'\n{code}\nEND"


def connecting(family: str, kind: str, act: str) -> str:
    return python(
        f"import os, socket\ns = socket.socket(socket.{family}, socket.SOCK_{kind})\ns.{act}"
    )


def alone(flags: str, before: str = "true") -> tuple[str, ...]:
    """A way to run a command as root of namespaces that an ordinary user may make."""
    return ("unshare", flags, "bash", "-c", f'{before} && exec bash -c "$0"')


WRITE_MEMORY = """
import os
with open(f"/proc/{os.environ['VICTIM']}/mem", "r+b", buffering=0) as memory:
    memory.seek(int(os.environ["ADDRESS"]))
    memory.write(b"changed!!")
"""
TRACE = """
import ctypes, os
libc, pid = ctypes.CDLL(None), int(os.environ["VICTIM"])
word = ctypes.c_long(0x2121646567616863)
address = ctypes.c_void_p(int(os.environ["ADDRESS"]))
assert libc.ptrace(16, pid, None, None) == 0
os.waitpid(pid, 0x40000000)
libc.ptrace(4, pid, address, word)
libc.ptrace(17, pid, None, None)
"""
TERMINAL = """
import fcntl, os
for name in ("/dev/tty", "/dev/stdin", "/dev/stdout", "/dev/console"):
    try:
        terminal = os.open(name, os.O_RDWR | os.O_NOCTTY)
        fcntl.ioctl(terminal, 0x5412, b"x")
    except OSError:
        pass
    try:
        os.write(terminal, b"HIJACKED")
    except (OSError, NameError):
        pass
"""
DESCRIPTORS = """
import os
for number in range(3, 256):
    try:
        print(os.pread(number, 100, 0))
    except OSError:
        pass
"""
FORKS = """
import os, signal, time
made = []
try:
    while len(made) < 1300:
        child = os.fork()
        if not child:
            time.sleep(20)
            os._exit(0)
        made.append(child)
except OSError:
    pass
print("MADE", len(made), "MANY" if len(made) >= 1300 else "FEW")
for child in made:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""
MAPS = """
import mmap
mmap.mmap(-1, 40 << 30, flags=mmap.MAP_PRIVATE | 0x4000)
print("MAPPED")
"""
KEYS = """
import ctypes, platform
call = ctypes.CDLL(None).syscall
call.restype = ctypes.c_long
keyctl = {"x86_64": 250}.get(platform.machine(), 219)
for ring in (-1, -2, -3, -4, -5):
    key = call(keyctl, 10, ctypes.c_int(ring), b"user", b"attacked", 0)
    text = ctypes.create_string_buffer(100)
    call(keyctl, 11, ctypes.c_long(key), text, 100)
    print(text.value)
"""
MTU = "echo 1400 > /sys/class/net/lo/mtu; cat /sys/class/net/lo/mtu"
SHOWN = "$OUT/shown"

ATTACKS: dict[str, Attack] = {
    "write outside": Attack("echo x > $OUT/new", lambda s, t: s.outside("new").exists()),
    "write above": Attack("echo x > ../above", lambda s, t: (s.worktree.parent / "above").exists()),
    "write through a link": Attack(
        "ln -s $OUT link; echo x > link/linked", lambda s, t: s.outside("linked").exists()
    ),
    "write through a hard link": Attack(
        "ln $OUT/file hard && echo changed > hard",
        lambda s, t: s.outside("file").read_text() != "as it was",
    ),
    "write what can be read": Attack(f"echo x > {SHOWN}/new", lambda s, t: s.shown("new").exists()),
    "rename out": Attack(
        "echo x > moving; mv moving $OUT/moved", lambda s, t: s.outside("moved").exists()
    ),
    "move the worktree": Attack(
        "cd .. && mv worktree elsewhere && mkdir worktree",
        lambda s, t: (s.worktree.parent / "elsewhere").exists(),
    ),
    "change a mode outside": Attack(
        "chmod 777 $OUT/file", lambda s, t: s.outside("file").stat().st_mode & 0o777 == 0o777
    ),
    "change a time outside": Attack(
        "touch -d @1000 $OUT/file", lambda s, t: s.outside("file").stat().st_mtime == 1000
    ),
    "read a secret outside": Attack("cat $OUT/secret", told),
    "read a secret at home": Attack("cat ~/.aws/credentials $CALLERS_HOME/.aws/credentials", told),
    "read through another process": Attack(
        "cat /proc/$PARENT/root/$OUT/secret /proc/1/root/$OUT/secret /proc/[0-9]*/root/$OUT/secret",
        told,
    ),
    "read an environment": Attack(
        "env; cat /proc/1/environ /proc/$PARENT/environ; "
        "cat /proc/[0-9]*/environ | grep -a -o 'ATTACK_SECRET=[0-9a-f]*'",
        told,
    ),
    "read an inherited descriptor": Attack(python(DESCRIPTORS), told),
    "read the caller's keyring": Attack(python(KEYS), told),
    "reach a machine's host": Attack(
        connecting("AF_VSOCK", "STREAM", "settimeout(2)\ns.connect((2, 1))"),
        # The host, where there is one, answers a port that nobody listens on with a reset.
        lambda s, t: "not supported by protocol" not in t,
    ),
    "signal a process": Attack("kill -9 $VICTIM", lambda s, t: s.victim_ended()),
    "trace a process": Attack(python(TRACE), lambda s, t: s.victim_changed()),
    "write a process's memory": Attack(python(WRITE_MEMORY), lambda s, t: s.victim_changed()),
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
        lambda s, t: (s.common / "hooks" / "post-checkout").exists(),
    ),
    "change the git config": Attack(
        "git config core.fsmonitor evil", lambda s, t: "evil" in (s.common / "config").read_text()
    ),
    "move a branch": Attack(
        "git update-ref refs/heads/evil HEAD",
        lambda s, t: (s.common / "refs" / "heads" / "evil").exists(),
    ),
    "replace the git pointer": Attack(
        "rm -f .git; echo gitdir: /elsewhere > .git", lambda s, t: s.pointer_replaced()
    ),
    "rename the git pointer": Attack("mv .git .git2", lambda s, t: not s.pointer.exists()),
    "make a device": Attack("mknod node c 1 3", lambda s, t: s.device_made()),
    "remount writable": Attack(
        f"mount -o remount,rw,bind {SHOWN}; echo x > {SHOWN}/new",
        lambda s, t: s.shown("new").exists(),
        alone=alone(
            "-rm",
            f"mount --bind {SHOWN} {SHOWN} && mount -o remount,ro,bind {SHOWN} && "
            f"! touch {SHOWN}/no 2> /dev/null",
        ),
    ),
    "unmount what guards": Attack(
        "umount -l .git; echo gitdir: /elsewhere > .git",
        lambda s, t: s.pointer_replaced(),
        alone=alone("-rm", "mount --bind .git .git && mount -o remount,ro,bind .git"),
    ),
    "mount over": Attack(
        f"mount --bind $OUT {SHOWN} && echo MOUNTED", says("MOUNTED"), alone=alone("-rm")
    ),
    "become root": Attack(
        "su -c id; sudo -n id; " + python("import os\nos.setuid(0)\nprint('ROOT', os.getuid())"),
        says("ROOT 0"),
        alone=alone("-r"),
    ),
    "gain privileges": Attack(
        "grep -E 'NoNewPrivs|CapBnd' /proc/self/status",
        lambda s, t: "NoNewPrivs:\t1" not in t or "CapBnd:\t0000000000000000" not in t,
    ),
    "make a user namespace": Attack("unshare -r echo NESTED", says("NESTED")),
    "change the kernel's settings": Attack(
        "echo 99 > /proc/sys/net/ipv4/ip_default_ttl; cat /proc/sys/net/ipv4/ip_default_ttl",
        lambda s, t: "99" in t.split(),
        alone=alone("-rn"),
    ),
    "change a device's settings": Attack(
        MTU,
        lambda s, t: "1400" in t.split(),
        # The network comes second: its devices are the namespace's root's only if he is known.
        alone=("unshare", "-rm", *alone("-n", "mount -t sysfs sysfs /sys")),
    ),
    "take over the terminal": Attack(python(TERMINAL), lambda s, t: s.terminal_reached()),
    "leave a daemon": Attack(
        "setsid sh -c 'sleep 0.6; echo x > daemon' > /dev/null 2>&1 < /dev/null & sleep 0.2",
        lambda s, t: (s.worktree / "daemon").exists(),
        wait=0.9,
    ),
    "outlive the timeout": Attack(
        "setsid sh -c 'trap \"\" TERM HUP; sleep 4; echo x > late' & sleep 30",
        lambda s, t: (s.worktree / "late").exists(),
        timeout=2,
        wait=3,
    ),
    "fork without end": Attack(python(FORKS), says("MANY")),
    "map all memory": Attack(python(MAPS), says("MAPPED")),
    "write an endless file": Attack(
        "truncate -s 3G big", lambda s, t: s.worktree.joinpath("big").stat().st_size > 2 << 30
    ),
}

USES = {
    "write in the worktree": "mkdir d && echo x > d/f && rm -r d && echo y > g && cat g",
    "read with git": "git status --short > /dev/null && git log --format=%s && git diff --stat",
    "use temporary files": "cd /tmp && echo x > a.$$ && cat a.$$ > /dev/null && touch ~/f",
    "use processes and semaphores": python(
        "import multiprocessing as m\nm.set_start_method('fork')\n"
        "assert m.Pool(2).map(abs, [-1, -2]) == [1, 2] and m.Lock()"
    ),
}


@dataclass
class Attacker:
    """Tries things on stages of its own, confined (with a sandbox) or not."""

    template: Path
    terminal: Terminal
    sandbox: Sandbox | None
    said: dict[str, str] = field(default_factory=dict)

    def breached(self, name: str) -> bool:
        """Try one attack; returns whether it did harm."""
        attack = ATTACKS[name]
        with stage(self.template, self.terminal, victim="VICTIM" in attack.command) as host:
            text = self._run(host, attack.command, attack.timeout, attack.alone)
            # What is confined gets the whole time; harm that is late on a slow machine is harm.
            until = time.monotonic() + (attack.wait if self.sandbox else PATIENCE)
            while time.monotonic() < until and attack.wait and not attack.harmed(host, text):
                time.sleep(0.1)
            self.said[name] = text[-300:]
            return attack.harmed(host, text)

    def works(self, name: str) -> bool:
        """Whether something ordinary can be done."""
        with stage(self.template, self.terminal, victim=False) as host:
            self.said[name] = self._run(host, f"( {USES[name]}\n) && echo IT WORKS", 60, ())
            return "IT WORKS" in self.said[name]

    def _run(self, host: Stage, command: str, timeout: float, alone: tuple[str, ...]) -> str:
        if self.sandbox is None:
            return bare([*(alone or ("bash", "-c")), command], host, timeout)
        ran = self.sandbox.run(
            ["bash", "-c", command],
            cwd=host.worktree,
            read_only=[host.shown("")],
            env=host.variables(),
            timeout=timeout,
            output=host.folder / "output",
        )
        return ran.text


def main(kind: str) -> None:
    """Try everything, side by side, and print what came of it."""
    with Terminal.taken() as terminal, template() as made:
        attacker = Attacker(made, terminal, None if kind == "control" else Sandbox.open())
        with ThreadPoolExecutor(AT_ONCE) as pool:
            harm = dict(zip(ATTACKS, pool.map(attacker.breached, ATTACKS), strict=True))
            works = dict(zip(USES, pool.map(attacker.works, USES), strict=True))
    told = {"user": os.geteuid(), "harm": harm, "works": works, "said": attacker.said}
    with suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
