"""What routing a request costs: in process over the labelled half, and as a command.

python benchmarks/bench_route.py
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from figures import Figure, show
from measuring import COMMAND, cpu, imported, run, take_turns

REQUESTS = Path(__file__).parents[1] / "evals" / "routing" / "fit.jsonl"
ROUNDS = 9
LIMIT_MS = 5.0
LIMIT_SECONDS = 0.3
HEAVY = ("anthropic", "numpy", "torch", "git", "jinja2", "mlflow")
TEXT = "Roll the fraud model back to 14 and write the postmortem of last night's outage."
DONE_OR_HANDED_OFF = (0, 3)


def figures(rounds: int = ROUNDS) -> list[Figure]:
    """Milliseconds a request in process; CPU of the command, and what it imports."""
    taken = take_turns(
        {
            "route": lambda: run([COMMAND, "route", TEXT], fine=DONE_OR_HANDED_OFF),
            "pydantic": lambda: run([sys.executable, "-c", "import pydantic.main, click"]),
        },
        rounds,
    )
    ours, bare = cpu(taken["route"]), cpu(taken["pydantic"])
    loaded = imported(["route", TEXT], HEAVY)
    return [
        in_process(),
        Figure(
            "`mlops-agent route TEXT`",
            f"<= {LIMIT_SECONDS} s CPU",
            f"{ours} s; `python -c 'import pydantic.main, click'` {bare}",
            ours.median <= LIMIT_SECONDS,
        ),
        Figure(
            "imported by `route`",
            f"none of {', '.join(HEAVY)}",
            ", ".join(sorted(loaded)) or "none",
            not loaded,
        ),
    ]


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
    return Figure(
        "routing a request in process",
        f"<= {LIMIT_MS:g} ms",
        f"median {median:.1f} ms, p95 {late:.1f} ms ({len(texts)} requests)",
        median <= LIMIT_MS,
    )


if __name__ == "__main__":
    sys.exit(show(figures()))
