"""Characters that a person does not see and a model reads: found, counted, spelled out.

Owns which of them are suspect. Emoji, and text in scripts that need joiners and marks of
direction, are left as they are. What hidden text says is not judged.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable

_OVERRIDES = "\u202d\u202e"
_EMBEDDINGS = "\u202a\u202b\u202c\u2066\u2067\u2068\u2069"
_MARKS = "\u200e\u200f\u061c"
_JOINERS = "\u200c\u200d"
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
)
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_TAGS = "\U000e0000-\U000e007f"
_FLAGS = frozenset({"gbeng", "gbsct", "gbwls"})
"""The flags that are spelled in tag characters, after a black flag."""
_FLAG = re.compile("\U0001f3f4([\U000e0061-\U000e007a]{5})\U000e007f")
_ANY = re.compile(f"[{_OVERRIDES}{_EMBEDDINGS}{_MARKS}{_JOINERS}{_INVISIBLE}{_SELECTORS}{_TAGS}]+")
_MARK = re.compile(r"\\u\{([0-9A-F]{2,6})\}")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_LONG_RUN = 4
"""So many invisible characters side by side carry a message, whatever stands around them."""
_KINDS = (
    (_OVERRIDES + _EMBEDDINGS, "bidirectional controls"),
    (_MARKS, "marks of direction"),
    (_TAGS, "tag characters"),
    (_SELECTORS, "variation selectors"),
)
_MOST_CODES = 3


def hidden_at(text: str) -> list[int]:
    """The positions of the suspect characters of a text, in order."""
    if text.isascii():
        return []
    passed = {n for flag in _FLAG.finditer(text) if flag[1] and _spelt(flag[1]) in _FLAGS
              for n in range(*flag.span())}  # fmt: skip
    found: list[int] = []
    for run in _ANY.finditer(text):
        places = [place for place in range(*run.span()) if place not in passed]
        # One of them makes its neighbours suspect: spelled out, it would stand beside a word.
        if any(_suspect(text, place, run) for place in places):
            found += places
    return found


def holds_hidden(text: str) -> bool:
    """Whether a text holds suspect characters."""
    return bool(hidden_at(text))


def spelled_out(text: str) -> str:
    """The text with each suspect character as a mark that shows, such as `\\u{202E}`."""
    return _with(text, lambda one: f"\\u{{{ord(one):04X}}}")


def made_visible(answer: str) -> str:
    """A tool's answer with each suspect character spelled out.

    In JSON it is JSON's own escape, so that who reads it gets the character back.
    """
    if answer.startswith("{"):
        return _with(answer, lambda one: "".join(f"\\u{unit:04x}" for unit in _utf16(one)))
    return spelled_out(answer)


def unmarked(text: str) -> str:
    """The text with the marks of `spelled_out` turned back into their characters."""
    return _MARK.sub(_character, text)


def has_marks(text: str) -> bool:
    """Whether a text holds marks of `spelled_out`."""
    return any(_character(mark) != mark[0] for mark in _MARK.finditer(text))


def described(text: str) -> str:
    """Which suspect characters a text holds, in words: `2 bidirectional controls (U+202E)`."""
    kinds: dict[str, list[str]] = {}
    for place in hidden_at(text):
        kinds.setdefault(_kind(text[place]), []).append(f"U+{ord(text[place]):04X}")
    return ", ".join(f"{len(codes)} {kind} ({_listed(codes)})" for kind, codes in kinds.items())


def _suspect(text: str, place: int, run: re.Match[str]) -> bool:
    one = text[place]
    if one in _OVERRIDES or "\U000e0000" <= one <= "\U000e007f":
        return True
    if one in _EMBEDDINGS or one in _MARKS:
        return not _has_right_to_left(_line(text, place))
    if _is_selector(one):
        return len(run[0]) > 1 and sum(_is_selector(other) for other in run[0]) > 1
    if one == "\ufeff" and place == 0:
        return False
    if len(run[0]) >= _LONG_RUN:
        return True
    before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
    return _is_ascii_word(before) and _is_ascii_word(after)


def _line(text: str, place: int) -> str:
    end = text.find("\n", place)
    return text[text.rfind("\n", 0, place) + 1 : len(text) if end < 0 else end]


def _has_right_to_left(line: str) -> bool:
    return any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in line if one > "\u0590"
               and one not in _MARKS)  # fmt: skip


def _is_selector(one: str) -> bool:
    return "\ufe00" <= one <= "\ufe0f" or "\U000e0100" <= one <= "\U000e01ef"


def _is_ascii_word(one: str) -> bool:
    return one.isascii() and (one.isalnum() or one == "_")


def _spelt(tags: str) -> str:
    return "".join(chr(ord(one) - 0xE0000) for one in tags)


def _with(text: str, shown: Callable[[str], str]) -> str:
    places = hidden_at(text)
    if not places:
        return text
    parts: list[str] = []
    end = 0
    for place in places:
        parts += [text[end:place], shown(text[place])]
        end = place + 1
    return "".join([*parts, text[end:]])


def _utf16(one: str) -> list[int]:
    data = one.encode("utf-16-be")
    return [int.from_bytes(data[n : n + 2]) for n in range(0, len(data), 2)]


def _character(mark: re.Match[str]) -> str:
    code = int(mark[1], 16)
    one = chr(code) if code <= 0x10FFFF else ""
    return one if one and _ANY.fullmatch(one) else mark[0]


def _kind(one: str) -> str:
    return next((name for among, name in _KINDS if re.match(f"[{among}]", one)),
                "invisible characters")  # fmt: skip


def _listed(codes: list[str]) -> str:
    known = [code for code, _ in Counter(codes).most_common()]
    more = len(known) - _MOST_CODES
    return ", ".join([*known[:_MOST_CODES], *([f"and {more} more"] if more > 0 else [])])
