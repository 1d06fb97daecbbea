"""The system calls that a confined command is refused, as a filter that bubblewrap installs.

Namespaces don't part everything: the caller's kernel keyring comes along with a process, and a
virtual machine's sockets (AF_VSOCK) reach its host from any network namespace. The rest is kernel
that nothing here needs. A machine that the numbers are not known of gets no filter, and is told so.
"""

from __future__ import annotations

import errno
import platform
import struct
from dataclasses import dataclass

_X86_64 = {
    "add_key": 248, "request_key": 249, "keyctl": 250, "syslog": 103, "perf_event_open": 298,
    "open_by_handle_at": 304, "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425,
    "io_uring_enter": 426, "io_uring_register": 427,
}  # fmt: skip
_GENERIC = {
    "add_key": 217, "request_key": 218, "keyctl": 219, "syslog": 116, "perf_event_open": 241,
    "open_by_handle_at": 265, "bpf": 280, "userfaultfd": 282, "io_uring_setup": 425,
    "io_uring_enter": 426, "io_uring_register": 427,
}  # fmt: skip
_FAMILIES = (1, 2, 10, 16)
"""The sockets there are: AF_UNIX, AF_INET, AF_INET6, AF_NETLINK."""

# Of linux/bpf_common.h and linux/seccomp.h.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16
_OTHER_TABLE = 0x40000000
"""From here on, x86 counts the calls of another table (x32)."""


@dataclass(frozen=True, slots=True)
class _Machine:
    audit: int
    refused: dict[str, int]
    socket: int


_MACHINES = {
    "x86_64": _Machine(0xC000003E, _X86_64, 41),
    "aarch64": _Machine(0xC00000B7, _GENERIC, 198),
    "riscv64": _Machine(0xC00000F3, _GENERIC, 198),
}


def filter_program(machine: str | None = None) -> bytes | None:
    """The filter for a machine (this one), in the form that the kernel takes; None for unknown."""
    known = _MACHINES.get(machine or platform.machine())
    if known is None:
        return None
    lines = [
        _step(_LOAD, _MACHINE),
        _step(_IF_EQUAL, known.audit, 1, 0),
        _fail(errno.ENOSYS),
        _step(_LOAD, _NUMBER),
        _step(_IF_AT_LEAST, _OTHER_TABLE, 0, 1),
        _fail(errno.ENOSYS),
    ]
    for number in known.refused.values():
        lines += [_step(_IF_EQUAL, number, 0, 1), _fail(errno.EPERM)]
    families = [_step(_LOAD, _FIRST_ARGUMENT)]
    for family in _FAMILIES:
        families += [_step(_IF_EQUAL, family, 0, 1), _step(_RETURN, _ALLOW)]
    families.append(_fail(errno.EAFNOSUPPORT))
    lines += [_step(_IF_EQUAL, known.socket, 0, len(families)), *families]
    return b"".join([*lines, _step(_RETURN, _ALLOW)])


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _fail(number: int) -> bytes:
    return _step(_RETURN, _FAIL | number)
