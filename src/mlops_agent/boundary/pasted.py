"""What of a request is pasted and not the caller's own words.

Owns telling data from words: fences, quotes, mails, logs, traces, blobs, links. It reads no asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from mlops_agent.boundary.reading import Passage


def passages_of(text: str) -> tuple[Passage, ...]:
    """The pasted passages in the order in which they stand, none within another."""
    return ()


def own_stretches(text: str, passages: Sequence[Passage]) -> list[tuple[int, int]]:
    """What is left when the passages are taken out; links stay within the words around them."""
    return [(0, len(text))]


def orders_in(text: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The places in pasted text that give orders; they are told and not followed."""
    return ()
