"""The language of a request by script and by its commonest words.

Owns telling languages apart, and two of them in earnest. It translates nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mlops_agent.boundary.tongues import tongues

SAMPLE = 8_000
"""Characters of the caller's own words that are looked at."""
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_SENTENCE = re.compile(r"[^.!?;:\n\u3002]+")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
_DENSE = 0.15
"""The share of a script's signs among letters from which on the text is in that script."""
_EARNEST = 3
"""Common words of a second language in one sentence that make a text mixed."""
_MARKS = {"\u00df": "de", "\u00e4": "de", "\u00f1": "es", "\u00bf": "es", "\u00e3": "pt", "\u00f5": "pt",
          "\u0142": "pl", "\u0105": "pl", "\u0119": "pl", "\u015b": "pl", "\u0131": "tr", "\u011f": "tr", "\u015f": "tr", "\u00e5": "sv"}  # fmt: skip


def language_of(text: str, own: Sequence[tuple[int, int]]) -> str:
    """A code such as "en", "mixed" where two languages stand side by side, "" for neither.

    Args:
        text: the request.
        own: the stretches (half-open) that are the caller's words.
    """
    said = _sample(text, own)
    letters = sum(1 for char in said if char.isalpha())
    for code, signs in _SCRIPTS:
        share = len(signs.findall(said)) / letters if letters else 0
        if share >= _DENSE:
            return "mixed" if _best(_hits(said))[1] > 2 * _EARNEST else code
    return _latin(said)


def sentence_language(said: str, fallback: str) -> str:
    """The language of one sentence of a mixed text; the fallback where it can't be told."""
    for code, signs in _SCRIPTS:
        if len(signs.findall(said)) > 3:
            return code
    code, count, _ = _ranked(_hits(said))
    return code if count >= 2 else fallback


def _sample(text: str, own: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    left = SAMPLE
    for start, end in own:
        parts.append(text[start : min(end, start + left)])
        left -= len(parts[-1])
        if left <= 0:
            break
    return "\n".join(parts)


def _latin(said: str) -> str:
    whole = _hits(said)
    code, count, second = _ranked(whole)
    if not count:
        return "en" if _WORD.search(said) else ""
    told: Counter[str] = Counter()
    for sentence in _SENTENCE.findall(said):
        best, hits, next_best = _ranked(_hits(sentence))
        if hits >= _EARNEST and hits > next_best + 1:
            told[best] += 1
    if len(told) > 1 and "en" in told:
        return "mixed"
    return code if count > second or code == "en" else code


def _hits(said: str) -> Counter[str]:
    """How many common words of each language stand there; signs of their own count too."""
    found: Counter[str] = Counter()
    for word, count in Counter(_WORD.findall(said.lower())).items():
        for code, tongue in tongues().items():
            if word in tongue.stop:
                found[code] += count
    for sign, code in _MARKS.items():
        found[code] += said.count(sign)
    return found


def _best(hits: Counter[str]) -> tuple[str, int]:
    return hits.most_common(1)[0] if hits else ("", 0)


def _ranked(hits: Counter[str]) -> tuple[str, int, int]:
    common = [*hits.most_common(2), ("", 0), ("", 0)]
    if common[0][1] == common[1][1] and common[1][0] == "en":
        common[0], common[1] = common[1], common[0]
    return common[0][0], common[0][1], common[1][1]
