"""The shipped phrases by the stem of their first word, so that a start need not stem them all.

Owns reading and writing `packed.json`, which scripts/prepare.py writes. It counts only while it is
of the very territories, levels and stems that lie there; else the phrases are gone through.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from mlops_agent.boundary import stemming
from mlops_agent.vocabulary.lines import Lines, as_lines
from mlops_agent.vocabulary.siblings import ROSTER
from mlops_agent.vocabulary.territories import FOLDER

FILE = Path(__file__).with_name("packed.json")
Stated = tuple[str, float, str]
"""A phrase with the name that it counts for and how much: name, count, phrase."""


@cache
def packed(counts: str) -> Mapping[str, str] | None:
    """The phrases of each first stem as text for `unpacked`; None where they are out of date.

    Args:
        counts: what the levels count, in any wording that changes when they do.
    """
    try:
        kept = FILE.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    return Lines(kept) if kept.startswith(_begin(counts)) else None


def unpacked(text: str) -> Iterable[Stated]:
    """The phrases of one stem."""
    for line in text.split("\n"):
        name, count, phrase = line.split("\t")
        yield name, float(count), phrase


def packed_text(stated: Mapping[str, Iterable[Stated]], counts: str) -> str:
    """What the file has to hold for phrases by their first stem."""
    phrases = {
        stem: "\n".join("\t".join([name, str(count), phrase]) for name, count, phrase in listed)
        for stem, listed in stated.items()
    }
    return as_lines(phrases, _begin(counts), "}}")


def _begin(counts: str) -> str:
    return f'{{"of": {_checksum(counts)}, "phrases": {{'


def _checksum(counts: str) -> int:
    """Of all that the phrases and their stems come from."""
    files = sorted(one for one in FOLDER.iterdir() if one.suffix == ".toml")
    checksum = zlib.crc32("\n".join([counts, *(one.name for one in files)]).encode())
    for one in (*files, ROSTER, Path(stemming.__file__)):
        checksum = zlib.crc32(one.read_bytes(), checksum)
    return checksum
