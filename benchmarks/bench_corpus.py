"""How well `map` reads real repositories, and whether anything crashes on any of them.

The labelled ones are scored by evals/lifecycle/score_lifecycle.py; every checkout in the folder,
labelled or not, is mapped and audited once, and only an answer in JSON counts as one.

    python benchmarks/bench_corpus.py CHECKOUTS
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from figures import Figure, show, skipped
from measuring import COMMAND, CommandFailedError, run, spread

F1 = 0.75
FLAGS = 0.85
_NAME = "`map` against labels"
_SCORE = Path(__file__).resolve().parent.parent / "evals" / "lifecycle" / "score_lifecycle.py"
_ALL = re.compile(r"^all .* F1 +([\d.]+) flags +([\d.]+) ", re.M)


def figures(corpus: Path | None) -> list[Figure]:
    """F1 over (stage, file) pairs, the share of right flags, and the crashes."""
    if corpus is None or not corpus.is_dir():
        return [skipped(_NAME, f"F1 >= {F1}, flags >= {FLAGS}", "no checkouts given")]
    return [*_scored(corpus), *_survived(corpus)]


def _scored(corpus: Path) -> list[Figure]:
    done = run([sys.executable, str(_SCORE), str(corpus), "--command", COMMAND], fine=(0, 1))
    repositories = done.output.count("\n") - done.output.count("no checkout") - 1
    found = _ALL.search(done.output)
    if found is None:
        return [skipped(_NAME, f"F1 >= {F1}, flags >= {FLAGS}", "no labelled checkout")]
    f1, flags = float(found[1]), float(found[2])
    about = f"{_NAME}, {repositories} repositories"
    return [
        Figure(f"{about}: F1", f">= {F1}", f"{f1:.3f}", f1 >= F1),
        Figure(f"{about}: flags right", f">= {FLAGS}", f"{flags:.3f}", flags >= FLAGS),
    ]


def _survived(corpus: Path) -> list[Figure]:
    checkouts = sorted(path for path in corpus.iterdir() if (path / ".git").exists())
    crashed: list[str] = []
    seconds: list[float] = []
    for checkout in checkouts:
        for verb, fine in (("map", (0,)), ("audit", (0, 1))):
            try:
                done = run([COMMAND, verb, str(checkout), "--format", "json"], fine=fine)
                json.loads(done.output)
            except (CommandFailedError, json.JSONDecodeError) as error:
                crashed.append(f"{verb} {checkout.name}: {str(error)[-120:]}")
            else:
                if verb == "audit":
                    seconds.append(done.cpu)
    said = f"{len(crashed)} of {2 * len(checkouts)} calls"
    figure = Figure(
        f"crashes of `map` and `audit` on {len(checkouts)} repositories",
        "none",
        "; ".join([said, *crashed]),
        not crashed,
    )
    if not seconds:
        return [figure]
    return [figure, Figure("`audit` of one of them", "", f"{spread(seconds)} s CPU", None)]


if __name__ == "__main__":
    sys.exit(show(figures(Path(sys.argv[1]) if len(sys.argv) > 1 else None)))
