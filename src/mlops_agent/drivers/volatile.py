"""What differs from one run of the same thing to the next, blanked out before anything is compared.

A short declared list: what is not on it counts as a difference. Nothing here decides what is
compared; texts that have no business to differ (system text, tools) are never blanked.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from typing import cast

# In this order: a run's folder may lie below a temporary one, and its name ends in the run's id.
PATTERNS: dict[str, re.Pattern[str]] = {
    "run folder": re.compile(r"(?<![\w.~-])(?:/[^\s\"':/]+)*?/mlops-agent/runs(?=/)"),
    "run id": re.compile(r"\b\d{8}-\d{6}-[0-9a-f]{4,}\b"),
    "interpreter": re.compile(r"(?<![\w.~-])(?:/[^\s\"':/]+)*?/bin/python[\d.]*"),
    "library": re.compile(r"(?<![\w.~-])(?:/[^\s\"':/]+)*?/lib/python\d+\.\d+(?=/)"),
    "temporary path": re.compile(
        r"(?<![\w.~-])(?:/tmp|/var/tmp|(?:/private)?/var/folders/\w+/\w+/T)/[\w.@+-]+"
    ),
    "long listing": re.compile(
        r"[-dlbcps](?:[-r][-w][-xsStT]){3}[.+@]? +\d+ +\S+ +\S+ +\d+ +[A-Z][a-z]{2} +\d+ +[\d:]+"
        r"|^total \d+$",
        re.MULTILINE,
    ),
    "time": re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"),
    "duration": re.compile(r"\b\d+(?:\.\d+)? ?(?:s|ms|sec|seconds)\b"),
    "address": re.compile(r"\b0x[0-9a-f]{6,16}\b"),
    "random id": re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b"),
    "output hash": re.compile(r'(?<="output_sha256": ")[0-9a-f]{64}'),
}
"""Parts of a text that differ from run to run or from machine to machine, by what they are."""


def blanked(text: str, counted: Counter[str] | None = None) -> str:
    """The text with its volatile parts replaced by their names; `counted` adds up how often."""
    for kind, pattern in PATTERNS.items():
        text, count = pattern.subn(f"<{kind}>", text)
        if counted is not None and count:
            counted[kind] += count
    return text


def plain(value: object) -> object:
    """A JSON value with the volatile parts of its texts blanked out."""
    return texts_changed(value, blanked)


def texts_changed(value: object, change: Callable[[str], str]) -> object:
    """A JSON value with each of its texts (not its keys) changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {key: texts_changed(one, change) for key, one in members.items()}
    if isinstance(value, list):
        return [texts_changed(one, change) for one in cast("list[object]", value)]
    return value


def digest(value: object) -> str:
    """SHA-256 of a JSON value in canonical form, volatile parts blanked out."""
    return exact_digest(plain(value))


def exact_digest(value: object) -> str:
    """SHA-256 of a JSON value in canonical form, as it is."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode(errors="surrogatepass")).hexdigest()
