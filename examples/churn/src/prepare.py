"""Compute the features and set a holdout aside."""

import pandas as pd
import yaml
from sklearn.model_selection import train_test_split

from features import LABEL, add_features

if __name__ == "__main__":
    with open("params.yaml") as stream:
        params = yaml.safe_load(stream)["data"]
    customers = add_features(pd.read_csv("data/customers.csv"))
    train, holdout = train_test_split(
        customers,
        test_size=params["holdout"],
        random_state=params["seed"],
        stratify=customers[LABEL],
    )
    train.to_csv("data/train.csv", index=False)
    holdout.to_csv("data/holdout.csv", index=False)
