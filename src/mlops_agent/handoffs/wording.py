"""The sentences of a packet: goal, borders and open points, in the request's own words.

Each sentence names what it is about, quoted, so that none leans on another one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlops_agent.boundary.reading import Cut, Form, Reading
from mlops_agent.contracts.routing import Ask

WIDEST = 240
"""Characters of an ask that a sentence quotes; the whole stands in the packet's spans."""
MANY = 3
"""From so many asks on the goal names their objects alone."""
SHORT = 60
"""Characters of an ask or an object that only names it."""
_AROUND = 160
"""Characters of the request before an ask that are quoted where a word points back to them."""
_POINTS_BACK = re.compile(
    r"\b(?:it|they|them)\b"
    # "that fails" and "this table" say themselves what they stand for; "do this first" does not.
    r"|\b(?:this|that|these|those)\b(?=\W*$|[.,;:!?)]"
    r"| (?:and|or|for|to|in|on|at|by|so|too|before|after|first|again|now|asap)\b)",
    re.IGNORECASE,
)
_POINTS_AWAY = re.compile(
    r"\b(?:(?:the|my|this) (?:attached|enclosed|linked|previous|earlier|last) [\w-]+"
    r"|(?:see|as in) (?:the )?(?:attachment|attached|above)|as above|as discussed"
    r"|(?:as|like) we (?:did|said|discussed|agreed)|same as (?:last time|before))\b",
    re.IGNORECASE,
)
_GOALS: dict[Form, str] = {
    "order": "{quoted}{on} is done, and a check shows it.",
    "wish": "{quoted}{on} is the case, and a check shows it.",
    "question": "{quoted}{on} is answered, with what the answer rests on.",
    "symptom": "The cause of {quoted}{on} is known, and {quoted} is so no longer.",
}


def quoted(text: str, most: int = WIDEST) -> str:
    """A text on one line between quotation marks, cut with a mark where it is long."""
    line = one_line(text).replace('"', "'")
    return f'"{line}"' if len(line) <= most else f'"{line[:most].rstrip()} ..."'


def one_line(text: str) -> str:
    """A text on one line, with a space for each character that can't be seen."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def goal_of(asks: Sequence[Ask], reading: Reading) -> str:
    """What is true when the receiver of these asks is done."""
    if len(asks) < MANY:
        return " ".join(_goal(ask, reading) for ask in asks)
    return (
        f"Each of the {len(asks)} things to do of this packet is done or answered, and a check"
        f" shows it: {', '.join(quoted(one.object or one.text, SHORT) for one in asks)}."
    )


def _goal(ask: Ask, reading: Reading) -> str:
    return _GOALS[_form(ask, reading)].format(quoted=quoted(ask.text), on=_on(ask))


def pointing_back(ask: Ask) -> str:
    """The word of an ask that stands for something outside of it, or the empty string."""
    found = _POINTS_BACK.search(ask.text)
    return found.group() if found else ""


def pointed_away(own_words: str) -> list[str]:
    """The questions that are open where a request points to what does not come with it."""
    found = dict.fromkeys(one_line(one.group()) for one in _POINTS_AWAY.finditer(own_words))
    return [f"The request says {quoted(one)}; that is not here: what does it say?" for one in found]


def meant(ask: Ask, word: str, text: str) -> str:
    """What such a word is taken for; empty where nothing before the ask can be meant."""
    if ask.object and not pointing_back(_of_object(ask)) and ask.object not in ask.text:
        return f"Assumed: {quoted(word)} in {quoted(ask.text, SHORT)} is {quoted(ask.object)}."
    before = text[max(0, ask.start - _AROUND) : ask.start].strip()
    within = ask.text.find(word) > len(ask.verb) + 1
    if not before:
        return ""
    where = "name" if not within else "or its own words before it name"
    return (
        f"Assumed: {quoted(word)} in {quoted(ask.text, SHORT)} is what these words of the request"
        f" just before it {where}: {quoted(before)}."
    )


def asked_back(ask: Ask, word: str) -> str:
    """The question that is open where nothing tells what a word stands for."""
    return f"What does {quoted(word)} stand for in {quoted(ask.text, SHORT)}?"


def _of_object(ask: Ask) -> Ask:
    return ask.model_copy(update={"text": ask.object})


def _on(ask: Ask) -> str:
    """The object, where the words of the ask only point to it."""
    if not ask.object or ask.object in ask.text or pointing_back(_of_object(ask)):
        return ""
    return f" (on {quoted(ask.object)})"


def _form(ask: Ask, reading: Reading) -> Form:
    cut = next((one for one in (*reading.cuts, *reading.beyond) if _within(one, ask)), None)
    if cut is not None:
        return cut.form
    return "question" if ask.text.rstrip().endswith("?") else "order"


def _within(cut: Cut, ask: Ask) -> bool:
    if ask.answer:
        return cut.text == ask.text
    return ask.start <= cut.start and cut.end <= ask.end
