"""Measures every figure of docs/benchmarks.md and prints one Markdown table, progress on stderr.

What this machine lacks (ripgrep, a checkout) is said in the table and left out. Exit code 1 when a
figure is missed.

    python benchmarks/run_all.py [--corpus CHECKOUTS] [--pipelines CHECKOUT]
        [--pydantic-ai PYTHON]
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import bench_checker
import bench_corpus
import bench_help
import bench_hundred
import bench_loop
import bench_pipelines
import bench_redaction
import bench_route
import bench_run
import cache_layout
import first_message
import sandbox_overhead
from figures import Figure, show


def main(arguments: list[str]) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description="Measure every figure of docs/benchmarks.md.")
    parser.add_argument("--corpus", type=Path, help="folder of checkouts, OWNER__NAME each")
    parser.add_argument("--pipelines", type=Path, help="checkout of kubeflow/pipelines")
    parser.add_argument("--pydantic-ai", help="a Python that has pydantic-ai-slim[anthropic]")
    given = parser.parse_args(arguments)
    print(
        f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores, "
        f"{bench_pipelines.ripgrep_version()}\n"
    )
    parts: dict[str, Callable[[], list[Figure]]] = {
        "help": bench_help.figures,
        "map of 100 files": bench_hundred.figures,
        "monorepo": lambda: bench_pipelines.figures(given.pipelines),
        "report checker": checker_figures,
        "corpus": lambda: bench_corpus.figures(given.corpus),
        "run": bench_run.figures,
        "sandbox": sandbox_overhead.figures,
        "redaction": lambda: bench_redaction.figures(given.corpus),
        "route": bench_route.figures,
        "loop": lambda: bench_loop.figures(pydantic_ai=given.pydantic_ai),
        "cache layout": cache_layout.figures,
        "first message": lambda: first_message.figures(given.corpus),
    }
    found: list[Figure] = []
    for name, measure in parts.items():
        print(f"measuring: {name}", file=sys.stderr)
        found += measure()
    return show(found)


def checker_figures() -> list[Figure]:
    """What bench_checker.py finds: a figure for each group of false and of true reports."""
    with tempfile.TemporaryDirectory(prefix="bench-checker-") as folder:
        rows = list(bench_checker.measure(Path(folder)))
    made: list[Figure] = []
    for group in dict.fromkeys(row.group for row in rows):
        mine = [row for row in rows if row.group == group]
        right = sum(row.right for row in mine)
        done = "accepted" if group == "true report" else "caught"
        figure = Figure(
            f"report checker: {group}",
            f"all {done}",
            f"{right} of {len(mine)} {done}",
            right == len(mine),
        )
        made.append(figure)
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
