"""What the endpoint's cache would serve of a run's requests, and what that saves: arithmetic.

The requests are real, those of our loop on the scripted server; prices and the cache's rules are
the published ones (a prefix that was sent before is read at a tenth of the price, what is new up to
the breakpoint is written at 1.25 times). No endpoint was asked, and no tokenizer is at hand:
tokens are characters of the request's JSON divided by three.

    python benchmarks/cache_layout.py [--turns N]
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_loop import contestants
from figures import Figure, show
from generated_repo import generate

TURNS = 50
CHARACTERS_A_TOKEN = 3.0
READ = 0.1
WRITTEN = 1.25
BREAKS_EVERY = 10
Pieces = list[str]


@dataclass(frozen=True, slots=True)
class Share:
    """Tokens over all requests: read from the cache, written to it, and neither."""

    read: float
    written: float
    plain: float

    @property
    def total(self) -> float:
        """All input tokens."""
        return self.read + self.written + self.plain

    @property
    def cost(self) -> float:
        """The price of the input, as a share of what it is without a cache."""
        return (READ * self.read + WRITTEN * self.written + self.plain) / self.total


def requests(turns: int) -> list[dict[str, Any]]:
    """The bodies that our loop sends for so many reading turns."""
    (ours, *_) = contestants()
    with tempfile.TemporaryDirectory(prefix="cache-layout-") as folder:
        repo = Path(folder) / "repo"
        generate(repo)
        return ours.run(repo, Path(folder) / "state", turns).requests


def pieces(body: dict[str, Any]) -> Pieces:
    """A request in the order that the cache sees it: tools, system text, messages."""
    parts = [*body["tools"], body["system"], *body["messages"]]
    return [json.dumps(part, ensure_ascii=False) for part in parts]


def common(before: Pieces, now: Pieces) -> int:
    """How many leading pieces are the same to the byte."""
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(before, now, strict=False))
    return sum(1 for _ in same)


def moving(bodies: Sequence[Pieces], broken_every: int = 0) -> Share:
    """A breakpoint at the end of each request; the cache may be lost every so many turns."""
    read = written = 0.0
    before: Pieces = []
    for number, now in enumerate(bodies):
        lost = broken_every and number % broken_every == 0
        served = 0 if lost else common(before, now)
        read += tokens(now[:served])
        written += tokens(now[served:])
        before = now
    return Share(read, written, 0.0)


def prefix_only(bodies: Sequence[Pieces], count: int) -> Share:
    """A breakpoint after the first `count` pieces, tools and system text, and nowhere else."""
    head = tokens(bodies[0][:count])
    total = sum(tokens(now) for now in bodies)
    return Share(head * (len(bodies) - 1), head, total - head * len(bodies))


def tokens(text: Sequence[str]) -> float:
    """The estimate."""
    return sum(len(one) for one in text) / CHARACTERS_A_TOKEN


def figures(turns: int = TURNS) -> list[Figure]:
    """The shares and costs of a run of so many turns."""
    return figures_of(requests(turns), turns)


def figures_of(sent: list[dict[str, Any]], turns: int) -> list[Figure]:
    """The same of requests that were recorded, and whether each of them extends the last."""
    bodies = [pieces(body) for body in sent]
    extended = sum(common(a, b) == len(a) for a, b in itertools.pairwise(bodies))
    frozen = len(sent[0]["tools"]) + 1
    moved = moving(bodies)
    ways = {
        "breakpoint that moves with the tail": moved,
        f"the same, lost every {BREAKS_EVERY} turns": moving(bodies, BREAKS_EVERY),
        "breakpoint after tools and system text only": prefix_only(bodies, frozen),
    }
    held = all(body.get("cache_control") == {"type": "ephemeral"} for body in sent)
    return [
        Figure(
            f"requests that extend the one before to the byte, {turns} turns",
            f"{turns} of {turns}",
            f"{extended} of {turns}; cache control asked for in {'all' if held else 'not all'}",
            extended == turns and held,
        ),
        *(
            Figure(
                f"cache (arithmetic): {name}",
                "",
                f"{100 * share.read / share.total:.1f} % of the input read from the cache; "
                f"input costs {share.cost:.2f} of what it costs without",
                None,
            )
            for name, share in ways.items()
        ),
        Figure(
            "input of the whole run (estimate)",
            "",
            f"{moved.total:,.0f} tokens in {len(bodies)} requests, "
            f"the first {tokens(bodies[0]):,.0f}, the last {tokens(bodies[-1]):,.0f}",
            None,
        ),
    ]


def main(arguments: list[str]) -> int:
    """Compute, print, and return the exit code."""
    parser = argparse.ArgumentParser(description="What the endpoint's cache would serve.")
    parser.add_argument("--turns", type=int, default=TURNS)
    return show(figures(parser.parse_args(arguments).turns))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
