"""Compare yesterday's forecasts with what was sold; cron runs this at 07:00.

python monitoring/check_forecasts.py DAY
"""

import os
import sqlite3
import sys

LIMIT = 0.35
QUERY = """
select sum(abs(f.quantity - coalesce(s.quantity, 0))), sum(coalesce(s.quantity, 0))
from forecasts f
left join sales s on s.day = date(f.day, '+1 day') and s.shop = f.shop and s.article = f.article
where f.day = ?
"""


def main(day: str) -> None:
    """Say how far off the forecasts were, as a share of what was sold."""
    connection = sqlite3.connect(os.environ["DEMAND_WAREHOUSE"])
    off, sold = connection.execute(QUERY, (day,)).fetchone()
    share = off / sold if sold else 0.0
    if share > LIMIT:
        print(f"{day}: WARNING forecasts off by {share:.0%}")
    else:
        print(f"{day}: forecasts off by {share:.0%}")


if __name__ == "__main__":
    main(sys.argv[1])
