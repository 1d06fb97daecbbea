"""A text's words as they are compared: small letters, no accents, without what inflection adds.

Owns the cutting into words and the stems. A stem need be no word; it need only be the same for
"promote", "promoting" and "promotion".
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

_SIGNS = "\u3040-\u30ff\u3400-\u9fff"
_PLAIN_WORD = re.compile(r"[0-9a-z]+")
_VOWELS = frozenset("aeiouy")
_DOUBLED = frozenset("bdgmnprt")
_SHORTEST = 3
"""Words up to this length stay as they are ("dbt", "slo", "ran")."""
_LONG_ENOUGH = 5
_KEPT = 20_000
_SHORT = 300
"""Characters of a text up to which its stems are kept for a while."""


def plain(text: str) -> str:
    """The text in small letters and without accents; its length may change."""
    if text.isascii():
        return text.lower()
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in split if not unicodedata.combining(one))


def plain_words(text: str) -> list[str]:
    """The words of a text as they stand, in small letters and without accents."""
    return _words(text).findall(plain(text))


def stems(text: str) -> list[str]:
    """The stems of the words of a text, in order."""
    if len(text) <= _SHORT:
        return [*_kept_stems(text)]
    return [stem(word) for word in plain_words(text)]


@lru_cache(maxsize=512)
def _kept_stems(text: str) -> tuple[str, ...]:
    """Those of a part of the request at hand: of an ask's words several rooms want them."""
    return tuple([stem(word) for word in plain_words(text)])


def first_stem(text: str) -> str:
    """The stem of a text's first word; empty where it has none."""
    found = _words(text).search(plain(text))
    return stem(found.group()) if found else ""


def _words(text: str) -> re.Pattern[str]:
    return _PLAIN_WORD if text.isascii() else _any_word()


@cache
def _any_word() -> re.Pattern[str]:
    """A run of letters and digits; of Chinese and Japanese each sign: nothing parts their words."""
    return re.compile(rf"[{_SIGNS}]|[^\W_{_SIGNS}]+")


@lru_cache(maxsize=_KEPT)
def stem(word: str) -> str:
    """What is left of a plain word without its endings."""
    if len(word) <= _SHORTEST:
        return word
    bare = _singular(word)
    for ending in ("ing", "ed"):
        if bare.endswith(ending) and _stands(bare[: -len(ending)]):
            bare = _undoubled(bare[: -len(ending)])
            break
    if bare.endswith("ion") and len(bare) > _LONG_ENOUGH:
        bare = bare[:-3]
    return bare[:-1] if bare.endswith("e") and len(bare) >= _LONG_ENOUGH else bare


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > _LONG_ENOUGH:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _stands(rest: str) -> bool:
    return len(rest) >= _SHORTEST and not _VOWELS.isdisjoint(rest)


def _undoubled(word: str) -> str:
    return word[:-1] if word[-1] == word[-2] and word[-1] in _DOUBLED else word
