"""Secrets made at run time: nothing in the repository looks like one."""

from __future__ import annotations

import base64
import random
import re
import string
from collections.abc import Iterable
from pathlib import Path

ALPHABETS = {
    "alnum": string.ascii_letters + string.digits,
    "base32": string.ascii_uppercase + "234567",
    "base64": string.ascii_letters + string.digits + "+/",
    "url": string.ascii_letters + string.digits + "-_",
    "hex": "0123456789abcdef",
    "digit": string.digits,
    "lower": string.ascii_lowercase + string.digits,
}
_SLOT = re.compile(r"\{(\d+):(\w+)\}")


def fill(template: str, seed: int = 0) -> str:
    """A template with random characters in its slots, `{length:alphabet}`."""
    chosen = random.Random(f"{seed}:{template}")
    return _SLOT.sub(
        lambda slot: "".join(chosen.choice(ALPHABETS[slot[2]]) for _ in range(int(slot[1]))),
        template,
    )


def pem(seed: int = 0, lines: int = 12, kind: str = "RSA ") -> str:
    """A block that has the form of a private key."""
    head, tail = f"-----BEGIN {kind}PRIVATE KEY-----", f"-----END {kind}PRIVATE KEY-----"
    body = [fill("{64:base64}", seed + n) for n in range(lines)]
    return "\n".join([head, *body, fill("{30:base64}==", seed), tail]) + "\n"


def body_of(block: str) -> list[str]:
    """The lines of a key between its first and its last."""
    return block.strip().split("\n")[1:-1]


def forms(value: str) -> set[bytes]:
    """The value and what programs make of it, worked out apart from the program's own way."""
    data = value.encode()
    found = {data, data.hex().encode()}
    for before in (b"", b"x", b"xy"):
        for after in (b"", b"x", b"xy"):
            text = base64.b64encode(before + data + after).rstrip(b"=")
            # The characters at the ends depend on what stands beside the value.
            found.add(text[4 if before else 0 : -4 if after else len(text) // 4 * 4])
    return found


def leaks(values: Iterable[str], texts: dict[str, bytes]) -> list[str]:
    """Where a value or one of its forms stands."""
    return [
        f"{name}: {form.decode()}"
        for value in values
        for form in forms(value)
        for name, text in texts.items()
        if form in text
    ]


def texts_of(run: Path) -> dict[str, bytes]:
    """All files of a run's folder but those that are the owner's own code, exact."""
    return {
        str(path.relative_to(run)): path.read_bytes()
        for path in run.rglob("*")
        if path.is_file() and "trees.git" not in path.parts and path.name != "change.patch"
    }
