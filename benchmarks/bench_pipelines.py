"""What `mlops-agent map` costs on a large monorepo, beside ripgrep looking for the same words.

Made for a checkout of kubeflow/pipelines. Ripgrep lists the files that hold a marker of the
vocabulary (`rg -l`, which stops at the first in a file), in all files that git would list, hidden
ones included. Map lists the same files, reads those of formats that it knows outside of tests,
documentation and examples, and parses those that hold a marker. As a second yardstick ripgrep
prints every place of every marker, which is nearer to what a map has to know.

    python benchmarks/bench_pipelines.py CHECKOUT
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_hundred import map_cold, map_warm
from figures import Figure, show, skipped
from measuring import Usage, cpu, run, spread, take_turns

from mlops_agent.vocabulary.loader import frameworks

ROUNDS = 7
RATIO = 15
PEAK_MIB = 300
_NAME = "`map` of a monorepo, empty cache"
_FILES = ("--hidden", "--glob", "!.git")


def figures(checkout: Path | None, rounds: int = ROUNDS, ratio: float = RATIO) -> list[Figure]:
    """Cold and warm map against ripgrep in CPU, and the peak memory of the cold one."""
    target = f"<= {ratio:g} times `rg -l`"
    if checkout is None or not checkout.is_dir():
        return [skipped(_NAME, target, "no checkout given")]
    if shutil.which("rg") is None:
        return [skipped(_NAME, target, "ripgrep is not installed")]
    with tempfile.TemporaryDirectory(prefix="bench-pipelines-") as folder:
        taken = _measure(checkout.resolve(), Path(folder), rounds)
    return _judged(taken, ratio)


def _measure(checkout: Path, folder: Path, rounds: int) -> dict[str, list[Usage]]:
    cache, markers = folder / "cache", folder / "markers"
    words = {marker for framework in frameworks() for marker in framework.markers}
    markers.write_text("".join(f"{word}\n" for word in sorted(words)), encoding="utf-8")
    search = ["-F", "-f", str(markers), *_FILES, "."]
    return take_turns(
        {
            "files": lambda: run(["rg", "-l", *search], cwd=checkout),
            "places": lambda: run(["rg", "-n", "-o", *search], cwd=checkout),
            "cold": lambda: map_cold(checkout, cache),
            "warm": lambda: map_warm(checkout, cache),
        },
        rounds,
    )


def _judged(taken: dict[str, list[Usage]], ratio: float) -> list[Figure]:
    files, places, cold, warm = (cpu(taken[n]) for n in ("files", "places", "cold", "warm"))
    peak = spread([one.peak_mib for one in taken["cold"]]).most
    repo = json.loads(taken["cold"][0].output)["repo"]
    about = f"{repo['files']} files, {repo['read']} read"
    return [
        Figure(
            f"{_NAME} ({about})",
            f"<= {ratio:g} times `rg -l`",
            f"{cold.median / files.median:.1f} times: {cold} s to {files} s",
            cold.median <= ratio * files.median,
        ),
        Figure(
            "the same beside `rg -n -o`",
            "",
            f"{cold.median / places.median:.1f} times: {cold} s to {places} s",
            None,
        ),
        Figure(
            "`map` of a monorepo, full cache",
            "",
            f"{warm.median / files.median:.1f} times `rg -l`: {warm} s",
            None,
        ),
        Figure(
            "peak memory of the cold map", f"<= {PEAK_MIB} MiB", f"{peak:.0f} MiB", peak <= PEAK_MIB
        ),
    ]


def ripgrep_version() -> str:
    """The first line of `rg --version`, or that there is none."""
    if shutil.which("rg") is None:
        return "no ripgrep"
    done = subprocess.run(["rg", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[0]


if __name__ == "__main__":
    print(f"{ripgrep_version()}\n")
    sys.exit(show(figures(Path(sys.argv[1]) if len(sys.argv) > 1 else None)))
