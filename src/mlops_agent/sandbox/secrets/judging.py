"""Whether a value that stands where a secret would stand is one, or a name, a path, a placeholder.

A false alarm costs a driver a line that it can't quote, a miss costs the owner a secret; so names
that say "password" need little, others need a value as a machine makes them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable

from mlops_agent.vocabulary.secrets import Judge, secret_words

STRONG_BITS = 3.0
"""Bits of entropy a character, counted over the value's own characters."""
LEAST_STRONG = 16
LEAST_TOKEN = 12

_TEMPLATE = re.compile(rb"[${}<>]|\*\*|%\(|^%[sdr]$|%\w+%$")
_PART = r"[A-Za-z_]+(?:\d{1,4}[A-Za-z_]*){0,2}"
_DOTTED = re.compile(rf"\.?{_PART}(?:\.{_PART})+".encode())
_ONE_WORD = r"(?:[A-Za-z]{1,20}\d{0,4}|[A-Za-z]{1,4}\d{1,2}[a-z])"
_WORDS = re.compile(rf"/?{_ONE_WORD}(?:[-_./:@, ]+(?:{_ONE_WORD}|\d{{1,4}}))*/?".encode())
_BRACKETED = re.compile(rb"\[[A-Za-z_ -]{1,60}\d{0,4}\]")
_PLACE = re.compile(rb"(?:\.{0,2}/|~/|https?:|s3:|gs:|arn:|projects/|file:|[A-Za-z]:\\)")
_TURNS = re.compile(rb"[a-z](?=[A-Z])|[A-Z](?=[a-z])")
_LETTERS_A_TURN = 4
_LEAST_SCRAMBLED = 8
_LETTERS = re.compile(rb"[A-Za-z0-9]+")
_SHORT = "As|At|By|Db|Go|Id|If|In|Ip|Is|It|My|No|Of|On|Or|Os|To|Up"
_HUMP = rf"(?:[A-Z]{{1,4}}[a-z]{{2,}}\d{{0,2}}|(?:{_SHORT})(?=[A-Z]|$)|[A-Z]\d{{1,2}}(?=[A-Z]|$))"
_CAMEL = re.compile(rf"[A-Z]{{0,4}}[a-z]{{2,}}\d{{0,2}}{_HUMP}*[A-Z]{{0,4}}".encode())
_SHOUTED = re.compile(rb"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_SAYS_PASSWORD = re.compile(rb"(?i:[a-z_-]{0,40}passw(?:or)?d[a-z_-]{0,40})")
_VERSION = re.compile(rb"[~^<>=]{0,2}\d+(?:\.\d+)+")
_REPEATED = re.compile(rb"(.)\1{5,}")


def holds_up(judge: Judge, value: bytes) -> bool:
    """Whether a value passes a judge of a format."""
    return _JUDGES[judge](value)


def entropy(value: bytes) -> float:
    """Bits a character of a value, by how often each of its characters comes."""
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())


def is_common(value: bytes) -> bool:
    """Whether it is one of the words that everybody uses, or a template to be filled in."""
    lower = value.lower()
    if lower in secret_words().common or len(set(value)) <= 2:
        return True
    named = (_SHOUTED, _SAYS_PASSWORD, _VERSION)
    return bool(_TEMPLATE.search(value)) or any(one.fullmatch(value) for one in named)


def is_placeholder(value: bytes) -> bool:
    """Whether it only stands where a secret will stand."""
    lower = value.lower()
    return is_common(value) or any(one in lower for one in secret_words().placeholders)


def is_name(value: bytes) -> bool:
    """Whether it is made of words: a path, a dotted name, a sentence in kebab or camel case."""
    made_of_words = (_DOTTED, _WORDS, _BRACKETED, _CAMEL)
    named = _PLACE.match(value) or any(one.fullmatch(value) for one in made_of_words)
    return bool(named) and not _scrambled(value)


def _known(value: bytes) -> bool:
    return not _REPEATED.search(value) and not value.endswith(b"EXAMPLE")


def _anything(value: bytes) -> bool:
    return not is_common(value) and not is_placeholder(value)


def _token(value: bytes) -> bool:
    if is_placeholder(value) or len(value) < LEAST_TOKEN or is_name(value):
        return False
    return (_mixed(value) or _scrambled(value)) and entropy(value) >= STRONG_BITS


def _strong(value: bytes) -> bool:
    return len(value) >= LEAST_STRONG and _token(value)


def _password(value: bytes) -> bool:
    if is_placeholder(value) or _PLACE.match(value) or _DOTTED.fullmatch(value):
        return False
    # Code between two quotes, where one string ends and the next begins.
    return value[:1] not in b"),;[]}+" and _classes(value) >= 2


def _bare_password(value: bytes) -> bool:
    if not _password(value) or b"passw" in value.lower():
        return False
    # A reference to what is called so elsewhere: a path, an attribute, an image.
    return not re.search(rb"[/:.].*[/:.]", value) and (_mixed(value) or _scrambled(value))


def _mixed(value: bytes) -> bool:
    return bool(re.search(rb"[A-Za-z]", value) and re.search(rb"[0-9]", value))


def _scrambled(value: bytes) -> bool:
    """Whether large and small letters are mixed as in no word; camel-case names are words."""
    parts = [one for one in _LETTERS.findall(value) if not _CAMEL.fullmatch(one)]
    mixed = b" ".join(one for one in parts if _TURNS.search(one))
    if len(mixed) < min(_LEAST_SCRAMBLED, len(value)):
        return False
    return len(_TURNS.findall(mixed)) * _LETTERS_A_TURN >= len(mixed)


def _classes(value: bytes) -> int:
    kinds = (rb"[a-z]", rb"[A-Z]", rb"[0-9]", rb"[^A-Za-z0-9_-]")
    return sum(1 for kind in kinds if re.search(kind, value))


_JUDGES: dict[Judge, Callable[[bytes], bool]] = {
    "": _known,
    "anything": _anything,
    "token": _token,
    "strong": _strong,
    "password": _password,
    "bare-password": _bare_password,
}
