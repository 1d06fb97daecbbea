"""The language of a request by script and by its commonest words.

Owns telling languages apart, and two of them in earnest. It translates nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from mlops_agent.boundary.tongues import tongues

SAMPLE = 8_000
"""Characters of the caller's own words that are looked at."""
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_LINK = re.compile(r"https?://\S+|`[^`\n]*`")
_SCRIPTS = (
    ("ja", 0x3040, 0x30FF),
    ("ko", 0xAC00, 0xD7AF),
    ("zh", 0x4E00, 0x9FFF),
    ("ru", 0x0400, 0x04FF),
    ("ar", 0x0600, 0x06FF),
    ("hi", 0x0900, 0x097F),
)
"""Languages by the code points of their scripts; kana before the signs that Japanese shares."""
_FIRST_FAR = 0x0400
_DENSE = 0.15
"""The share of a script's signs among letters from which on the text is in that script."""
_EARNEST = 3
"""Common words of a second language in one sentence that make a text mixed."""
_MARKS = {
    **dict.fromkeys("\u00df\u00e4", "de"),
    **dict.fromkeys("\u00f1\u00bf", "es"),
    **dict.fromkeys("\u00e3\u00f5", "pt"),
    **dict.fromkeys("\u0142\u0105\u0119\u015b", "pl"),
    **dict.fromkeys("\u0131\u011f\u015f", "tr"),
    "\u00e5": "sv",
}


def language_of(text: str, own: Sequence[tuple[int, int]]) -> str:
    """A code such as "en", "mixed" where two languages stand side by side, "" for neither.

    Args:
        text: the request.
        own: the stretches (half-open) that are the caller's words.
    """
    said = _sample(text, own)
    if ord(max(said, default=" ")) < _FIRST_FAR:
        return _latin(said)
    letters = sum(1 for char in said if char.isalpha())
    for code, low, high in _SCRIPTS:
        if letters and _count(said, low, high) / letters >= _DENSE:
            return "mixed" if _best(_hits(said))[1] > 2 * _EARNEST else code
    return _latin(said)


def sentence_language(said: str, fallback: str) -> str:
    """The language of one sentence of a mixed text; the fallback where it can't be told."""
    for code, low, high in _SCRIPTS:
        if ord(max(said, default=" ")) >= _FIRST_FAR and _count(said, low, high) > 3:
            return code
    code, count = _best(_hits(said))
    return code if count >= 2 else fallback


def _count(said: str, low: int, high: int) -> int:
    return sum(1 for char in said if low <= ord(char) <= high)


def _sample(text: str, own: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    left = SAMPLE
    for start, end in own:
        parts.append(_LINK.sub(" ", text[start : min(end, start + left)]))
        left -= len(parts[-1])
        if left <= 0:
            break
    return "\n".join(parts)


def _latin(said: str) -> str:
    hits = _hits(said)
    if not hits:
        return "en" if _WORD.search(said) else ""
    (code, count), (_, second) = [*hits.most_common(2), ("", 0)][:2]
    mixed = second >= _EARNEST and second * 5 >= count and (code == "en" or hits["en"] == second)
    return "mixed" if mixed else code


def _hits(said: str) -> Counter[str]:
    """How many common words of one language alone stand there; signs of its own count too."""
    found: Counter[str] = Counter()
    owner = _owners()
    for word, count in Counter(_WORD.findall(said.lower())).items():
        if len(word) == 1 and word.isascii():
            continue
        for code in owner.get(word, ()):
            found[code] += count
    for sign, code in _MARKS.items():
        found[code] += said.count(sign)
    return +found


@cache
def _owners() -> dict[str, tuple[str, ...]]:
    """Each common word with its language; words of English and another tell nothing."""
    owner: dict[str, list[str]] = {}
    for code, tongue in tongues().items():
        for word in tongue.stop:
            owner.setdefault(word, []).append(code)
    return {
        word: tuple(codes)
        for word, codes in owner.items()
        if len(codes) < 3 and not ("en" in codes and len(codes) > 1)
    }


def _best(hits: Counter[str]) -> tuple[str, int]:
    return hits.most_common(1)[0] if hits else ("", 0)
