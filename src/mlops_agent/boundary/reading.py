"""A request as it was read: what the caller says, what is pasted, and the asks that were cut out.

Only the records; `cutting` makes them. Spans are half-open character positions of the request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mlops_agent.boundary.outline import Block

Form = Literal["order", "question", "wish", "symptom"]
"""How an ask is put: "do X", "how should we X?", "I need X", "X is broken" with no order beside."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the request that is not the caller's own words, and what it is.

    `kind` is "code", "log", "trace", "quote", "forwarded", "link", ...: data, never an order.
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Cut:
    """One thing that the caller asks for.

    `verb` and `object` are as they stand in the text, empty where none is found; the object is the
    whole noun phrase with its modifiers ("the canary of the ranking model"). `purpose` is a clause
    that says what for ("so that the model retrains"): it explains and is no ask of its own. `near`
    is what the caller told right before it ("The ranker is down."), at most a few sentences; asks
    that follow each other share it. It says what is meant where the object does not.
    """

    start: int
    end: int
    text: str
    form: Form
    verb: str = ""
    object: str = ""
    purpose: str = ""
    near: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A request taken apart.

    `context` are the caller's own words around the asks: what happened, what there is. `excluded`
    are what the caller says is not to be done or is somebody else's already ("don't touch dbt").
    `orders_in_data` are places in pasted text that give orders; they are not followed. `language`
    is a code ("en", "de", "mixed"), empty where it can't be told. `beyond` are asks behind the most
    that are read one by one; they stand in `context` too. `unread` counts the characters of the
    caller's own words that were not looked at. `beside` are matters that are told and not asked
    for, behind an ask or as items of a list; they stand in `context` too. `parts` are the items
    of its lists, and what is brought up apart ("Separately, ..."): where each begins and ends.
    `blocks` are the caller's own words as they were read.
    """

    text: str
    cuts: tuple[Cut, ...]
    context: tuple[str, ...]
    excluded: tuple[str, ...]
    passages: tuple[Passage, ...]
    orders_in_data: tuple[Passage, ...]
    language: str
    beyond: tuple[Cut, ...] = ()
    unread: int = 0
    beside: tuple[Cut, ...] = ()
    parts: tuple[tuple[int, int], ...] = ()
    blocks: tuple[Block, ...] = ()
