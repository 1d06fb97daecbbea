"""Finding one text inside another at word boundaries, so that `rain.py` is not in `train.py`.

Runs of white space are alike, in both texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def holds(haystack: str, needle: str) -> bool:
    """Whether a text holds another one that is not cut out of a longer word."""
    return bounded(needle).search(haystack) is not None


def any_holds(haystacks: Iterable[str], needle: str) -> bool:
    """Whether one of some texts holds another."""
    pattern = bounded(needle)
    return any(pattern.search(haystack) for haystack in haystacks)


def blank(text: str, needles: Iterable[str]) -> str:
    """Take some texts out of a sentence, the longest first."""
    for needle in sorted({one for one in needles if one.strip()}, key=len, reverse=True):
        text = bounded(needle).sub(" ", text)
    return text


def bounded(needle: str) -> re.Pattern[str]:
    """A pattern for a text that neither begins nor ends inside a word."""
    words = needle.split()
    before = r"(?<!\w)" if words and _in_a_word(words[0][0]) else ""
    after = r"(?!\w)" if words and _in_a_word(words[-1][-1]) else ""
    return re.compile(before + r"\s+".join(map(re.escape, words)) + after)


def _in_a_word(character: str) -> bool:
    return re.match(r"\w", character) is not None
