"""Asks in other languages than English, roughly: by sentence, request word and joined verb.

Owns where such a sentence is cut. It finds a verb only where a list or an ending shows one, and
the rest of the ask is its object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mlops_agent.boundary.expressions import Expression
from mlops_agent.boundary.sentences import Sentence
from mlops_agent.boundary.tongues import Tongue, tongues
from mlops_agent.boundary.words import words

_MARKS = frozenset(",;:-()\u2013\u2014*")
_CJK_JOINS = Expression(
    "[\u3002\uff1b\uff01\uff1f;\n]"
    # Chinese: and also, then, at the same time, besides.
    "|[\uff0c\u3001,]\\s*(?:\u5e76\u4e14|\u5e76|\u7136\u540e|\u540c\u65f6|\u53e6\u5916|\u4ee5\u53ca)"
    # Japanese: "-shite," and "-shi,", besides.
    "|(?<=\u3057\u3066)\u3001|(?<=[\u3057\u308a\u304d])\u3001|\u3001(?:\u307e\u305f|\u305d\u3057\u3066|\u3055\u3089\u306b)"
    # Korean: "-hago", "-hamyeo", besides.
    "|(?<=[\ud558\ud574]\uace0)[,\\s]|(?<=\ud558\uba70)[,\\s]|\uadf8\ub9ac\uace0|\ub610\ud55c"
)
_CJK_ASKS = Expression(
    "\u3066\u304f\u3060\u3055\u3044|\u3066\u4e0b\u3055\u3044|\u9858\u3044|\u3066\u307b\u3057\u3044|\u305f\u3044|\u3079\u304d|\u3067\u3059\u304b|\u307e\u3059\u304b"
    "|[\u8bf7\u8acb\u5e2e\u5e6b]|\u9700\u8981|\u5e0c\u671b|\u80fd\u5426|\u53ef\u4ee5|\u5982\u4f55|\u600e\u4e48|\u5e94\u8be5|\u60f3\u8981"
    "|\uc8fc\uc138\uc694|\ud574\uc918|\ud544\uc694|\uc2f6|\uc5b4\ub5bb|\ubd80\ud0c1|\uc694\uccad"
)
_OWN = frozenset(
    {"ich", "wir", "je", "nous", "ik", "wij", "we", "jag", "vi", "eu", "io", "yo", "\u043c\u044b"}
)
_PLAIN_JOINS = frozenset({"und", "et", "y", "e", "ed", "en", "i", "a", "och", "ve", "\u0438"})
WITHOUT_BLANKS = frozenset({"ja", "zh", "ko"})


class Part(NamedTuple):
    """Words (half-open) of a sentence that are cut out; `verb` is -1 where none shows itself.

    `empty` ones have a word of asking and nothing that is asked for ("por favor").
    """

    begin: int
    end: int
    verb: int
    asks: bool
    excluded: bool
    empty: bool


def parts(s: Sentence, language: str, *, whole: bool = False) -> Iterator[Part]:
    """A sentence's parts, each an ask or told; one where nothing joins, or for a `whole` item."""
    tongue = tongues().get(language, tongues()["de"])
    begin = 0
    for place in range(1, 0 if whole else len(s)):
        if place <= begin:
            continue
        after = _after_join(s, place, tongue)
        if after > place and after < len(s) and _joins_verbs(s, begin, place, after, tongue):
            yield _part(s, begin, place, tongue)
            begin = after
    if begin < len(s):
        yield _part(s, begin, len(s), tongue)


def asks_in_script(said: str) -> bool:
    """Whether a sentence in a script without blanks has a word of asking."""
    return _CJK_ASKS.search(said) is not None


def stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The asks of a text in a script without blanks between words."""
    begin = start
    for join in _CJK_JOINS.finditer(text, start, end):
        if text[begin : join.start()].strip():
            yield begin, join.start()
        begin = join.end()
    if text[begin:end].strip():
        yield begin, end


def _after_join(s: Sentence, place: int, tongue: Tongue) -> int:
    after = place
    while (
        after < len(s)
        and after < place + 5
        and (s.low[after] in tongue.joins or s.low[after] in _MARKS)
    ):
        after += 1
    return after


def _joins_verbs(s: Sentence, begin: int, place: int, after: int, tongue: Tongue) -> bool:
    if ";" in s.low[place:after] or ":" in s.low[place:after] or _is_verb(s.low[after], tongue):
        return True
    closed = place - 1 > begin and _closes(s.low[place - 1], tongue)
    if any(word in tongue.joins and word not in _PLAIN_JOINS for word in s.low[place:after]):
        return place - begin > 2 and len(s) - after > 1
    joined = any(word in tongue.joins for word in s.low[place:after])
    if joined and _is_english_order(s, after):
        return True
    return joined and (closed or "," in s.low[place:after]) and len(s) - after > 2


def _is_english_order(s: Sentence, at: int) -> bool:
    """ "... und write a runbook": teams mix their tongues."""
    known = words()
    word, after = s.low[at], s.at(at + 1)
    if word in known.verbs or f"{word} {after}" in known.particled:
        return len(s) - at > 1
    return word in known.verbish and after in ("the", "our", "an", "this", "all")


def _is_verb(word: str, tongue: Tongue) -> bool:
    if word in tongue.verbs:
        return True
    return (
        len(word) > 4 and word not in tongue.stop and word.endswith(tuple(tongue.endings or "\0"))
    )


def _closes(word: str, tongue: Tongue) -> bool:
    return len(word) > 3 and word.endswith(tuple(tongue.final or "\0"))


def _wants(low: tuple[str, ...], tongue: Tongue, *, asked: bool) -> bool:
    """Whether a word of asking stands there; others' questions, told of, are no asks."""
    inside = {word for word in low[1:] if word in tongue.asking}
    told = inside and not asked and _OWN.isdisjoint(low)
    reported = tongue.telling if told else frozenset[str]()
    first, *others = low
    return (
        first in tongue.request
        or asked
        or any(
            word in tongue.request and word not in tongue.asking and word not in reported
            for word in others
        )
    )


def _part(s: Sentence, begin: int, end: int, tongue: Tongue) -> Part:
    low = s.low[begin:end]
    verb = next((begin + n for n, word in enumerate(low) if _is_verb(word, tongue)), -1)
    if verb < 0 and tongue.final and _closes(low[-1], tongue):
        verb = end - 1
    wants = _wants(low, tongue, asked=s.asked)
    asks = s.asked or begin == verb or wants
    empty = wants and all(word in tongue.request or word in tongue.stop for word in low)
    excluded = low[0] in tongue.excluded
    return Part(begin, end, verb, asks and not excluded, excluded, empty)
