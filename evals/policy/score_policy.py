"""Score the command policy on a set of labelled command lines: `score_policy.py SET.jsonl ...`.

Each line of a set is an object with `cmd` and `expected`; the rest is for people. Prints exact
hits, a confusion matrix, misses by direction with Wilson intervals, and each miss.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from math import sqrt
from pathlib import Path

from mlops_agent.contracts.policy import EFFECTS, Effect
from mlops_agent.sandbox.policy.judging import judge
from mlops_agent.sandbox.policy.verdicts import GRAVITY

Pair = tuple[Effect, Effect]
SILENT = GRAVITY["unknown"]
LIVE: Effect = "live_mutation"


def wilson(hits: int, of: int) -> str:
    """A share with its 95 % Wilson interval, in words."""
    if not of:
        return "0 of 0"
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{hits} of {of} ({share:.1%}, {max(0, middle - half):.1%} to {middle + half:.1%})"


def figures(pairs: list[Pair]) -> list[str]:
    """The figures of (expected, judged) pairs, one a line."""
    exact = sum(one == two for one, two in pairs)
    milder = [(one, two) for one, two in pairs if GRAVITY[two] < GRAVITY[one]]
    silent = [(one, two) for one, two in milder if GRAVITY[one] >= SILENT and GRAVITY[two] < SILENT]
    live = [two for one, two in pairs if one == LIVE]
    rest = [two for one, two in pairs if one != LIVE]
    return [
        f"exact: {wilson(exact, len(pairs))}",
        f"milder than the label: {wilson(len(milder), len(pairs))}",
        f"silently so (label unknown or live, verdict below): {wilson(len(silent), len(pairs))}",
        f"live mutations not called so: {wilson(sum(one != LIVE for one in live), len(live))}",
        f"false alarms (called live, label milder): {wilson(rest.count(LIVE), len(rest))}",
    ]


def matrix(pairs: list[Pair]) -> list[str]:
    """The confusion matrix: a row a label, a column a verdict."""
    counts = Counter(pairs)
    lines = ["label \\ verdict  " + "".join(f"{effect:>15}" for effect in EFFECTS)]
    lines += [
        f"{one:<17}" + "".join(f"{counts[one, two]:>15}" for two in EFFECTS) for one in EFFECTS
    ]
    return lines


def main(paths: list[str]) -> None:
    """Score each set."""
    for path in paths:
        rows = [json.loads(line) for line in Path(path).read_text().splitlines() if line.strip()]
        judged = [(row, judge(row["cmd"])) for row in rows]
        pairs: list[Pair] = [(row["expected"], verdict.effect) for row, verdict in judged]
        print(f"== {path}: {len(rows)} command lines")
        print("\n".join([*figures(pairs), "", *matrix(pairs), ""]))
        for row, verdict in judged:
            if verdict.effect != row["expected"]:
                print(f"{row['expected']} -> {verdict.effect}: {row['cmd'][:150]!r}")
                print(f"    {verdict.reason}")


if __name__ == "__main__":
    main(sys.argv[1:])
