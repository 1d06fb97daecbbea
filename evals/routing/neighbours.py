"""Which pairs of neighbouring stems are learned beside the single ones.

Owns the choice: those that stood in several texts and say most of whose a text is. All of them
would be twice the file for next to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from heapq import nlargest

LEAST_TEXTS = 2
"""A pair that stood in fewer texts says nothing of other ones."""
MOST = 3000

Counts = Mapping[str, Mapping[str, float]]


def telling(texts: Mapping[str, int], counts: Counts, totals: Mapping[str, float]) -> set[str]:
    """The pairs to keep.

    Args:
        texts: in how many texts each pair stood.
        counts: what they count, by owner.
        totals: the sums of the single stems' counts: what says nothing spreads like them.
    """
    several = [pair for pair, known in texts.items() if known >= LEAST_TEXTS]
    return set(nlargest(MOST, several, key=lambda pair: (_told(counts[pair], totals), pair)))


def _told(owners: Mapping[str, float], totals: Mapping[str, float]) -> float:
    """How far a pair's counts are from what chance would give (half of G squared)."""
    seen, whole = sum(owners.values()), sum(totals.values())
    return sum(
        count * math.log(count * whole / (seen * totals[owner]))
        for owner, count in owners.items()
        if count > 0
    )
