"""Does the monitor see drift away from the training data? Exit 0: yes, 1: no.

Trains once, then runs `python -m monitor.drift` on twelve weeks in which incomes rise a little each
week, then, from a fresh state, on one week that is far off at once and on one that is not.
"""

import contextlib
import io
import random
import re
import runpy
import shutil
import sys
from pathlib import Path

HEADER = "income,age,debt_ratio,years_employed"
LIMIT = 0.2


def rows(rng: random.Random, factor: float, count: int) -> list[str]:
    """Applications whose incomes are this many times the training's."""
    return [
        f"{rng.lognormvariate(10.4, 0.4) * factor:.0f},{rng.randint(19, 74)},"
        f"{rng.uniform(0, 0.6):.3f},{rng.expovariate(0.15):.1f}"
        for _ in range(count)
    ]


def run(module: str, argument: str) -> None:
    """`python -m MODULE ARGUMENT`, without paying for numpy each time."""
    sys.argv = [module, argument]
    with contextlib.redirect_stdout(io.StringIO()):
        runpy.run_module(module, run_name="__main__")


def index(week: list[str]) -> float:
    """What the monitor exposes for income after this week."""
    Path("verify.csv").write_text("\n".join([HEADER, *week]) + "\n")
    run("monitor.drift", "verify.csv")
    found = re.search(r'\{feature="income"\} (\S+)', Path("metrics/credit.prom").read_text())
    return float(found[1]) if found else float("nan")


def main() -> int:
    """Train, then three ways through the weeks."""
    rng = random.Random(7)
    history = [f"{row},{i % 4 == 0:d}" for i, row in enumerate(rows(rng, 1.0, 3000))]
    Path("verify_history.csv").write_text("\n".join([HEADER + ",defaulted", *history]) + "\n")
    run("train", "verify_history.csv")
    slow = [index(rows(rng, 1.0 + 0.03 * week, 800)) for week in range(1, 13)][-1]
    shutil.rmtree("state", ignore_errors=True)
    sudden = index(rows(rng, 1.5, 800))
    shutil.rmtree("state", ignore_errors=True)
    steady = index(rows(rng, 1.0, 800))
    print(f"income, slow: {slow:.3f}  sudden: {sudden:.3f}  steady: {steady:.3f}")
    return 0 if slow > LIMIT and sudden > LIMIT and steady < LIMIT else 1


if __name__ == "__main__":
    sys.path.insert(0, ".")
    try:
        code = main()
    except (Exception, SystemExit) as error:
        print(f"could not tell: {error!r}")
        code = 2
    sys.exit(code)
