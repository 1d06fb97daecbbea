"""The tool HandOff: give a part of the request, or all of it, to the sibling whose work it is.

The driver says what and why; identity, spans, size and the verdict on each fact are the program's.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.handoff import (
    MOST_BYTES,
    OURS,
    Constraints,
    Fact,
    Order,
    Packet,
    Span,
    Trust,
    Why,
)
from mlops_agent.contracts.journal import HandedOff, ToolResult
from mlops_agent.handoffs.blanked import blanked
from mlops_agent.handoffs.roster import roster_of
from mlops_agent.handoffs.sizing import field_sizes, fitted, size, spans_of
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.facts import judged, worded
from mlops_agent.report.pointers import problem_of
from mlops_agent.texts import filled
from mlops_agent.texts.presence import is_installed
from mlops_agent.tools.base import ToolError, text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.desk import Desk, Ending
from mlops_agent.tools.repeating import check_words
from mlops_agent.tools.report_input import OfTheRun
from mlops_agent.vocabulary.siblings import Sibling, siblings
from mlops_agent.workspace.snapshot import write_trees

FOREIGN = ["request_verbatim", "spans", "facts"]
"""Fields that hold other people's words: the receiver reads them as data."""
_Words = Annotated[str, Field(min_length=1, pattern=r"\S")]


class FactInput(Record):
    """Something that the receiver may rely on, and where it shows; one thing a fact.

    With evidence alone the sentence is written from it, and verified. Words of your own that say
    more than the evidence shows go out as unverified.
    """

    claim: str = Field(default="", description="Leave it out where the evidence says it all.")
    evidence: list[str] = Field(
        default=[],
        description=(
            "One of line:PATH:N (of the base tree), call:ID, finding:FINGERPRINT; or both runs of"
            " a probe. Empty for what you believe but cannot show."
        ),
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.claim.strip() and not self.evidence:
            raise ValueError("a fact needs evidence or words")
        return self


class HandOffInput(Record):
    """Whose part it is, its exact words, why, and the work so that it can be begun from here."""

    receiver: str = Field(
        description="The sibling's name: " + ", ".join(s.name for s in siblings())
    )
    words: list[_Words] = Field(
        min_length=1,
        description="The parts of the request that this covers, copied exactly as they stand.",
    )
    why: Why
    goal: str = Field(min_length=1, description="What is true when the receiver is done.")
    scope_in: list[str] = Field(default=[], description="What belongs to it: files, systems.")
    scope_out: list[str] = Field(default=[], description="What does not, and who has that.")
    done: list[str] = Field(default=[], description="What of it was done already.")
    remaining: list[str] = Field(default=[], description="What is to be done, in order.")
    decisions: list[str] = []
    assumptions: list[str] = []
    open_questions: list[str] = []
    order: Order = Order()
    facts: list[FactInput] = []
    constraints: Constraints = Constraints()
    rest: Literal["ours", "none"] = Field(
        description=(
            "'ours': a part of the request stays with you or goes to another sibling; go on."
            " 'none': nothing is left for you; the run ends with what was handed off."
        )
    )


class HandOff:
    """Hand over the part of the request that is a sibling's work; a split is several calls.

    The receiver starts from the packet alone: name files and lines, what is known, what is not. It
    takes at most 4 KiB. One packet a receiver. Say rest "ours" while a part is left for you or for
    another sibling, and "none" with the last call where nothing is yours: then no file may differ
    from the base. After a split your own part ends in Report, as ever.
    """

    name = "HandOff"
    Input = HandOffInput
    parallel = False

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self, call: str, values: HandOffInput, context: ToolContext) -> ToolResult:
        """Make and journal the packet, or say what is wrong with it."""
        # A call that is made again after a crash has left its packet in the journal.
        packet = self._desk.handoffs.get(call)
        if packet is None:
            check_words(values, self._desk.survey.scan)
            packet = blanked(self._packet(values, context), context.redactor)
            context.append(HandedOff, call=call, packet=packet)
            self._desk.handoffs[call] = packet
        if values.rest == "none":
            self._desk.ending = Ending("handoff", why=_whose(list(self._desk.handoffs.values())))
        return text_result(call, self.name, _told(packet, values.rest))

    def _packet(self, values: HandOffInput, context: ToolContext) -> Packet:
        """The packet; raises ToolError with all that is wrong with it."""
        problems = self._receiver_problems(values.receiver)
        text = self._desk.request.text
        spans = spans_of(values.words, text)
        if isinstance(spans, str):
            problems.append(
                f"the request does not hold {spans!r} (each place counts once): copy words exactly"
                f" from it: {text!r}"
            )
        proposal = write_trees(context.run_folder, context.worktree)
        if values.rest == "none" and proposal.tree != context.worktree.trees.hash("base"):
            problems.append(
                "files were changed, and a hand-off of everything changes none: take the edits back"
                ' first, or say rest "ours" and Report what you did'
            )
        evidence = Evidence.of_run(context.run_folder)
        facts, dangling = _facts(values, evidence, self._desk.survey.finding)
        placed = [] if isinstance(spans, str) else spans
        packet = fitted(self._filled(values, placed, facts, context))
        problems += [*dangling, *_size_problems(packet)]
        if problems:
            raise ToolError("\n".join(problems))
        return packet

    def _receiver_problems(self, name: str) -> list[str]:
        roster = self._roster()
        if name not in roster:
            closest = difflib.get_close_matches(name, roster, n=1, cutoff=0.0)[0]
            known = "\n".join(f"- {one.name}: {one.territory}" for one in roster.values())
            return [f"there is no sibling {name!r} (closest: {closest}); they are:\n{known}"]
        if any(one.receiver == name for one in self._desk.handoffs.values()):
            return [f"{name} has a packet already: one packet a receiver, with all its work"]
        return []

    def _roster(self) -> dict[str, Sibling]:
        """Who can be handed work here, the optional ones too, by name."""
        settings = self._desk.survey.settings
        shipped = [one for one in siblings() if one.name not in settings.roster.leave_out]
        return {one.name: one for one in (*shipped, *roster_of(settings))}

    def _filled(
        self, values: HandOffInput, spans: list[Span], facts: list[Fact], context: ToolContext
    ) -> Packet:
        number = len(self._desk.handoffs) + 1
        packet_id = f"{context.run_folder.name}-{number}"
        asked = self._desk.request
        given = values.model_dump(exclude={"receiver", "words", "facts", "rest"})
        return Packet(
            **given,
            packet_id=packet_id,
            task_id=asked.context.task_id,
            context_id=asked.context.parent,
            to=values.receiver,
            to_available=is_installed(
                values.receiver, [Path.home(), context.worktree.repository.root]
            ),
            decision="handoff" if number == 1 and values.rest == "none" else "split",
            request_verbatim=asked.text,
            spans=spans,
            facts=facts,
            trust=Trust(untrusted_text=FOREIGN, injection_seen=bool(self._desk.survey.scan.seen)),
            return_contract=filled("handoff-return.txt", sender=OURS, packet=packet_id).strip(),
        )


def _facts(
    values: HandOffInput, evidence: Evidence, find: Callable[[str], Finding | None]
) -> tuple[list[Fact], list[str]]:
    """The facts with their sentences, judged, and what of their evidence is not there."""
    record = OfTheRun(evidence.ledger, find)
    facts: list[Fact] = []
    problems: list[str] = []
    for one in values.facts:
        fact = Fact(claim=one.claim.strip() or "-", evidence=record.pointers(one.evidence))
        found = [problem_of(pointer, evidence) for pointer in fact.evidence]
        problems += [f"the fact {fact.claim!r}: {problem}" for problem in found if problem]
        said = fact.claim if one.claim.strip() else worded(fact, evidence) or "-"
        facts.append(fact.model_copy(update={"claim": said}))
    return judged(facts, evidence), problems


def _size_problems(packet: Packet) -> list[str]:
    taken = size(packet)
    if taken <= MOST_BYTES:
        return []
    names = [one for one in (*HandOffInput.model_fields, "spans") if one in Packet.model_fields]
    own = field_sizes(packet, names)
    return [
        f"the packet takes {taken} bytes, at most {MOST_BYTES} are allowed: cut at least"
        f" {taken - MOST_BYTES} of these, which are yours: {', '.join(own)}"
    ]


def _whose(packets: Sequence[Packet]) -> str:
    """Why the run ends with packets alone, with each receiver named once."""
    if len(packets) > 1:
        return f"the work of {' and of '.join(one.receiver for one in packets)}"
    (packet,) = packets
    rule = packet.why.rule
    return rule if packet.receiver in rule else f"the work of {packet.receiver}: {rule}"


def _told(packet: Packet, rest: str) -> str:
    done = "the run goes on with the rest" if rest == "ours" else "the run ends here"
    unverified = [f"- {fact.claim!r}" for fact in packet.facts if not fact.verified]
    listed = ["these facts go out as unverified:", *unverified] if unverified else []
    return "\n".join([f"handed to {packet.receiver}; {done}", *listed])
