"""A cache of facts by git blob, so that an unchanged file is parsed once.

Owns one SQLite file a vocabulary and extractor version in `$XDG_CACHE_HOME/mlops-agent`. It is
a convenience and never a source of failure: a damaged, locked or unwritable cache is ignored.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from mlops_agent.lifecycle.codec import StaleFactError, decode, encode
from mlops_agent.lifecycle.facts import Fact
from mlops_agent.vocabulary.loader import vocabulary_hash

NO_CACHE = "MLOPS_AGENT_NO_CACHE"
_SCHEMA = "CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, body TEXT NOT NULL)"
_MONTH_SECONDS = 30 * 24 * 3600
_SOURCES = ("readers", "facts")


class FactCache:
    """Stored facts; every method is safe to call whatever state the file is in."""

    def __init__(self, location: Path | None) -> None:
        self._connection = _connect(location) if location else None
        self._new: dict[str, str] = {}

    @classmethod
    def default(cls) -> FactCache:
        """The user's cache, or one that keeps nothing if MLOPS_AGENT_NO_CACHE is set."""
        if os.environ.get(NO_CACHE):
            return cls(None)
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        name = f"facts-{extractor_version()}-{vocabulary_hash()}.sqlite"
        return cls(Path(home) / "mlops-agent" / name)

    def get(self, blob: str, path: str) -> list[Fact] | None:
        """The facts of this content at this path, or None."""
        if self._connection is None:
            return None
        with suppress(sqlite3.Error, ValueError, StaleFactError, RecursionError):
            row = self._connection.execute(
                "SELECT body FROM facts WHERE key = ?", (_key(blob, path),)
            ).fetchone()
            if row is not None:
                return decode(json.loads(row[0]), path)
        return None

    def put(self, blob: str, path: str, found: list[Fact]) -> None:
        """Keep the facts of this content at this path until `save`."""
        if self._connection is not None:
            with suppress(ValueError, RecursionError):
                self._new[_key(blob, path)] = json.dumps(encode(found), separators=(",", ":"))

    def save(self) -> None:
        """Write what is new, in one transaction, and close the file."""
        if self._connection is None:
            return
        with suppress(sqlite3.Error, UnicodeError):
            if self._new:
                with self._connection:
                    self._connection.executemany(
                        "INSERT OR REPLACE INTO facts VALUES (?, ?)", self._new.items()
                    )
        with suppress(sqlite3.Error):
            self._connection.close()
        self._connection = None


@cache
def extractor_version() -> str:
    """A digest of the readers' and facts' source: facts of other code are stale."""
    digest = hashlib.sha256()
    here = Path(__file__).resolve().parent
    for folder in _SOURCES:
        for path in sorted((here / folder).rglob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _key(blob: str, path: str) -> str:
    return f"{blob} {path}"


def _forget_stale(location: Path) -> None:
    """Remove caches of other versions that nobody has opened for a month."""
    now = time.time()
    for other in location.parent.glob("facts-*.sqlite"):
        with suppress(OSError):
            if other != location and now - other.stat().st_mtime > _MONTH_SECONDS:
                other.unlink()


def _connect(location: Path) -> sqlite3.Connection | None:
    try:
        location.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = sqlite3.connect(location, timeout=0.2)
    except (OSError, sqlite3.Error):
        return None
    try:
        _forget_stale(location)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_SCHEMA)
        connection.commit()
    except sqlite3.Error:
        connection.close()
        return None
    return connection
