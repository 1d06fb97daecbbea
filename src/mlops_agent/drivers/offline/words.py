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
ALL_WORDS = frozenset({"all", "every", "each"})
ALONE = frozenset({"both", "everywhere"})
"""Words that ask for all findings without a noun behind them."""

_WORD = re.compile(r"[A-Za-z][a-z]+|[A-Z]+(?![a-z])|\d+")
_MIXED = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][a-z]+\b")
_SUFFIXES = (
    "ations",
    "ation",
    "ingly",
    "ment",
    "ings",
    "ure",
    "ion",
    "ing",
    "ate",
    "ed",
    "ly",
    "y",
)
_MIN_STEM = 3
_KEEPS_S = ("ss", "us", "is", "as")
_KEEPS_DOUBLE = ("ll", "ss", "zz", "ff")
_VOWELS = "aeiou"


def stem(word: str) -> str:
    """Cut one lower-case word to its stem: plural, then one suffix, then a last e."""
    word = _singular(word)
    for suffix in _SUFFIXES:
        root = word.removesuffix(suffix)
        if root == word or len(root) < _MIN_STEM or (suffix == "y" and root[-1] in _VOWELS):
            continue
        word = _single(root) if suffix in {"ing", "ings", "ed"} else root
        break
    # evaluat(ing), evaluat(or) and evalu(ation) meet here.
    word = word[:-2] if word.endswith("at") and len(word) > 5 else word
    return word[:-1] if word.endswith("e") and len(word) > _MIN_STEM else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(_KEEPS_S) and len(word) > _MIN_STEM:
        return word[:-1]
    return word


def _single(root: str) -> str:
    doubled = len(root) > 3 and root[-1] == root[-2] and not root.endswith(_KEEPS_DOUBLE)
    return root[:-1] if doubled else root


def words(text: str) -> list[str]:
    """The lower-case words of a text, identifiers taken apart (promoteModel, promote_model)."""
    return [match.lower() for match in _WORD.findall(text)]


def stems(text: str) -> frozenset[str]:
    """The stems of a text that say something: no stop words, no single letters, no numbers.

    A name in mixed case counts whole as well: XGBoost is what a path calls xgboost.
    """
    whole = [name.lower() for name in _MIXED.findall(text)]
    return frozenset(
        stem(word)
        for word in (*words(text), *whole)
        if word not in STOP_WORDS and len(word) > 1 and not word.isdigit()
    )


def stems_of(texts: Iterable[str]) -> frozenset[str]:
    """The stems of several texts together."""
    return frozenset(word for text in texts for word in stems(text))
