"""Our loop beside the SDK's tool runner and pydantic-ai, on one scripted server, in turns.

Each contestant gets the same turns from a server of its own in another process. CPU is of the loop
alone, after imports: the process's own, and its children's apart. The gap is what the server sees
between its reply and the next request. Memory is the process's own peak.

    python benchmarks/bench_loop.py [--pydantic-ai PYTHON] [--turns N] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from figures import Figure, show, skipped
from generated_repo import generate
from measuring import CommandFailedError, Spread, spread

TURNS = 50
TOOLS = ("Read", "Bash")
ROUNDS = 5
PEAK_MIB = 90.0
_HERE = Path(__file__).resolve().parent
_PRUNE = {"ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"}


@dataclass(frozen=True, slots=True)
class Taken:
    """One contestant's run: milliseconds of CPU a request, gaps in milliseconds, peaks in MiB."""

    own: float
    children: float
    gap: float
    calm_gap: float
    peak_loop: float
    peak: float
    requests: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Contestant:
    """A script beside this one, the Python that runs it, and the tool that it is asked to call."""

    name: str
    script: str
    python: str
    tool: str

    def run(self, repo: Path, state: Path, turns: int) -> Taken:
        """Run once, on a server of its own; raises CommandFailedError where a call was lost."""
        words = [sys.executable, "-S", str(_HERE / "loop_server.py")]
        words += ["--turns", str(turns), "--tool", self.tool]
        server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
            told = self._measured(repo, _environment(url, state))
            with urllib.request.urlopen(f"{url}/record") as answer:
                record = json.load(answer)
        finally:
            server.terminate()
            server.wait()
        if record["results"] != turns:
            raise CommandFailedError(f"{self.name}: {record['results']} of {turns} calls were good")
        return _taken(told, record)

    def _measured(self, repo: Path, environment: Mapping[str, str]) -> dict[str, float]:
        done = subprocess.run(
            [self.python, str(_HERE / self.script)],
            cwd=repo, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise CommandFailedError(f"{self.name}: {done.stderr.strip()[-300:]}")
        return json.loads(done.stdout.splitlines()[-1])


def contestants(pydantic_ai: str | None = None, tools: Sequence[str] = TOOLS) -> list[Contestant]:
    """Who takes part; pydantic-ai where a Python that has it is given."""
    named = [
        ("ours", "loop_ours.py", sys.executable),
        ("tool_runner", "loop_tool_runner.py", sys.executable),
    ]
    if pydantic_ai:
        named.append(("pydantic-ai", "loop_pydantic_ai.py", pydantic_ai))
    return [Contestant(*one, tool) for tool in tools for one in named]


def measure(
    rounds: int, turns: int, pydantic_ai: str | None = None, tools: Sequence[str] = TOOLS
) -> dict[tuple[str, str], list[Taken]]:
    """All runs by contestant and tool, taken in turns."""
    parts = contestants(pydantic_ai, tools)
    taken: dict[tuple[str, str], list[Taken]] = {(one.name, one.tool): [] for one in parts}
    with tempfile.TemporaryDirectory(prefix="bench-loop-") as folder:
        repo, state = Path(folder) / "repo", Path(folder) / "state"
        generate(repo)
        for number in range(rounds):
            for one in parts:
                taken[one.name, one.tool].append(one.run(repo, state, turns))
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return taken


def figures(
    rounds: int = ROUNDS, turns: int = TURNS, pydantic_ai: str | None = None
) -> list[Figure]:
    """The comparison as figures; the load of the machine stands with them."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    made = figures_of(measure(rounds, turns, pydantic_ai), turns)
    return [*made, Figure("machine load at the start (1, 5, 15 min)", "", load, None)]


def figures_of(taken: Mapping[tuple[str, str], Sequence[Taken]], turns: int) -> list[Figure]:
    """The figures of runs that were taken."""
    made = [cpu_of(taken, tool, turns) for tool in dict.fromkeys(tool for _, tool in taken)]
    made.append(peak_of(taken))
    made += [_row(name, runs) for name, runs in taken.items()]
    if all(name != "pydantic-ai" for name, _ in taken):
        made.append(skipped("beside pydantic-ai", "<= 0.5 times", "no Python that has it is given"))
    return made


def cpu_of(taken: Mapping[tuple[str, str], Sequence[Taken]], tool: str, turns: int) -> Figure:
    """Our own CPU beside the others', and whether both ratios are held."""
    ours = _own(taken["ours", tool]).median
    runner = ours / _own(taken["tool_runner", tool]).median
    said, held = f"{runner:.2f} times tool_runner's", runner <= 1
    if others := taken.get(("pydantic-ai", tool)):
        ratio = ours / _own(others).median
        said, held = f"{said}, {ratio:.2f} times pydantic-ai's", held and ratio <= 0.5
    return Figure(
        f"own CPU of a turn, journal included, {turns} turns of {tool}",
        "<= 1 times tool_runner's, <= 0.5 times pydantic-ai's",
        said,
        held,
    )


def peak_of(taken: Mapping[tuple[str, str], Sequence[Taken]]) -> Figure:
    """The most memory of any of our loops, and whether it is held."""
    runs = [run for (name, _), many in taken.items() if name == "ours" for run in many]
    loop, whole = spread([run.peak_loop for run in runs]), spread([run.peak for run in runs])
    said = f"{loop} MiB; to the end of the run, report and check included, {whole} MiB"
    return Figure("peak memory of our loop", f"<= {PEAK_MIB:g} MiB", said, loop.most <= PEAK_MIB)


def _row(name: tuple[str, str], runs: Sequence[Taken]) -> Figure:
    children = spread([run.children for run in runs])
    gap, calm = spread([run.gap for run in runs]), spread([run.calm_gap for run in runs])
    peak = spread([run.peak_loop for run in runs])
    said = (
        f"CPU a turn {_own(runs)} ms own, {children} ms children; gap median {gap} ms, "
        f"p10 {calm} ms; peak {peak} MiB"
    )
    return Figure(f"loop: {name[0]}, {name[1]}", "", said, None)


def _own(runs: Sequence[Taken]) -> Spread:
    return spread([run.own for run in runs])


def _taken(told: Mapping[str, float], record: dict[str, Any]) -> Taken:
    count = len(record["requests"])
    gaps = sorted(1000 * gap for gap in record["gaps"])
    return Taken(
        own=1000 * told["own"] / count,
        children=1000 * told["children"] / count,
        gap=statistics.median(gaps),
        calm_gap=gaps[len(gaps) // 10],
        peak_loop=told["peak_loop"] / 1024,
        peak=told["peak"] / 1024,
        requests=record["requests"],
    )


def _environment(url: str, state: Path) -> dict[str, str]:
    """This process's own, with the endpoint on loopback and no key that is anybody's."""
    kept = {name: value for name, value in os.environ.items() if name not in _PRUNE}
    return {
        **kept,
        "ANTHROPIC_BASE_URL": url,
        "ANTHROPIC_API_KEY": "on-loopback",
        "XDG_STATE_HOME": str(state),
        "XDG_CACHE_HOME": str(state / "cache"),
    }


def main(arguments: list[str]) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description="Loops beside each other.")
    parser.add_argument("--pydantic-ai", help="a Python that has pydantic-ai-slim[anthropic]")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args(arguments)
    return show(figures(given.rounds, given.turns, given.pydantic_ai))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
