"""Write made-up applications to data/, to try training and monitor: sample_data.py [WEEKS]"""

import math
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from credit.data import write


def application(rng: random.Random) -> dict[str, float | None]:
    """One applicant."""
    income = round(rng.lognormvariate(10.4, 0.4))
    ratio = round(rng.uniform(0, 0.6), 3)
    return {
        "income": income if rng.random() > 0.03 else None,
        "age": rng.randint(19, 74),
        "debt_ratio": ratio,
        "years_employed": round(rng.expovariate(0.15), 1),
    }


def settled(rng: random.Random) -> dict[str, float | None]:
    """One applicant of whom we know how it ended."""
    row = application(rng)
    risk = 4 * (row["debt_ratio"] or 0) - 0.05 * (row["years_employed"] or 0) - 2
    return row | {"defaulted": float(rng.random() < 1 / (1 + math.exp(-risk)))}


def main(weeks: int) -> None:
    """A history, and some weeks that look like it."""
    rng = random.Random(1)
    Path("data/weeks").mkdir(parents=True, exist_ok=True)
    write("data/history.csv", [settled(rng) for _ in range(5000)])
    for week in range(1, weeks + 1):
        write(f"data/weeks/2026-W{week:02d}.csv", [application(rng) for _ in range(800)])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
