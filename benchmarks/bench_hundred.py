"""What `mlops-agent map` costs on a repository of 100 files, with an empty cache and a full one.

An import of pydantic beside it tells how fast the machine was in those minutes.

python benchmarks/bench_hundred.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from figures import Figure, show
from generated_repo import NAMES, generate
from measuring import COMMAND, Usage, cpu, imported, run, spread, take_turns

ROUNDS = 9
LIMIT_SECONDS = 1.0
HEAVY = ("anthropic", "mlflow", "dvc", "evidently")


def figures(
    rounds: int = ROUNDS, limit: float = LIMIT_SECONDS, names: tuple[str, ...] = NAMES
) -> list[Figure]:
    """The CPU of a cold and of a warm map, its memory, and what it imports."""
    with tempfile.TemporaryDirectory(prefix="bench-hundred-") as folder:
        repo, cache = Path(folder) / "repo", Path(folder) / "cache"
        files = generate(repo, names)
        taken = take_turns(
            {
                "cold": lambda: map_cold(repo, cache),
                "warm": lambda: map_warm(repo, cache),
                "pydantic": lambda: run([sys.executable, "-c", "import pydantic"]),
            },
            rounds,
        )
        loaded = imported(["map", str(repo), "-q"], HEAVY)
    cold, warm, yardstick = (cpu(taken[name]) for name in ("cold", "warm", "pydantic"))
    peak = spread([one.peak_mib for one in taken["cold"]])
    return [
        Figure(
            f"`map`, {files} files, empty cache",
            f"<= {limit} s CPU",
            f"{cold} s, peak {peak.most:.0f} MiB; `python -c 'import pydantic'` {yardstick}",
            cold.median <= limit,
        ),
        Figure(
            f"`map`, {files} files, full cache",
            f"<= {limit} s CPU",
            f"{warm} s",
            warm.median <= limit,
        ),
        Figure(
            "imported by `map`",
            f"none of {', '.join(HEAVY)}",
            ", ".join(sorted(loaded)) or "none",
            not loaded,
        ),
    ]


def map_cold(repo: Path, cache: Path) -> Usage:
    """Map with an empty cache, as a first user does: the cache is written too."""
    shutil.rmtree(cache, ignore_errors=True)
    return map_warm(repo, cache)


def map_warm(repo: Path, cache: Path) -> Usage:
    """Map with the cache as it is."""
    return run([COMMAND, "map", str(repo), "--format", "json"], env={"XDG_CACHE_HOME": str(cache)})


if __name__ == "__main__":
    sys.exit(show(figures()))
