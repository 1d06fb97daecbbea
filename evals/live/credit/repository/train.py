"""Fit the scorecard to settled loans: python train.py HISTORY.csv"""

import json
import random
import sys
from pathlib import Path

from credit.data import read, write
from credit.model import fit

ARTIFACTS = Path("artifacts")
SAMPLE = 2000


def main(history: str) -> None:
    """Leave the model, and a sample of what it was trained on, in artifacts/."""
    applications = read(history)
    ARTIFACTS.mkdir(exist_ok=True)
    (ARTIFACTS / "model.json").write_text(json.dumps(fit(applications), indent=1))
    sample = random.sample(applications, min(SAMPLE, len(applications)))
    write(ARTIFACTS / "training_sample.csv", sample)
    print(f"trained on {len(applications)} applications")


if __name__ == "__main__":
    main(sys.argv[1])
