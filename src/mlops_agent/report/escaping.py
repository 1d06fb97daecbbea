"""Putting foreign text into Markdown or on a terminal so that it stays text.

No links, no HTML, no new blocks, no control characters; what a text says is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
# An underscore inside a word is text in Markdown too.
_ACTIVE = re.compile(r"([\\*\[\]<>|~#]|(?<![^\W_])_|_(?![^\W_]))")
_BLOCK = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+=])")
_WORD = re.compile(r"(?P<word>\S*?[^\s.,;:!?])(?P<end>[.,;:!?]*)(?=\s|$)")


def visible(text: str) -> str:
    """The text with a space for each control character but the tab.

    They would move a terminal's cursor, or hide text from a reader.
    """
    return "".join(one if one.isprintable() or one == "\t" else " " for one in text)


def code(text: str) -> str:
    """A code span that holds the text on one line, whatever backticks are in it."""
    line = _line(text)
    if not line:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def prose(text: str) -> str:
    """A sentence on one line: its own code spans are kept, all other markup is taken as text."""
    return _with_spans(text, _plain)


def unescaped(text: str) -> str:
    """The same without backslashes, for agents: a word with markup in it becomes a code span."""
    return _with_spans(text, lambda part: _WORD.sub(_as_code, part))


def _with_spans(text: str, outside: Callable[[str], str]) -> str:
    """A text on one line with its own code spans kept and the rest made plain."""
    line = _line(text)
    parts: list[str] = []
    end = 0
    for span in _SPAN.finditer(line):
        parts += [outside(line[end : span.start()]), span[0]]
        end = span.end()
    whole = "".join([*parts, outside(line[end:])])
    return _BLOCK.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", whole)


def _as_code(match: re.Match[str]) -> str:
    word, end = match["word"], match["end"]
    return f"{code(word) if _ACTIVE.search(word) or '`' in word else word}{end}"


def _plain(text: str) -> str:
    return _ACTIVE.sub(r"\\\1", text).replace("`", "\\`")


def _line(text: str) -> str:
    return " ".join(visible(text).split())
