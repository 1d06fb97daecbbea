"""One packet for each other owner of a request: complete, standing alone, small.

Only what the request, its routing and the repository's lines tell goes in. Facts come judged; what
is taken for granted says so. Nothing here decides whose the work is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlops_agent.boundary.reading import Reading
from mlops_agent.contracts.handoff import (
    OURS,
    Artifact,
    Constraints,
    Fact,
    Order,
    Packet,
    Span,
    Trust,
    Why,
)
from mlops_agent.contracts.request import Request
from mlops_agent.contracts.routing import Ask, Routing
from mlops_agent.distrust.hidden import holds_hidden
from mlops_agent.handoffs.addressing import Addressed, addressed
from mlops_agent.handoffs.blanked import blanked
from mlops_agent.handoffs.constraints import constraints_of, own_words
from mlops_agent.handoffs.squeezing import squeezed
from mlops_agent.handoffs.wording import (
    asked_back,
    goal_of,
    meant,
    one_line,
    pointed_away,
    pointing_back,
    quoted,
)
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.texts import filled

FOREIGN = ["request_verbatim", "spans", "facts", "goal", "scope_in", "scope_out", "remaining"]
"""Fields that quote other people's words: the receiver reads the quotes as data."""
SURE = 0.75
"""Below this confidence the packet says that its owner is taken, not shown."""
WIDEST_SIGN, WIDEST_OBJECT = 60, 120
"""Characters of a verb or an object that are quoted; the whole stands in the spans."""
_UNTOUCHED = f"Nothing of this packet's work: {OURS} read the request and changed no file for it."
_REST = "Anything that the quoted words of the request do not ask for."
_NOTHING_ELSE = "Anything that the request does not ask for."
_NO_DEADLINE = "Assumed: there is no deadline, since the request names none."


@dataclass(frozen=True, slots=True)
class Known:
    """What a repository tells a receiver: facts, the files that they stand in, hostile text.

    `commit` is the one that was read, empty where there is none.
    """

    commit: str = ""
    facts: tuple[Fact, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    injection_seen: bool = False


Knowing = Callable[[str, Sequence[Ask]], Known]
"""What is known for a receiver and its asks."""


def packets_of(
    routing: Routing,
    request: Request,
    reading: Reading,
    know: Knowing | None = None,
    homes: Sequence[Path] = (),
) -> list[Packet]:
    """A packet for each target of a hand-off or split that is not ours, in the targets' order.

    `request` is without its secrets already; `routing` is of its text, and `reading` of that with
    the answers that the routing rests on. `homes` are the folders in whose `.claude` a receiver
    counts as installed.
    """
    packets = whole_packets(routing, request, reading, know, homes)
    # What was blanked can be longer than it was; a packet that is looked through is a small one.
    return [squeezed(blanked(squeezed(one), Redactor())) for one in packets]


def whole_packets(
    routing: Routing,
    request: Request,
    reading: Reading,
    know: Knowing | None = None,
    homes: Sequence[Path] = (),
) -> Iterator[Packet]:
    """As `packets_of`, of any size and with nothing blanked in what a repository tells."""
    bench = _Bench(routing, request, reading, constraints_of(_said(reading)))
    context = request.context
    for one in addressed(routing.targets, homes, request.text, context.task_id, context.parent):
        yield bench.packet(one, know)


@dataclass(frozen=True, slots=True)
class _Bench:
    """What all packets of one request are made from."""

    routing: Routing
    request: Request
    reading: Reading
    constraints: Constraints

    def packet(self, address: Addressed, know: Knowing | None) -> Packet:
        """The packet of one receiver, of any size."""
        packet_id, receiver, available = address
        asks = [one for one in self.routing.asks if one.owner == receiver]
        known = know(receiver, asks) if know else Known()
        return Packet(
            packet_id=packet_id,
            task_id=self.request.context.task_id,
            context_id=self.request.context.parent,
            to=receiver,
            to_available=available,
            decision="split" if self.routing.decision == "split" else "handoff",
            request_verbatim=self.request.text,
            spans=self._spans(asks),
            why=_why(asks),
            goal=goal_of(asks, self.reading) or f"The request is settled by {receiver}.",
            scope_in=self._scope_in(asks, known.commit),
            scope_out=self._scope_out(receiver),
            done=[_UNTOUCHED],
            remaining=[one_line(one.text) for one in asks],
            decisions=self._decisions(),
            assumptions=self._assumptions(receiver, asks),
            open_questions=self._open_questions(asks),
            order=self._order(receiver),
            facts=list(known.facts),
            artifacts=list(known.artifacts),
            constraints=self.constraints,
            trust=Trust(
                untrusted_text=FOREIGN,
                injection_seen=bool(self.reading.orders_in_data)
                or holds_hidden(self.reading.text)
                or known.injection_seen,
            ),
            return_contract=filled("handoff-return.txt", sender=OURS, packet=packet_id).strip(),
        )

    def _spans(self, asks: Sequence[Ask]) -> list[Span]:
        """Where the asks stand in the request; all of it where they stand in answers to it."""
        text = self.request.text
        own = [one for one in asks if not one.answer]
        spans = [Span(start=one.start, end=one.end, text=one.text) for one in own]
        return spans if spans or not asks else [Span(start=0, end=len(text), text=text)]

    @property
    def _is_whole(self) -> bool:
        """Whether one receiver has all of the request."""
        return self.routing.decision == "handoff" and len(self.routing.targets) == 1

    def _scope_in(self, asks: Sequence[Ask], commit: str) -> list[str]:
        objects = dict.fromkeys(one.object for one in asks if one.object)
        paths = ", ".join(self.request.allowed_paths)
        return [
            *(quoted(one, WIDEST_OBJECT) for one in objects),
            *([f"The repository as of commit {commit}"] if commit else []),
            *([f"Only these paths of the repository: {paths}"] if paths else []),
        ]

    def _scope_out(self, receiver: str) -> list[str]:
        others = [
            f"{quoted(one.text)}: {one.owner or 'nobody'} has that"
            for one in self.routing.asks
            if one.owner != receiver
        ]
        excluded = [
            f"{quoted(one)}: the request itself excludes it" for one in self.reading.excluded
        ]
        refused = [f"{quoted(one.what)}: refused, {one.why}" for one in self.routing.refused]
        rest = _NOTHING_ELSE if self._is_whole else _REST
        return [*others, *excluded, *refused, rest]

    def _decisions(self) -> list[str]:
        whose = f"{OURS} decided whose the request is: {' and '.join(self.routing.targets)}."
        if self._is_whole:
            whose += " All of it, also what the quoted words leave out."
        answers = [
            f"The caller answered the question {quoted(name)}: {quoted(answer)}"
            for name, answer in self.request.answers.items()
        ]
        return [whose, *answers]

    def _assumptions(self, receiver: str, asks: Sequence[Ask]) -> list[str]:
        unsure = [
            f"Assumed, at a confidence of {one.confidence:.2f}: {quoted(one.text)} is the work of"
            f" {receiver}."
            for one in asks
            if one.confidence < SURE
        ]
        back = [meant(one, word, self._around(one)) for one in asks if (word := pointing_back(one))]
        free = (
            [] if self.constraints.deadline else ["Assumed: no deadline; the request names none."]
        )
        return [*unsure, *(one for one in back if one), *free]

    def _open_questions(self, asks: Sequence[Ask]) -> list[str]:
        back = [
            asked_back(one, word)
            for one in asks
            if (word := pointing_back(one)) and not meant(one, word, self._around(one))
        ]
        away = pointed_away(_said(self.reading))
        return [*(one.question for one in self.routing.questions), *back, *away]

    def _around(self, ask: Ask) -> str:
        """The text that an ask's positions count in."""
        return self.request.answers[ask.answer] if ask.answer else self.request.text

    def _order(self, receiver: str) -> Order:
        first = self.routing.first
        if not first or first == receiver:
            return Order(mitigate_first=bool(first))
        theirs = "; ".join(quoted(one.text) for one in self.routing.asks if one.owner == first)
        return Order(depends_on=[f"{first}, whose part goes first: {theirs}"])


def _why(asks: Sequence[Ask]) -> Why:
    if not asks:
        return Why(rule="the request as a whole is its work", confidence=0.5)
    others = {
        one.owner: one.confidence for ask in asks for one in ask.alternatives if one.confidence > 0
    }
    return Why(
        rule="; ".join(dict.fromkeys(one_line(one.why) for one in asks)),
        signals=[_sign(one) for one in asks],
        confidence=min(one.confidence for one in asks),
        alternatives=[f"{name} ({confidence:.2f})" for name, confidence in others.items()],
    )


def _sign(ask: Ask) -> str:
    verb = f"verb {quoted(ask.verb, WIDEST_SIGN)}, " if ask.verb else ""
    asked = f"; asked: {ask.opinion}" if ask.opinion else ""
    return f"{verb}object {quoted(ask.object or ask.text, WIDEST_SIGN)}{asked}"


def _said(reading: Reading) -> str:
    return own_words(reading.text, [(one.start, one.end) for one in reading.passages])
