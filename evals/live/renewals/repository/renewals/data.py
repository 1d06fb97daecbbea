"""The monthly extract, and which part of it is for what."""

from pathlib import Path

import pandas as pd
import yaml

LABEL = "renewed"


def load_config(path: str = "config.yaml") -> dict:
    """The settings of training and gate."""
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def load_extract(path: str) -> pd.DataFrame:
    """All subscribers of the extract, oldest month first."""
    return pd.read_csv(path).sort_values(["month", "subscriber"], ignore_index=True)


def split(extract: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The months to train on, and the newest month as the holdout."""
    newest = extract["month"].max()
    return extract[extract["month"] < newest], extract[extract["month"] == newest]
