"""Brace expansion: `{git,push}` is two words to the shell, and has to be two here.

Only unquoted braces reach this; the caller has put quoted ones out of the way. The work is bounded:
what is not spread stands as one word that the caller names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

MOST = 128
"""Words that one word may become."""
LONGEST = 600
"""Characters of a word up to which its braces are spread."""
MOST_READ = 4000
"""Characters that are looked at for one word, all its steps together."""
_MARKS = re.compile(r"[{},]")


@lru_cache(maxsize=256)
def spread(text: str, beyond: str) -> tuple[str, ...]:
    """The words that a word with comma braces becomes; the word itself where it has none.

    Where they are more than is looked at, the last one is `beyond`.
    """
    if "{" not in text or "," not in text:
        return (text,)
    if len(text) > LONGEST:
        return (beyond,)
    done, todo, read = list[str](), [text], 0
    while todo:
        one = todo.pop()
        read += len(one)
        if len(todo) + len(done) > MOST or read > MOST_READ:
            return (*done, beyond)
        found = _first(one)
        if found is None:
            done.append(one)
            continue
        start, end, choices = found
        todo += [one[:start] + choice + one[end + 1 :] for choice in reversed(choices)]
    return tuple(done)


def _first(text: str) -> tuple[int, int, list[str]] | None:
    """The first brace pair that holds a comma of its own: its place and its choices."""
    opened, best = list[list[int]](), list[int]()
    for match in _MARKS.finditer(text):
        at, mark = match.start(), match[0]
        if mark == "{":
            opened.append([at])
        elif opened and mark == ",":
            opened[-1].append(at)
        elif opened:
            edges = [*opened.pop(), at]
            if len(edges) > 2 and (not best or edges[0] < best[0]):
                best = edges
    if not best:
        return None
    return best[0], best[-1], [text[a + 1 : b] for a, b in pairwise(best)]
