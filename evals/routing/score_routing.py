"""Score `route` on labelled requests: `score_routing.py FILE.jsonl [--json] [--misses]`.

Strict means that the decision and the set of targets are the label's. Shares come with 95 % Wilson
intervals. `--misses` lists the requests that miss; a file called held_out is never listed,
since a set whose misses were read is held out no longer.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from labelled import Judged, judge, load
from wilson import Share, share

from mlops_agent.contracts.handoff import OURS
from mlops_agent.contracts.routing import DECISIONS

HELD_OUT = "held_out"
_BINS = (0.0, 0.5, 0.7, 0.85, 0.95, 1.01)
_NOT_OURS = ("handoff", "split", "decline")


def main(arguments: Sequence[str]) -> int:
    """Score one file and print it."""
    parser = argparse.ArgumentParser(description="Score `route` on labelled requests.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    parser.add_argument("--misses", action="store_true", help="list the requests that miss")
    given = parser.parse_args(arguments)
    if given.misses and given.file.name.startswith(HELD_OUT):
        parser.error(f"misses of {given.file.name} aren't listed: it would be held out no longer")
    judged = judge(load(given.file))
    if given.json:
        shares = {name: one.plain() for name, one in figures(judged).items()}
        print(json.dumps({"requests": len(judged), "figures": shares}, indent=1))
        return 0
    print(f"{given.file}: {len(judged)} requests\n")
    for name, one in figures(judged).items():
        print(f"{name:<44} {one}")
    print("\n".join(["", *matrix(_decisions(judged)), "", *matrix(_owners(judged))]))
    if given.misses:
        print("\n".join(["", *misses(judged)]))
    return 0


def figures(judged: Sequence[Judged]) -> dict[str, Share]:
    """Every figure by its name."""
    found = {"strict": _strict(judged)}
    for decision in DECISIONS:
        truly = [one for one in judged if one.label.decision == decision]
        said = [one for one in judged if one.routing.decision == decision]
        found[f"{decision}: found (recall)"] = _hits(truly, _same)
        found[f"{decision}: rightly said (precision)"] = _hits(said, _same)
        found[f"{decision}: strict"] = _strict(truly)
    foreign = [one for one in judged if is_foreign(one)]
    found["wrongly accepted, of what is not ours"] = _hits(foreign, takes)
    named = [one for one in judged if one.label.first]
    found["first, where the label names it"] = _hits(
        named, lambda one: one.routing.first == one.label.first
    )
    found["traps: strict"] = _strict([one for one in judged if one.label.trap])
    found["no traps: strict"] = _strict([one for one in judged if not one.label.trap])
    found |= _by("style", judged, lambda one: one.label.style)
    found |= _by("trap", judged, lambda one: one.label.trap)
    found |= _by("language", judged, lambda one: one.label.lang)
    return found | _calibration(judged)


def is_foreign(one: Judged) -> bool:
    """Whether no part of the request is ours; a vague one could be."""
    return one.label.decision in _NOT_OURS and OURS not in one.label.targets


def takes(one: Judged) -> bool:
    """Whether we take some of the request."""
    return OURS in one.routing.targets


def _same(one: Judged) -> bool:
    return one.routing.decision == one.label.decision


def _strict(judged: Sequence[Judged]) -> Share:
    return _hits(judged, lambda one: one.strict)


def _hits(judged: Sequence[Judged], right: Callable[[Judged], bool]) -> Share:
    return share(sum(right(one) for one in judged), len(judged))


def _by(name: str, judged: Sequence[Judged], kind: Callable[[Judged], str]) -> dict[str, Share]:
    kinds = sorted({kind(one) for one in judged if kind(one)})
    return {f"{name} {one}": _strict([j for j in judged if kind(j) == one]) for one in kinds}


def _calibration(judged: Sequence[Judged]) -> dict[str, Share]:
    """How often a request with one owner is right, by the confidence of its surest ask."""
    found: dict[str, Share] = {}
    for least, most in itertools.pairwise(_BINS):
        within = [
            one
            for one in judged
            if one.routing.decision in ("accept", "handoff")
            and least <= max(ask.confidence for ask in one.routing.asks) < most
        ]
        found[f"confidence {least:.2f} to {min(most, 1):.2f}: strict"] = _strict(within)
    return found


def _decisions(judged: Sequence[Judged]) -> list[tuple[str, str]]:
    return [(one.label.decision, one.routing.decision) for one in judged]


def _owners(judged: Sequence[Judged]) -> list[tuple[str, str]]:
    """Label and finding of what has a single owner or none."""
    return [
        (_owner(one.label.targets), _owner(one.routing.targets))
        for one in judged
        if len(one.label.targets) < 2
    ]


def _owner(targets: Sequence[str]) -> str:
    return "+several" if len(targets) > 1 else next(iter(targets), "-")


def matrix(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """A confusion matrix: a row a label, a column a finding."""
    counts = Counter(pairs)
    names = sorted({one for pair in counts for one in pair})
    head = "label \\ found".ljust(26) + "".join(f"{name[:10]:>11}" for name in names)
    return [
        head,
        *(
            f"{row:<26}" + "".join(f"{counts[row, column] or '.':>11}" for column in names)
            for row in names
        ),
    ]


def misses(judged: Sequence[Judged]) -> list[str]:
    """Each miss: what it is, what was found, the text, and why."""
    lines: list[str] = []
    for one in judged:
        if one.strict:
            continue
        label, routing = one.label, one.routing
        lines.append(
            f"{label.id} [{label.style} {label.trap} {label.lang}] "
            f"{label.decision} {','.join(label.targets)} -> "
            f"{routing.decision} {','.join(routing.targets)}"
        )
        lines.append(f"    {label.text!r}")
        lines += [
            f"      - {ask.owner or ask.decision} {ask.confidence}: {ask.text[:90]!r}: {ask.why}"
            for ask in routing.asks
        ]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
