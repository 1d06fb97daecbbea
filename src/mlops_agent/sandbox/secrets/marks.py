"""The mark that stands for a value that was blanked out: `[redacted:KIND]`.

It carries no tag of the value: the same run has to give the same marks when it is resumed, run
again or replayed on another machine, so a random key is out; and a mark without one can't be used
to guess the value.
"""

from __future__ import annotations

import re
from collections import Counter

MARK = re.compile(r"\[redacted:([a-z][a-z0-9-]*)\]")
MARK_BYTES = re.compile(MARK.pattern.encode())
ENVIRONMENT = "environment"
"""The kind of the operator's own values, which another machine does not know."""


def mark(kind: str) -> bytes:
    """The mark for a value of a kind."""
    return f"[redacted:{kind}]".encode()


def count_marks(text: str) -> int:
    """How many marks a text holds."""
    return sum(1 for _ in MARK.finditer(text))


def marks_in(text: str) -> Counter[str]:
    """The marks of a text, each with its number."""
    return Counter(one.group() for one in MARK.finditer(text))
