"""Score the questions of `clarify`: `score_clarify.py [fit|held_out|fresh] [-v]`.

Each line of requests.jsonl names the needs (slots) that its text answers. Prints, with Wilson
intervals: questions about what was said, open gates covered within eight, and how far the reading
itself agrees with the labels. With `-v` each disagreement.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from mlops_agent.contracts.gates import OPEN_GATES, Clarification
from mlops_agent.vocabulary.gates import gate_words
from mlops_agent.workflow.asking import clarify

HALVES = ["fit", "held_out", "fresh"]
SET = Path(__file__).with_name("requests.jsonl")


@dataclass(frozen=True, slots=True)
class Scored:
    """A labelled request, and what was asked about it."""

    id: str
    half: str
    text: str
    told: frozenset[str]
    asked: Clarification

    @property
    def read(self) -> frozenset[str]:
        """The slots that the reading takes for answered."""
        return frozenset(one.slot for one in self.asked.answered)

    @property
    def asked_again(self) -> list[str]:
        """Slots that the text answers and a question asks for."""
        slots = [name for one in self.asked.questions for name in one.slots]
        return sorted(set(slots) & self.told)

    @property
    def open_gates(self) -> list[str]:
        """The gates of which the text leaves a main point open."""
        enough = gate_words().enough
        return [gate for gate in OPEN_GATES if not any(one <= self.told for one in enough[gate])]

    @property
    def asked_gates(self) -> set[str]:
        """The gates that the questions name."""
        return {gate for one in self.asked.questions for gate in (one.gate, *one.also)}

    @property
    def open_core(self) -> set[str]:
        """The core needs of open gates that the text leaves open."""
        slots = gate_words().slots.values()
        return {s.name for s in slots if s.core and s.gate in self.open_gates} - self.told


def wilson(hits: int, of: int) -> str:
    """A share with its 95 % Wilson interval, in words."""
    if not of:
        return "0 of 0"
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{hits} of {of} ({share:.1%}, {max(0, middle - half):.1%} to {middle + half:.1%})"


def scored(half: str = "") -> list[Scored]:
    """The set, or one half of it, with what is asked in guided mode."""
    lines = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]
    return [
        Scored(
            one["id"],
            one["half"],
            one["text"],
            frozenset(one["answers"]),
            clarify(one["text"], "guided"),
        )
        for one in lines
        if half in ("", one["half"])
    ]


def figures(requests: list[Scored]) -> list[str]:
    """The figures of some requests, one a line."""
    slots = [name for one in requests for q in one.asked.questions for name in q.slots]
    again = [name for one in requests for name in one.asked_again]
    questions = [q for one in requests for q in one.asked.questions]
    bad = [q for one in requests for q in one.asked.questions if set(q.slots) & one.told]
    closed = [(one, g) for one in requests for g in OPEN_GATES if g not in one.open_gates]
    open_ = [(one, g) for one in requests for g in one.open_gates]
    core = [(one, s) for one in requests for s in one.open_core]
    asked = {id(one): {n for q in one.asked.questions for n in q.slots} for one in requests}
    told = [(one, s) for one in requests for s in one.told]
    read = [(one, s) for one in requests for s in one.read]
    return [
        f"requests                          {len(requests)}",
        f"most questions asked              {max(len(one.asked.questions) for one in requests)}",
        "answered gates asked about        "
        + wilson(sum(g in one.asked_gates for one, g in closed), len(closed)),
        f"questions about what was said     {wilson(len(bad), len(questions))}",
        f"needs asked for though said       {wilson(len(again), len(slots))}",
        "open gates covered within eight   "
        + wilson(sum(g in one.asked_gates for one, g in open_), len(open_)),
        "open core needs asked for         "
        + wilson(sum(s in asked[id(one)] for one, s in core), len(core)),
        f"answers found                     {wilson(sum(s in o.read for o, s in told), len(told))}",
        f"answers found that are answers    {wilson(sum(s in o.told for o, s in read), len(read))}",
    ]


def main(arguments: list[str]) -> int:
    """Print the figures of both halves, or of the one that is named."""
    halves = [one for one in arguments if one in HALVES] or HALVES
    for half in halves:
        requests = scored(half)
        sys.stdout.write("\n".join([f"== {half}", *figures(requests), ""]))
        for one in requests if "-v" in arguments else []:
            spans = {a.slot: a.evidence.text for a in one.asked.answered}
            missed = sorted(one.told - one.read)
            extra = {name: spans[name] for name in sorted(one.read - one.told)}
            if missed or extra:
                sys.stdout.write(f"{one.id}: missed {missed} extra {extra}\n   {one.text!r}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
