"""Hand the forecasts to the replenishment system: python -m demand.publish"""

from demand import files, warehouse


def main() -> None:
    """Replace the day's rows of the table forecasts."""
    day = files.newest("forecasts")
    rows = [(shop, article, float(quantity)) for shop, article, quantity in files.read("forecasts", day)]
    warehouse.replace_forecasts(day, rows)
    print(f"{day}: {len(rows)} forecasts published")


if __name__ == "__main__":
    main()
