"""A request's text into a `Reading`: for the moment each sentence is a cut."""

from __future__ import annotations

import re

from mlops_agent.boundary.reading import Cut, Reading

_SENTENCE = re.compile(r"[^.!?;\n]*[^.!?;\s][^.!?;\n]*[.!?;]?")


def read_request(text: str) -> Reading:
    """Take a request apart into what it asks for and what it says around that.

    Args:
        text: the request as it was given; any text is read, none is refused.
    """
    cuts: list[Cut] = []
    for found in _SENTENCE.finditer(text):
        said = found.group().strip(" \t.!;")
        if not said:
            continue
        start = found.start() + found.group().index(said)
        verb, _, rest = said.partition(" ")
        form = "question" if said.endswith("?") else "order"
        cuts.append(Cut(start, start + len(said), said, form, verb, rest))
    return Reading(text, tuple(cuts), (), (), (), (), "en")
