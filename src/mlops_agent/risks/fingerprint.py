"""A finding's lasting name: the same while its own line, path and symbol stay the same."""

from __future__ import annotations

import hashlib


class Fingerprints:
    """Gives out fingerprints for one audit; equal places are told apart by their order.

    No line number goes in, so that an edit elsewhere in the file changes no fingerprint.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], int] = {}

    def of(self, rule: str, path: str, line_text: str, symbol: str) -> str:
        """SHA-256 (hex) over rule, path, the line's text with blanks folded, symbol and order."""
        key = (rule, path, " ".join(line_text.split()), symbol)
        place = self._seen.get(key, 0)
        self._seen[key] = place + 1
        return hashlib.sha256("\0".join((*key, str(place))).encode()).hexdigest()
