"""What routing a request costs: in process over the labelled half, and as a command.

python benchmarks/bench_route.py
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from figures import Figure, show
from measuring import COMMAND, Spread, Usage, cpu, imported, run, take_turns

REQUESTS = Path(__file__).parents[1] / "evals" / "routing" / "fit.jsonl"
ROUNDS = 9
LIMIT_MS = 5.0
LIMIT_SECONDS = 0.3
HEAVY = ("anthropic", "numpy", "torch", "git", "jinja2", "mlflow")
TEXT = "Roll the fraud model back to 14 and write the postmortem of last night's outage."
DONE_OR_HANDED_OFF = (0, 3)
WARM = {"PYTHONDONTWRITEBYTECODE": ""}
ONE_MODEL = "import click, pydantic\nclass One(pydantic.BaseModel):\n    x: int"
"""What no command with typed records does without."""


def figures(rounds: int = ROUNDS) -> list[Figure]:
    """Milliseconds a request in process; CPU of the command, and what it imports."""
    with tempfile.TemporaryDirectory(prefix="bench-route-") as folder:
        command, bare, floor = commands(Path(folder), rounds)
        loaded = imported(["route", TEXT], HEAVY, Path(folder))
    ratio, above = command.median / bare.median, command.median - floor.median
    return [
        in_process(),
        Figure(
            "`mlops-agent route TEXT`",
            f"<= {LIMIT_SECONDS} s CPU",
            f"{command} s; `python -c 'import pydantic, click'` {bare}: {ratio:.1f} times; "
            f"{above:.2f} s more than click and one model of pydantic {floor}",
            command.median <= LIMIT_SECONDS,
        ),
        Figure(
            "imported by `route`",
            f"none of {', '.join(HEAVY)}",
            ", ".join(sorted(loaded)) or "none",
            not loaded,
        ),
    ]


def commands(folder: Path, rounds: int) -> tuple[Spread, Spread, Spread]:
    """CPU of the command, of the imports it can't do without, and of those with one record."""

    def timed(*argv: str) -> Callable[[], Usage]:
        return lambda: run(argv, cwd=folder, env=WARM, fine=DONE_OR_HANDED_OFF)

    contestants = {
        "route": timed(COMMAND, "route", TEXT),
        "bare": timed(sys.executable, "-c", "import pydantic, click"),
        "floor": timed(sys.executable, "-c", ONE_MODEL),
    }
    take_turns(contestants, 1)  # Writes the bytecode.
    taken = take_turns(contestants, rounds)
    return cpu(taken["route"]), cpu(taken["bare"]), cpu(taken["floor"])


def in_process() -> Figure:
    """The CPU time of one call of `route_text`, over all labelled requests."""
    from mlops_agent.boundary.routing import route_text

    texts = [json.loads(line)["text"] for line in REQUESTS.read_text().splitlines() if line]
    route_text(texts[0])
    milliseconds: list[float] = []
    for text in texts:
        began = time.process_time()
        route_text(text)
        milliseconds.append(1000 * (time.process_time() - began))
    ranked = sorted(milliseconds)
    median, late = statistics.median(ranked), ranked[int(0.95 * len(ranked))]
    mean = statistics.mean(ranked)
    return Figure(
        "routing a request in process",
        f"<= {LIMIT_MS:g} ms",
        f"mean {mean:.1f} ms, median {median:.1f}, p95 {late:.1f} ({len(texts)} requests)",
        mean <= LIMIT_MS,
    )


if __name__ == "__main__":
    sys.exit(show(figures()))
