"""Finding one text inside another at word boundaries, so that `rain.py` is not in `train.py`."""

from __future__ import annotations

import re
from collections.abc import Iterable


def holds(haystack: str, needle: str) -> bool:
    """Whether a text holds another one that is not cut out of a longer word; spaces are alike."""
    return bounded(needle).search(_squeeze(haystack)) is not None


def any_holds(haystacks: Iterable[str], needle: str) -> bool:
    """Whether one of some texts holds another."""
    pattern = bounded(needle)
    return any(pattern.search(_squeeze(haystack)) for haystack in haystacks)


def blank(text: str, needles: Iterable[str]) -> str:
    """Take some texts out of a sentence, the longest first."""
    for needle in sorted({one for one in needles if one.strip()}, key=len, reverse=True):
        text = bounded(needle).sub(" ", text)
    return text


def bounded(needle: str) -> re.Pattern[str]:
    """A pattern for a text that neither begins nor ends inside a word."""
    inner = _squeeze(needle)
    before = r"(?<!\w)" if inner[:1].isalnum() or inner[:1] == "_" else ""
    after = r"(?!\w)" if inner[-1:].isalnum() or inner[-1:] == "_" else ""
    return re.compile(before + re.escape(inner) + after)


def _squeeze(text: str) -> str:
    return " ".join(text.split())
