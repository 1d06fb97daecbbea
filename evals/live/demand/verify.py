"""Does clearing an old day produce that day's forecasts? Exit 0: yes, 1: no.

Loads dags/demand_daily.py with a stand-in for Airflow, fills in each task's command and runs it in
the tree: first the night of 5 March, then the cleared runs of 3 and 4 March, on a warehouse of its
own.
"""

import os
import runpy
import sqlite3
import subprocess
import sys
import types
from datetime import date, datetime, timedelta
from pathlib import Path

import jinja2

WAREHOUSE = Path("verify.db").absolute()
TASKS: list["Operator"] = []


class Operator:
    """What a task was given, in the order of the file."""

    def __init__(self, **given: object) -> None:
        self.given = given
        TASKS.append(self)

    def __rshift__(self, other: object) -> object:
        return other

    __lshift__ = __rrshift__ = __rlshift__ = __rshift__


class Dag:
    """A DAG that only has to be entered."""

    def __init__(self, *_: object, **given: object) -> None:
        self.given = given

    def __enter__(self) -> "Dag":
        return self

    def __exit__(self, *_: object) -> None: ...


def stand_in(name: str, **values: object) -> None:
    """A module of that name."""
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(values)


def fill_in(value: object, day: date) -> str:
    """A template as Airflow fills it in for the run of a day."""
    start = datetime(day.year, day.month, day.day, 2)
    known = {"ds": str(day), "ds_nodash": f"{day:%Y%m%d}", "logical_date": start}
    known |= {"execution_date": start, "data_interval_start": start}
    known |= {"data_interval_end": start + timedelta(days=1), "params": {}}
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters["ds"] = lambda moment: f"{moment:%Y-%m-%d}"
    return environment.from_string(str(value)).render(known)


def run_day(day: date) -> None:
    """All tasks of one run, in order; a failed one ends it."""
    for task in TASKS:
        given = task.given
        extra = {k: fill_in(v, day) for k, v in dict(given.get("env") or {}).items()}
        environment = os.environ | {"DEMAND_WAREHOUSE": str(WAREHOUSE)} | extra
        command = fill_in(given["bash_command"], day)
        done = subprocess.run(["bash", "-c", command], check=False, env=environment)
        if done.returncode != 0:
            print(f"{command}: exit {done.returncode}")
            return


def sell() -> None:
    """Two months of sales in which each day is told apart by its quantity."""
    connection = sqlite3.connect(WAREHOUSE)
    connection.execute("create table sales (day text, shop text, article text, quantity real)")
    first = date(2026, 1, 20)
    for n in range(46):
        connection.execute("insert into sales values (?, 's1', 'a1', ?)", (first + timedelta(n), n))
    connection.commit()


def main() -> int:
    """Which days have forecasts in the end."""
    for name in ("airflow.operators", "airflow.providers", "airflow.providers.standard"):
        stand_in(name)
    stand_in("airflow", DAG=Dag)
    stand_in("airflow.sdk", DAG=Dag)
    for name in ("airflow.operators.bash", "airflow.providers.standard.operators.bash"):
        stand_in(name, BashOperator=Operator)
    runpy.run_path("dags/demand_daily.py")
    if not TASKS:
        print("could not tell: no tasks found")
        return 2
    sell()
    for day in (5, 3, 4):
        run_day(date(2026, 3, day))
    found = sqlite3.connect(WAREHOUSE).execute("select day, quantity from forecasts order by 1")
    rows = found.fetchall()
    print(rows)
    days = [row[0] for row in rows] == ["2026-03-03", "2026-03-04", "2026-03-05"]
    return 0 if days and len({row[1] for row in rows}) == 3 else 1


if __name__ == "__main__":
    try:
        code = main()
    except Exception as error:
        print(f"could not tell: {error!r}")
        code = 2
    sys.exit(code)
