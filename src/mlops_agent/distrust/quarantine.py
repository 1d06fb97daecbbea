"""Words that a repository holds only where it speaks to agents, held back from what they write.

Owns which words are distinctive enough, and where they turn up again. A word that the request or
the repository's other text knows too is never held back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mlops_agent.distrust.words import words

MOST = 200
"""Distinctive words of a repository that are held back at most."""
_LEAST = 4
_NUMBER = re.compile(r"(?<![\w.])\d+\.\d+(?!\w|\.\d)")
_QUOTED = re.compile(r"`([^`\n]{4,200})`|\"([^\"\n]{4,200})\"|'([^'\n]{4,200})'")
_HYPHENED = re.compile(r"(?<![\w-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![\w-])", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z ,.!?]*")
_DISTINCTIVE = (
    re.compile(r"https?://[^\s\"'`<>()]+"),
    re.compile(r"(?<![\w-])--[a-z][\w-]+", re.IGNORECASE),
    re.compile(r"(?<![\w=.-])[\w.-]+=[\w./:-]+"),
    re.compile(r"(?<![\w/])/(?:[\w.-]+/)+[\w.-]+"),
    re.compile(r"(?<!\w)\w*[a-z0-9]_\w+", re.IGNORECASE),
    re.compile(r"(?<!\w)[A-Z]{6,}(?!\w)"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """A distinctive word, as `plain` gives it, and where the repository holds it."""

    word: str
    path: str
    line: int

    @property
    def hint(self) -> str:
        """Enough of the word for its author to know it by; all of it must not travel on."""
        return f"{self.word[:3]}..."


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The words held back in one repository."""

    held: tuple[Held, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.held)

    def found_in(self, text: str) -> list[Held]:
        """Which of the words a text holds, each once."""
        if not self.held:
            return []
        known = plain(text)
        return [one for one in self.held if holds(known, one.word)]

    def masked(self, text: str) -> str:
        """The text on one line, with the words blanked out, for people."""
        shown = " ".join(text.split())
        for one in sorted(self.held, key=lambda held: -len(held.word)):
            pattern = re.escape(one.word).replace(r"\ ", r"\s+")
            shown = re.sub(rf"(?<!\w){pattern}(?!\w)", "[...]", shown, flags=re.IGNORECASE)
        return shown


def plain(text: str) -> str:
    """A text in the form in which words are compared: one space, small letters, no escapes."""
    return " ".join(text.replace("\\", "").split()).casefold()


def holds(known: str, word: str) -> bool:
    """Whether a text in plain form holds a word in plain form, by itself."""
    place = known.find(word)
    while place >= 0:
        before, after = known[place - 1 : place], known[place + len(word) :][:2]
        # A number goes on after a full stop, a word does not.
        goes_on = after[:1] == "." and after[1:].isdigit() and word[-1].isdigit()
        if not (_in_word(before) and _in_word(word[:1])) and not (
            (_in_word(after[:1]) and _in_word(word[-1:])) or goes_on
        ):
            return True
        place = known.find(word, place + 1)
    return False


def distinctive(text: str) -> Iterator[str]:
    """The distinctive words of a span, in plain form; some come more than once."""
    for number in _NUMBER.finditer(text):
        yield number[0]
    for pattern in _DISTINCTIVE:
        for match in pattern.finditer(text):
            if match[0] not in words().openings:
                yield from _cut(match[0])
    for quoted in _QUOTED.finditer(text):
        inner = quoted[1] or quoted[2] or quoted[3]
        if not _PLAIN.fullmatch(inner):
            yield from _cut(inner)
        for part in _HYPHENED.finditer(inner):
            yield from _cut(part[0])


def unknown(candidates: Iterable[Held], known: Iterable[str]) -> tuple[Held, ...]:
    """The candidates, each once, that none of some texts in plain form holds."""
    left = list({one.word: one for one in reversed([*candidates])}.values())[::-1][:MOST]
    for text in known:
        if not left:
            break
        left = [one for one in left if not holds(text, one.word)]
    return tuple(left)


def _cut(word: str) -> Iterator[str]:
    compared = plain(word.strip(" .,:;!?"))
    if len(compared) >= _LEAST:
        yield compared


def _in_word(one: str) -> bool:
    return one.isalnum() or one == "_"
