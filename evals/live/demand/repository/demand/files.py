"""The working files between the tasks, one for each day."""

import csv
from pathlib import Path

WORK = Path("work")


def path(kind: str, day: str) -> Path:
    """Where the file of this kind and day is."""
    return WORK / kind / f"{day}.csv"


def newest(kind: str) -> str:
    """The last day that there is a file for."""
    return max(file.stem for file in (WORK / kind).glob("*.csv"))


def read(kind: str, day: str) -> list[list[str]]:
    """The rows of a day."""
    with path(kind, day).open(newline="") as stream:
        return list(csv.reader(stream))


def write(kind: str, day: str, rows: list) -> None:
    """Replace the rows of a day."""
    path(kind, day).parent.mkdir(parents=True, exist_ok=True)
    with path(kind, day).open("w", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
