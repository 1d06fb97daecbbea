"""Train the word weights of `boundary/lexical.py`: `train.py [--folds]`.

They are learnt from `asks.jsonl` (single asks, written for nothing else) and from the fit half's
requests that have one owner or need a question. With `--folds` nothing is written: it prints how
often the owner of an ask is found by weights that have not seen it. Needs scikit-learn, which
nothing needs at run time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from wilson import Share, share

from mlops_agent.boundary.lexical import (
    FILE,
    LEVELS,
    UNCLEAR,
    Weights,
    encoded,
    features,
    shares,
)
from mlops_agent.boundary.stemming import plain_words

HERE = Path(__file__).parent
ASKS = HERE / "asks.jsonl"
FIT = HERE / "fit.jsonl"
FOLDS = 5
SEEN_IN = 2
"""As many texts a feature stands in at least."""
STRENGTH = 50.0
"""Inverse of the penalty on weights (scikit-learn's C), chosen by the asks' folds."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and whose it is; those of one `group` stay in one fold."""

    text: str
    owner: str
    group: str


def digest() -> str:
    """What the inputs are, as SHA-256 over both files."""
    return hashlib.sha256(ASKS.read_bytes() + FIT.read_bytes()).hexdigest()


def asks() -> list[Example]:
    """The single asks."""
    rows = [json.loads(line) for line in ASKS.read_text(encoding="utf-8").splitlines()]
    return [Example(row["text"], row["owner"], row["id"]) for row in rows]


def of_requests() -> list[Example]:
    """The fit half's requests that have one owner or need a question."""
    rows = [json.loads(line) for line in FIT.read_text(encoding="utf-8").splitlines()]
    return [
        Example(row["text"], (row["targets"] or [UNCLEAR])[0], row["id"])
        for row in rows
        if len(row["targets"]) == 1 or row["decision"] == "clarify"
    ]


def train(examples: Sequence[Example]) -> Weights:
    """Weights learnt from texts: a multinomial logistic regression over what stands in them."""
    counted = [sorted(features(plain_words(one.text))) for one in examples]
    seen = Counter(feature for found in counted for feature in found)
    kept = sorted(one for one, times in seen.items() if times >= SEEN_IN)
    place = {feature: at for at, feature in enumerate(kept)}
    known = [[place[one] for one in found if one in place] for found in counted]
    cells = [(row, at, len(found) ** -0.5) for row, found in enumerate(known) for at in found]
    rows, columns, values = zip(*cells, strict=True)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(examples), len(kept)))
    model = LogisticRegression(C=STRENGTH, max_iter=500, tol=1e-5)
    model.fit(matrix, [one.owner for one in examples])
    scale = float(np.abs(model.coef_).max()) / (LEVELS // 2)
    levels = np.rint(model.coef_.T / scale).astype(int).tolist()
    written = {feature: encoded(row) for feature, row in zip(kept, levels, strict=True) if any(row)}
    bias = tuple(round(float(one), 3) for one in model.intercept_)
    return Weights(tuple(model.classes_.tolist()), bias, round(scale, 5), written)


def written(trained: Weights) -> str:
    """The file's text."""
    head = {
        "about": "Word weights that evals/routing/train.py learnt; see boundary/lexical.py.",
        "inputs": digest(),
        "owners": trained.owners,
        "bias": trained.bias,
        "scale": trained.scale,
        "weights": trained.rows,
    }
    return json.dumps(head, ensure_ascii=False, indent=0) + "\n"


def fold_of(group: str) -> int:
    """The fold of a group, by its name alone."""
    return hashlib.sha256(group.encode()).digest()[0] % FOLDS


def right(examples: Sequence[Example]) -> Share:
    """How many owners are found by the weights of the other folds."""
    hits = 0
    for fold in range(FOLDS):
        seen = train([one for one in examples if fold_of(one.group) != fold])
        for one in examples:
            if fold_of(one.group) == fold:
                likely = shares(plain_words(one.text), seen)
                hits += max(likely, key=lambda owner: likely[owner]) == one.owner
    return share(hits, len(examples))


def main(arguments: Sequence[str]) -> int:
    """Write the weights, or print what they find of asks that they have not seen."""
    parser = argparse.ArgumentParser(description="Train the word weights of the routing.")
    parser.add_argument("--folds", action="store_true", help="score unseen asks, write nothing")
    if parser.parse_args(arguments).folds:
        print(f"owner of an unseen ask: {right(asks())}")
        return 0
    trained = train([*asks(), *of_requests()])
    FILE.write_text(written(trained), encoding="utf-8")
    print(f"{FILE.name}: {len(trained.rows)} features, {FILE.stat().st_size / 1024:.0f} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
