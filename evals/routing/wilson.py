"""A share of a count, with its 95 % Wilson interval."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import sqrt

_Z = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, as a share between `least` and `most` (all 0 where there is nothing)."""

    hits: int
    of: int
    share: float = 0.0
    least: float = 0.0
    most: float = 0.0

    def __str__(self) -> str:
        """`45 of 50 (90.0 %, 78.6 to 95.7)`."""
        if not self.of:
            return "0 of 0"
        return (
            f"{self.hits} of {self.of} "
            f"({self.share:.1%}, {100 * self.least:.1f} to {100 * self.most:.1f})"
        )

    def plain(self) -> dict[str, float]:
        """The same as a JSON object."""
        return asdict(self)


def share(hits: int, of: int) -> Share:
    """The share and its interval."""
    if not of:
        return Share(0, 0)
    part = hits / of
    middle = (part + _Z * _Z / (2 * of)) / (1 + _Z * _Z / of)
    half = _Z * sqrt(part * (1 - part) / of + _Z * _Z / (4 * of * of)) / (1 + _Z * _Z / of)
    return Share(hits, of, part, max(0.0, middle - half), min(1.0, middle + half))
