"""Guided mode with a person: one question at a time, then the assumptions.

Owns the order of the talk and what is kept of it; how a line is shown and read is the `Talk`'s.
Every answer is saved before the next question, so that leaving at any point loses none; nothing is
saved but a new answer, so that leaving changes none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mlops_agent.contracts.gates import Assumption, Clarification, GateQuestion
from mlops_agent.errors import BadInputError
from mlops_agent.texts import render
from mlops_agent.workflow.answering import declined

TEMPLATE = "guided.txt.j2"
SKIPPED = "skip"
YES, NO = ("", "y", "yes"), ("n", "no")
LEAVE, BACK, WHY = ("quit", "exit", "q", ":q"), ("back", "b"), ("?", "why", "why?")
HELP, NEXT = ("help", "h", "??"), ("skip", "s", "next", "n")

Clarify = Callable[[Mapping[str, str]], Clarification]
"""What is known and asked with these answers; raises BadInputError where they contradict."""


class Talk(Protocol):
    """A person at the other end."""

    def say(self, text: str) -> None:
        """Show a text that ends with a line break."""
        ...

    def ask(self, prompt: str) -> str:
        """Show a prompt and return the line that comes back; raises EOFError at the end."""
        ...


class LeftError(Exception):
    """The person left before the end; every answer was saved when it was given."""

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        """Take what was answered until then."""
        super().__init__()
        self.answers = dict(answers or {})


@dataclass
class Guide:
    """One talk: `clarify` says what is known and asked, `save` keeps the answer just given."""

    talk: Talk
    clarify: Clarify
    save: Callable[[Mapping[str, str]], None]
    answers: dict[str, str] = field(default_factory=dict[str, str])

    def offer(self, kept: Mapping[str, str]) -> bool:
        """Offer to go on with the answers of an earlier start; those given since come first.

        Returns False where the person starts anew; raises LeftError where they leave.
        """
        if not kept:
            return True
        going_on = self._goes_on(len(kept))
        if going_on:
            self.answers = {**kept, **self.answers}
        return going_on

    def run(self) -> Clarification:
        """Ask what is open, then let the assumptions be corrected.

        Raises LeftError where the person leaves, BadInputError for answers that came along and
        don't fit.
        """
        try:
            self._questions()
            self._assumptions()
        except EOFError as error:
            raise LeftError(self.answers) from error
        return self.clarify(self.answers)

    def _questions(self) -> None:
        every = self.clarify({}).questions
        self._say("start", number=len(self._open()))
        place = self._next(every, 0)
        while place < len(every):
            one = self._open().get(every[place].id, every[place])
            step = self._question(one, place, len(every))
            place = self._next(every, place + 1) if step > 0 else max(0, place + step)

    def _open(self) -> dict[str, GateQuestion]:
        """What is not answered yet, by the questions' ids."""
        return {one.id: one for one in self.clarify(self.answers).questions}

    def _next(self, every: list[GateQuestion], place: int) -> int:
        """The place of the next open question; after the last where there is none."""
        left = self._open()
        places = (at for at in range(place, len(every)) if every[at].id in left)
        return next(places, len(every))

    def _question(self, one: GateQuestion, place: int, of: int) -> int:
        """Ask one question; returns how many places to go on, -1 for back, 0 to ask it again."""
        self._say("question", one=one, place=place + 1, of=of, before=self.answers.get(one.id, ""))
        line = self.talk.ask("> ").strip()
        word = line.lower()
        if word in LEAVE:
            raise EOFError
        if word in BACK:
            return -1
        if word in (*WHY, *HELP):
            self._say("help" if word in HELP else "why", one=one)
            return 0
        if not line and one.id in self.answers:
            return 1
        if word in NEXT or declined(line):
            self._say("skipped")
            return int(self._take(one.id, line if word not in NEXT and line else SKIPPED))
        return int(self._take(one.id, _option(one, line)))

    def _take(self, key: str, answer: str) -> bool:
        """Keep an answer if it contradicts nothing; says so where it does."""
        tried = {**{name: text for name, text in self.answers.items() if name != key}, key: answer}
        try:
            self.clarify(tried)
        except BadInputError as error:
            self._say("refused", why=str(error))
            return False
        self.answers = tried
        self.save({key: answer})
        return True

    def _assumptions(self) -> None:
        """Show the assumptions once, and take corrections by number until all are confirmed."""
        assumptions = self.clarify(self.answers).assumptions
        if assumptions:
            self._say("assumptions", assumptions=assumptions)
        while assumptions:
            line = self.talk.ask("> ").strip().lower()
            if line in (*YES, "ok"):
                return
            if line in LEAVE:
                raise EOFError
            self._correct(assumptions, line)

    def _correct(self, assumptions: list[Assumption], line: str) -> None:
        if not line.isdecimal() or not 1 <= int(line) <= len(assumptions):
            self._say("numbers", most=len(assumptions))
            return
        one = assumptions[int(line) - 1]
        self._say("correct", one=one)
        said = self.talk.ask("> ").strip()
        if said.lower() in LEAVE:
            raise EOFError
        if said and not declined(said) and self._take(f"{one.gate}.{one.slot}", said):
            self._say("corrected")

    def _goes_on(self, number: int) -> bool:
        self._say("again", number=number)
        while True:
            try:
                line = self.talk.ask("> ").strip().lower()
            except EOFError as error:
                raise LeftError from error
            if line in LEAVE:
                raise LeftError
            if line in (*YES, *NO):
                return line in YES
            self._say("yes or no")

    def _say(self, part: str, **values: object) -> None:
        self.talk.say(render(TEMPLATE, part=part, **values))


def _option(one: GateQuestion, line: str) -> str:
    """The option of that number, else the line itself."""
    if line.isdecimal() and 1 <= int(line) <= len(one.options):
        return one.options[int(line) - 1]
    return line
