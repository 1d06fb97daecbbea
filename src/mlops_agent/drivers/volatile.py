"""What differs from one run of the same thing to the next, blanked out before anything is compared.

A short declared list: what is not on it counts as a difference.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter

PATTERNS: dict[str, re.Pattern[str]] = {
    "run id": re.compile(r"\b\d{8}-\d{6}-[0-9a-f]{4,}\b"),
    "time": re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"),
    "duration": re.compile(r"\b\d+(?:\.\d+)? ?(?:s|ms|sec|seconds)\b"),
    "temporary path": re.compile(r"/tmp/[\w.@+-]+"),  # noqa: S108  matched, not used
    "run folder": re.compile(r"/[^\s\"']*?/mlops-agent/runs\b"),
    "interpreter": re.compile(r"/[^\s\"']*?/bin/python[\d.]*"),
    "output hash": re.compile(r'(?<="output_sha256": ")[0-9a-f]{64}'),
}
"""Parts of a text that differ from run to run, by what they are."""


def blanked(text: str, counted: Counter[str] | None = None) -> str:
    """The text with its volatile parts replaced by their names; `counted` adds up how often."""
    for kind, pattern in PATTERNS.items():
        text, count = pattern.subn(f"<{kind}>", text)
        if counted is not None:
            counted[kind] += count
    return text


def digest(value: object) -> str:
    """SHA-256 of a JSON value in canonical form, volatile parts blanked out."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    plain = blanked(canonical).encode(errors="surrogatepass")
    return hashlib.sha256(plain).hexdigest()
