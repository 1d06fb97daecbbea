"""Words of a request reduced to stems that compare equal: fails, failed, failing and failure.

A light suffix stemmer for English, no dictionary: what matters is that both sides of a comparison
are cut alike, not that a stem is a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a about after again all also always an and any anything are as at be because been
        before being but by can change could do does doing done each either else even ever
        every everything fix for from get gets give go goes had has have having he her here
        his how i if in into is it its just keep let like made make makes making may me mend
        might more most must my need needs never new no not now of off on once one only or
        other our out over own please repair same she should so some still such sure take than
        that the their them then there these they thing things this those though to too under
        until up us use used uses using very want was we well were what when where which while
        who why will with without would yet you your
        """,
    )
)
ALL_WORDS = frozenset({"all", "every", "each", "both", "everywhere"})

_WORD = re.compile(r"[A-Za-z][a-z]+|[A-Z]+(?![a-z])|\d+")
_SUFFIXES = (
    "ations",
    "ation",
    "ingly",
    "ures",
    "ments",
    "ions",
    "ment",
    "ings",
    "ure",
    "ion",
    "ing",
    "ies",
    "ate",
    "ied",
    "ed",
    "es",
    "ly",
    "s",
    "e",
    "y",
)
_MIN_STEM = 3
_KEEPS_S = ("ss", "us", "is", "as")
_KEEPS_DOUBLE = ("ll", "ss", "zz", "ff")


def stem(word: str) -> str:
    """Cut one lower-case word to its stem; words of four letters or fewer lose only an s."""
    for suffix in _SUFFIXES:
        if not word.endswith(suffix) or len(word) - len(suffix) < _MIN_STEM:
            continue
        if suffix == "s" and word.endswith(_KEEPS_S):
            return word
        if suffix in {"e", "y", "es", "ed", "ate"} and len(word) <= 4:
            continue
        if suffix == "y" and word[-2] in "aeiou":
            continue
        return _single(word[: -len(suffix)], suffix)
    return word


def _single(root: str, suffix: str) -> str:
    doubled = len(root) > 3 and root[-1] == root[-2] and not root.endswith(_KEEPS_DOUBLE)
    cut = root[:-1] if doubled and suffix in {"ing", "ed", "ings"} else root
    # evaluat(e), evaluat(ing) and evalu(ation) meet here.
    return cut[:-2] if cut.endswith("at") and len(cut) > 5 else cut


def words(text: str) -> list[str]:
    """The lower-case words of a text, identifiers taken apart (promoteModel, promote_model)."""
    return [match.lower() for match in _WORD.findall(text)]


def stems(text: str) -> frozenset[str]:
    """The stems of a text that say something: no stop words, no single letters, no numbers."""
    return frozenset(
        stem(word)
        for word in words(text)
        if word not in STOP_WORDS and len(word) > 1 and not word.isdigit()
    )


def stems_of(texts: Iterable[str]) -> frozenset[str]:
    """The stems of several texts together."""
    return frozenset().union(*(stems(text) for text in texts))
