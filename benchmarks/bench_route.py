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
ROUNDS = 15
PASSES = 5
"""Over all requests in process, after a first one; of each request the median counts."""
LIMIT_MS = 5.0
LIMIT_SECONDS = 0.3
HEAVY = ("anthropic", "pydantic", "numpy", "torch", "git", "jinja2", "mlflow")
TEXT = "Roll the fraud model back to 14 and write the postmortem of last night's outage."
DONE_OR_HANDED_OFF = (0, 3)
WARM = {"PYTHONDONTWRITEBYTECODE": ""}
ONE_MODEL = "import click, pydantic\nclass One(pydantic.BaseModel):\n    x: int"
"""What a command with checked records does not do without, such as the JSON of a route."""


def figures(rounds: int = ROUNDS) -> list[Figure]:
    """Milliseconds a request in process; CPU of the command, and what it imports."""
    with tempfile.TemporaryDirectory(prefix="bench-route-") as folder:
        taken = commands(Path(folder), rounds)
        loaded = imported(["route", TEXT], HEAVY, Path(folder))
    command, click = taken["text"], taken["click"]
    return [
        in_process(),
        Figure(
            "`mlops-agent route TEXT`",
            f"<= {LIMIT_SECONDS} s CPU",
            f"{command} s; `python -c 'import click'` {click}: "
            f"{command.median / click.median:.1f} times",
            command.median <= LIMIT_SECONDS,
        ),
        Figure(
            "the same with `--format json`",
            "",
            f"{taken['json']} s; `import click` and one model of pydantic {taken['model']}",
            None,
        ),
        Figure(
            "imported by `route`",
            f"none of {', '.join(HEAVY)}",
            ", ".join(sorted(loaded)) or "none",
            not loaded,
        ),
    ]


def commands(folder: Path, rounds: int) -> dict[str, Spread]:
    """CPU of the command as text and as JSON, and of what each can't do without."""

    def timed(*argv: str) -> Callable[[], Usage]:
        return lambda: run(argv, cwd=folder, env=WARM, fine=DONE_OR_HANDED_OFF)

    contestants = {
        "text": timed(COMMAND, "route", TEXT),
        "json": timed(COMMAND, "route", TEXT, "--format", "json"),
        "click": timed(sys.executable, "-c", "import click"),
        "model": timed(sys.executable, "-c", ONE_MODEL),
    }
    take_turns(contestants, 1)  # Writes the bytecode.
    return {name: cpu(runs) for name, runs in take_turns(contestants, rounds).items()}


def in_process() -> Figure:
    """The CPU time of one call of `route_text`, over all labelled requests."""
    texts = [json.loads(line)["text"] for line in REQUESTS.read_text().splitlines() if line]
    routed(texts[:1])
    first = routed(texts)
    passes = [routed(texts) for _ in range(PASSES)]
    ranked = sorted(statistics.median(each) for each in zip(*passes, strict=True))
    median, late = statistics.median(ranked), ranked[int(0.95 * len(ranked))]
    mean = statistics.mean(ranked)
    return Figure(
        "routing a request in process",
        f"<= {LIMIT_MS:g} ms",
        f"mean {mean:.1f} ms, median {median:.1f}, p95 {late:.1f} ({len(texts)} requests); "
        f"mean of the first pass {statistics.mean(first):.1f} ms",
        mean <= LIMIT_MS,
    )


def routed(texts: list[str]) -> list[float]:
    """CPU milliseconds of routing each text."""
    from mlops_agent.boundary.routing import route_text

    milliseconds: list[float] = []
    for text in texts:
        began = time.process_time()
        route_text(text)
        milliseconds.append(1000 * (time.process_time() - began))
    return milliseconds


if __name__ == "__main__":
    sys.exit(show(figures()))
