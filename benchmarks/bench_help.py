"""What `mlops-agent --help` costs, beside a bare interpreter and one that imports click.

python benchmarks/bench_help.py
"""

from __future__ import annotations

import sys

from figures import Figure, show
from measuring import COMMAND, cpu, imported, run, take_turns

ROUNDS = 15
LIMIT_SECONDS = 0.2
HEAVY = ("anthropic", "pydantic", "git", "yaml", "jinja2", "rich")


def figures(rounds: int = ROUNDS, limit: float = LIMIT_SECONDS) -> list[Figure]:
    """The CPU of the overview, and what it imports."""
    taken = take_turns(
        {
            "help": lambda: run([COMMAND, "--help"]),
            "click": lambda: run([sys.executable, "-c", "import click"]),
            "pass": lambda: run([sys.executable, "-c", "pass"]),
        },
        rounds,
    )
    ours, click, bare = (cpu(taken[name]) for name in ("help", "click", "pass"))
    loaded = imported(["--help"], HEAVY)
    return [
        Figure(
            "`mlops-agent --help`",
            f"<= {limit} s CPU",
            f"{ours} s; `python -c 'import click'` {click}, `python -c pass` {bare}",
            ours.median <= limit,
        ),
        Figure(
            "imported by `--help`",
            f"none of {', '.join(HEAVY)}",
            ", ".join(sorted(loaded)) or "none",
            not loaded,
        ),
    ]


if __name__ == "__main__":
    sys.exit(show(figures()))
