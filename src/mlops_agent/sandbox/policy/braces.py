"""Brace expansion: `{git,push}` is two words to the shell, and has to be two here.

Only unquoted braces reach this; the caller has put quoted ones out of the way.
"""

from __future__ import annotations

from itertools import pairwise

MOST = 256
"""Words that one word may become; what would be more stays as it is written."""


def spread(text: str) -> list[str]:
    """The words that a word with comma braces becomes; the word itself where it has none."""
    if "{" not in text or "," not in text:
        return [text]
    done, todo = list[str](), [text]
    while todo and len(todo) + len(done) <= MOST:
        one = todo.pop(0)
        found = _first(one)
        if found is None:
            done.append(one)
            continue
        start, end, choices = found
        todo[:0] = [one[:start] + choice + one[end + 1 :] for choice in choices]
    return done + todo


def _first(text: str) -> tuple[int, int, list[str]] | None:
    """The first brace pair that holds a comma of its own: its place and its choices."""
    start = text.find("{")
    while start >= 0:
        depth, commas = 0, list[int]()
        for at in range(start, len(text)):
            if text[at] == "{":
                depth += 1
            elif text[at] == "}":
                depth -= 1
                if depth == 0:
                    if commas:
                        edges = [start, *commas, at]
                        pairs = pairwise(edges)
                        return start, at, [text[a + 1 : b] for a, b in pairs]
                    break
            elif text[at] == "," and depth == 1:
                commas.append(at)
        start = text.find("{", start + 1)
    return None
