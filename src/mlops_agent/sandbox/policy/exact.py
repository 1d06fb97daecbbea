"""What the operator allows beforehand: one simple command, word for word, and nothing near it.

Only a spelling that no shell expands is taken: bare words of safe characters and quoted texts. No
backslash, `~`, `$`, pattern, redirection, assignment or keyword: what runs is what was read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlops_agent.errors import BadInputError

LONGEST = 20_000
"""Characters up to which a command can be allowed; a longer one is not read either."""
_SEGMENT = re.compile(r"([A-Za-z0-9_@%+=:,./-]+)|'([^']*)'|\"([^\"$`\\]*)\"")
_BLANK = re.compile(r"[ \t]+")
_BLANKS = " \t\n"
_NEVER = re.compile("[\r\0]")
_KEYWORDS = frozenset(
    {
        "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in",
        "select", "then", "time", "until", "while",
    }
)  # fmt: skip


def exact_words(text: str) -> tuple[str, ...] | None:
    """The words of a command line that is one simple command without any expansion, else None."""
    line = text.strip(_BLANKS)
    words = () if len(line) > LONGEST or _NEVER.search(line) else _split(line)
    if not words:
        return None
    # An assignment, a job or a keyword would be none without its quotes, and these are not kept.
    if not words[0] or "=" in words[0] or words[0].startswith("%") or words[0] in _KEYWORDS:
        return None
    return words


def allowed_words(texts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The words of what the operator allows; raises BadInputError for what is no exact command."""
    found: list[tuple[str, ...]] = []
    for text in texts:
        words = exact_words(text)
        if words is None:
            raise BadInputError(
                f"--allow-command {text!r} is not one simple command",
                "give the exact command, words with anything but letters, digits and _@%+=:,./- in"
                " single quotes: no pipes, variables, patterns, redirections or backslashes",
            )
        found.append(words)
    return tuple(found)


def _split(line: str) -> tuple[str, ...]:
    """The words with their quotes taken off; none at all where one of them is not spelt safely."""
    words, at = [""], 0
    while at < len(line):
        if segment := _SEGMENT.match(line, at):
            words[-1] += segment[segment.lastindex or 0]
            at = segment.end()
        elif blank := _BLANK.match(line, at):
            words.append("")
            at = blank.end()
        else:
            return ()
    return tuple(words)
