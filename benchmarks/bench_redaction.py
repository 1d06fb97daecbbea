"""What redaction costs and how often it speaks: MB/s, and marks in a folder of checkouts.

python benchmarks/bench_redaction.py [CHECKOUTS]
"""

from __future__ import annotations

import random
import string
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from figures import Figure, show

from mlops_agent.sandbox.secrets.marks import MARK
from mlops_agent.sandbox.secrets.redactor import Redactor

LOG_BYTES = 8 * 1000 * 1000
LEAST_SPEED = 1.0
MOST_FILE_BYTES = 8 * 1000 * 1000


def figures(corpus: Path | None = None) -> list[Figure]:
    """The speed on a log that holds a value in a thousand lines, and the marks of the checkouts."""
    speed = _speed(_log())
    measured = [
        Figure(
            "redaction of a log", f">= {LEAST_SPEED} MB/s", f"{speed:.1f} MB/s", speed > LEAST_SPEED
        )
    ]
    return measured if corpus is None else [*measured, *_of_checkouts(corpus)]


def _log() -> bytes:
    chosen = random.Random(7)
    lines: list[str] = []
    size = 0
    while size < LOG_BYTES:
        word = "".join(chosen.choices(string.ascii_lowercase, k=24))
        line = f"2026-01-02 03:04:05 INFO epoch {len(lines)} {chosen.randrange(10**6)} {word}"
        lines.append(f"DB_PASSWORD={word}7" if len(lines) % 1000 == 0 else line)
        size += len(lines[-1]) + 1
    return "\n".join(lines).encode()


def _speed(data: bytes) -> float:
    begun = time.process_time()
    Redactor().data(data)
    return len(data) / 1e6 / (time.process_time() - begun)


def _of_checkouts(corpus: Path) -> list[Figure]:
    kinds: Counter[str] = Counter()
    size, seconds, repositories, touched = 0, 0.0, 0, 0
    for repository in sorted(one for one in corpus.iterdir() if one.is_dir()):
        before = kinds.total()
        repositories += 1
        for data in _texts(repository):
            begun = time.process_time()
            shown = Redactor().data(data)
            seconds += time.process_time() - begun
            size += len(data)
            if shown is not data:
                kinds.update(MARK.findall(shown.decode(errors="replace")))
        touched += kinds.total() > before
    told = ", ".join(f"{kind} {number}" for kind, number in kinds.most_common())
    return [
        Figure("redaction of checkouts", "", f"{size / 1e6 / seconds:.1f} MB/s", None),
        Figure(
            "marks in checkouts",
            "",
            f"{kinds.total()} in {touched} of {repositories} ({size / 1e6:.0f} MB): {told}",
            None,
        ),
    ]


def _texts(repository: Path) -> Iterator[bytes]:
    for path in sorted(repository.rglob("*")):
        if ".git" in path.parts or path.is_symlink() or not path.is_file():
            continue
        if path.stat().st_size <= MOST_FILE_BYTES:
            data = path.read_bytes()
            if b"\0" not in data[:8192]:
                yield data


if __name__ == "__main__":
    sys.exit(show(figures(Path(sys.argv[1]) if len(sys.argv) > 1 else None)))
