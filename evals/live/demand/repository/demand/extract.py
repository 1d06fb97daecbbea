"""Fetch the sales that a day's forecast needs: python -m demand.extract --day 2026-03-02"""

import argparse

from demand import files, warehouse
from demand.features import first_day


def main() -> None:
    """Write work/sales/DAY.csv."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--day", required=True, help="the day of the sales, YYYY-MM-DD")
    day = parser.parse_args().day
    rows = warehouse.sales(first_day(day), day)
    files.write("sales", day, rows)
    print(f"{day}: {len(rows)} rows of sales")


if __name__ == "__main__":
    main()
