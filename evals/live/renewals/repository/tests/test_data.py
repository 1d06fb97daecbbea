import pandas as pd

from renewals.data import split


def test_the_newest_month_is_held_out() -> None:
    extract = pd.DataFrame({"month": ["2026-03", "2026-04", "2026-04"], "subscriber": [1, 1, 2]})
    train, holdout = split(extract)
    assert set(train["month"]) == {"2026-03"}
    assert set(holdout["month"]) == {"2026-04"}
