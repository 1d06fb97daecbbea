"""The one to three questions that would settle whose a vague request is.

Owns choosing among those of `questions.toml` by the words of the request. An answer is read with
the request, as the caller's own words.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mlops_agent.boundary.decided import Question
from mlops_agent.boundary.phrases import Index, find, index_over
from mlops_agent.boundary.stemming import stems
from mlops_agent.vocabulary.prepared import listed

FILE = Path(__file__).with_name("questions.toml")
MOST = 3
_ENOUGH = 2
"""So many questions by the request's own words make the general ones superfluous."""


class _Entry(NamedTuple):
    question: Question
    signs: Index | None
    of_nothing: bool


@cache
def _entries() -> tuple[_Entry, ...]:
    raw: dict[str, Any] = listed(FILE)
    return tuple(
        _Entry(
            Question(
                id=one["id"],
                question=one["question"],
                why=one["why"],
                options=tuple(one.get("options", ())),
            ),
            _signs(one["signs"]) if "signs" in one else None,
            one.get("when") == "empty",
        )
        for one in raw["question"]
    )


def _signs(listed: str) -> Index:
    return index_over(("sign", 1.0, one.strip()) for one in listed.split(","))


def questions(said: str, *, asks_nothing: bool = False) -> list[Question]:
    """What would settle a request, the most telling first.

    Args:
        said: the request's text.
        asks_nothing: whether no ask was found in it (a link, a trace, a pasted text alone).
    """
    words = stems(said)
    fitting = [one.question for one in _entries() if one.signs and find(words, one.signs)]
    general = [one.question for one in _entries() if one.signs is None and not one.of_nothing]
    if asks_nothing:
        return [one.question for one in _entries() if one.of_nothing]
    return [*fitting, *general][:MOST] if len(fitting) < _ENOUGH else fitting[:_ENOUGH]
