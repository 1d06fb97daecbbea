"""The warehouse: sales come from it, forecasts go back to it."""

import os
import sqlite3
from contextlib import closing

FORECASTS = """
create table if not exists forecasts (
    day text not null, shop text not null, article text not null, quantity real not null
)
"""


def sales(first: str, last: str) -> list[tuple[str, str, str, float]]:
    """Day, shop, article and quantity of the days from first to last."""
    query = "select day, shop, article, quantity from sales where day between ? and ? order by 1, 2, 3"
    with closing(sqlite3.connect(os.environ["DEMAND_WAREHOUSE"])) as connection:
        return connection.execute(query, (first, last)).fetchall()


def replace_forecasts(day: str, rows: list[tuple[str, str, float]]) -> None:
    """Make these the forecasts of the day, all of them or none."""
    with closing(sqlite3.connect(os.environ["DEMAND_WAREHOUSE"])) as connection, connection:
        connection.execute(FORECASTS)
        connection.execute("delete from forecasts where day = ?", (day,))
        connection.executemany(
            "insert into forecasts values (?, ?, ?, ?)", [(day, *row) for row in rows]
        )
