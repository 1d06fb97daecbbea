"""Score the questions of `clarify` on two strangers' requests: `score_strangers.py [HALF ...]`.

Each line of strangers.jsonl names the gates that its text answers, with the words that do, and
those (`whole`) that a careful planner would not ask about again. Prints sums alone, so that the
half called held_out stays unread.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from score_clarify import wilson

from mlops_agent.contracts.gates import OPEN_GATES
from mlops_agent.workflow.asking import clarify

HALVES = ("read", "held_out")
SET = Path(__file__).with_name("strangers.jsonl")


@dataclass(slots=True)
class Figures:
    """How many gates are answered for good, left open, or told of, and what is asked about them."""

    whole: int = 0
    asked_again: int = 0
    open: int = 0
    covered: int = 0
    touched: int = 0
    recognised: int = 0

    def __str__(self) -> str:
        """The figures, one a line."""
        return (
            f"gates asked about although answered  {wilson(self.asked_again, self.whole)}\n"
            f"open gates covered within eight      {wilson(self.covered, self.open)}\n"
            f"gates recognised as touched          {wilson(self.recognised, self.touched)}"
        )


def figures(half: str) -> Figures:
    """The figures of one half."""
    sums = Figures()
    for line in SET.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["half"] != half:
            continue
        found = clarify(row["text"], "guided")
        asked = {gate for one in found.questions for gate in (one.gate, *one.also)}
        known = {one.gate for one in found.answered}
        left = [gate for gate in OPEN_GATES if gate not in row["answered"]]
        sums.whole += len(row["whole"])
        sums.asked_again += len(asked.intersection(row["whole"]))
        sums.open += len(left)
        sums.covered += len(asked.intersection(left))
        sums.touched += len(row["answered"])
        sums.recognised += len(known.intersection(row["answered"]))
    return sums


def main(halves: Sequence[str]) -> None:
    """Print the figures of some halves, of both where none is named."""
    for half in halves or HALVES:
        print(f"{half}\n{figures(half)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
