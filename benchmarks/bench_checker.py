"""How many lies the checker of reports catches, and how many true reports it refuses.

Starts from a true report of a real run (real git, real commands). Each lie is one small change of
the report, sealed again; each tampering one change of the run's folder; each overstep a run that
went beyond its bounds. Counted as caught only with the complaint that the lie deserves. Prints a
table; exits with 1 when a lie passes or a true report is refused.

    python benchmarks/bench_checker.py [--all]
"""

from __future__ import annotations

import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "report"))

from report_lies import LIES, complaints, told_as_verified
from report_staging import seal
from report_tampering import OVERSTEPS, TAMPERINGS
from report_truths import true_run
from report_varied import VARIED

from mlops_agent.contracts.report import RunResult
from mlops_agent.errors import BadInputError
from mlops_agent.report.rechecking import check_run


@dataclass(frozen=True)
class Row:
    """One check: of what, whether the answer was right, how long it took, what it was."""

    group: str
    name: str
    right: bool
    seconds: float
    said: str


def main(arguments: list[str]) -> int:
    """Measure, print, and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="bench-checker-") as folder:
        rows = list(measure(Path(folder)))
    if "--all" in arguments:
        for row in rows:
            print(
                f"{'ok  ' if row.right else 'MISS'}  {row.group:13} {row.name:40} {row.said[:90]}"
            )
        print()
    print(table(rows))
    return 0 if all(row.right for row in rows) else 1


def measure(folder: Path) -> Iterator[Row]:
    """Check every lie, every tampering, every overstep and every true report."""
    run, result = true_run(folder / "truth")
    for lie in LIES:
        copy = Path(shutil.copytree(run, folder / "copy" / run.name, dirs_exist_ok=False))
        seal(copy, told_as_verified(lie.change(result)))
        yield _blamed("lie", lie.name, copy, lie.says, rerun=False)
        shutil.rmtree(copy)
    for one in TAMPERINGS:
        copy = Path(shutil.copytree(run, folder / "copy" / run.name))
        one.change(copy)
        yield _blamed("tampering", one.name, copy, one.says, rerun=one.rerun)
        shutil.rmtree(copy)
    for number, over in enumerate(OVERSTEPS):
        went, _ = true_run(folder / f"over{number}", over.plan)
        yield _blamed("overstep", over.name, went, over.says, rerun=False)
    for number, (name, plan) in enumerate(VARIED.items()):
        true, _ = true_run(folder / f"true{number}", plan)
        said, seconds, verified = _check(true, rerun=False)
        yield Row("true report", name, verified, seconds, "; ".join(said) or "verified")


def table(rows: list[Row]) -> str:
    """A Markdown table: how many of each group, how many answered rightly, and how fast."""
    lines = ["| group | checked | right | median ms |", "|---|---|---|---|"]
    for group in dict.fromkeys(row.group for row in rows):
        mine = [row for row in rows if row.group == group]
        right = sum(row.right for row in mine)
        median = statistics.median(row.seconds for row in mine) * 1000
        lines.append(f"| {group} | {len(mine)} | {right} | {median:.0f} |")
    return "\n".join(lines)


def _blamed(group: str, name: str, folder: Path, says: str, rerun: bool) -> Row:
    said, seconds, verified = _check(folder, rerun)
    right = not verified and any(re.search(says, one) for one in said)
    return Row(group, name, right, seconds, "; ".join(said) or "verified")


def _check(folder: Path, rerun: bool) -> tuple[list[str], float, bool]:
    began = time.perf_counter()
    try:
        checked: RunResult = check_run(folder, rerun=rerun, confinement="none")
    except BadInputError as error:
        return [str(error)], time.perf_counter() - began, False
    return complaints(checked), time.perf_counter() - began, checked.verified


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
