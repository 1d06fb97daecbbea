"""Strict replay beside Inspect: samples a second on the same transcript, contestants in turns.

    python benchmarks/replay_speed.py [--inspect PYTHON] [--samples 40] [--rounds 3] [--shell]

`--inspect` is a Python that has inspect_ai and anthropic. `--shell` puts two Bash calls into the
transcript. Ours plays with two workers, Inspect with sixteen samples at a time in its one process.
Exit code 1 when the figure is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import replay_transcript
from figures import Figure, show
from measuring import run, spread

HERE = Path(__file__).resolve().parent
TARGET = 15
JOBS = 2
CONCURRENCY = 16


@dataclass(frozen=True, slots=True)
class Played:
    """Samples a second, and CPU seconds a sample."""

    rate: float
    cpu: float


def main(arguments: list[str]) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description="Strict replay beside Inspect.")
    parser.add_argument("--inspect", help="a Python that has inspect_ai and anthropic")
    parser.add_argument("--samples", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shell", action="store_true", help="with two Bash calls")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-replay-") as name:
        return show(measure(Path(name), given))


def measure(folder: Path, given: argparse.Namespace) -> list[Figure]:
    """Play the transcript in turns and put the figures together."""
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    transcript = replay_transcript.make(folder, shell=given.shell)
    calls = folder / "calls.json"
    calls.write_text(
        json.dumps(
            {
                "asked": (HERE / "replay_transcript.py").read_text(),
                "calls": replay_transcript.calls(given.shell),
                "files": replay_transcript.FILES,
            }
        )
    )
    ours = [sys.executable, str(HERE / "replay_ours.py"), str(transcript), str(given.samples)]
    theirs = [given.inspect, str(HERE / "replay_inspect.py"), str(calls), str(given.samples)]
    taken: dict[str, list[Played]] = {"ours": [], "inspect": []}
    for _ in range(given.rounds):
        taken["ours"].append(_played([*ours, str(JOBS)]))
        if given.inspect:
            taken["inspect"].append(_played([*theirs, str(CONCURRENCY)]))
    return _figures(taken, given)


def _played(argv: list[str]) -> Played:
    told = json.loads(run(argv).output.splitlines()[-1])
    assert told["right"] == 1.0, told
    return Played(told["samples"] / told["wall"], told["cpu"] / told["samples"])


def _figures(taken: dict[str, list[Played]], given: argparse.Namespace) -> list[Figure]:
    what = f"replay of {len(replay_transcript.CALLS)} turns" + (", two Bash" if given.shell else "")
    found = [
        Figure(
            f"{what}: {name}",
            "",
            f"{spread([one.rate for one in played])} samples a second, "
            f"{spread([one.cpu for one in played])} s CPU a sample",
            None,
        )
        for name, played in taken.items()
        if played
    ]
    if not given.inspect:
        return found
    ratios = [
        one.rate / other.rate for one, other in zip(taken["ours"], taken["inspect"], strict=True)
    ]
    ratio, target = spread(ratios), f">= {TARGET} times Inspect's samples a second"
    held = ratio.median >= TARGET
    return [Figure(what, target, f"{ratio} times", held), *found]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
