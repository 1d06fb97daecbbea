"""What a name says about a metric: whether it is one, and which direction is better."""

from __future__ import annotations

import re

HIGHER = frozenset(
    {
        "acc", "accuracy", "auc", "auroc", "roc", "f1", "precision", "recall", "r2", "dice", "iou",
        "bleu", "rouge", "ndcg", "mcc", "kappa", "score", "gini", "rougel", "rougelsum",
        "sensitivity", "specificity", "prauc",
    }
)  # fmt: skip
LOWER = frozenset(
    {
        "rmse", "mse", "mae", "mape", "smape", "rmsle", "loss", "logloss", "error", "err", "wer",
        "cer", "brier", "perplexity", "ece", "fpr", "fnr", "deviance",
    }
)  # fmt: skip
NEUTRAL = frozenset({"metric", "metrics", "performance", "drift", "psi"})
BASELINE = re.compile(
    r"champion|baseline|prod|current|previous|incumbent|best|deployed|live|old|threshold|min_|max_",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z][a-z]*\d*|[A-Z]+\d*")


def words(name: str) -> frozenset[str]:
    """The words of an identifier or key, lower case: "test_acc" -> {"test", "acc"}."""
    parts = re.split(r"[^A-Za-z0-9]+", name)
    split = [part for piece in parts for part in (piece, *WORD.findall(piece))]
    return frozenset(part.lower() for part in split if part)


def is_metric(name: str) -> bool:
    """Whether a name reads as a quality metric."""
    return bool(words(name) & (HIGHER | LOWER | NEUTRAL))


def direction(name: str) -> int:
    """1 where more is better, -1 where less is, 0 where the name does not tell."""
    found = words(name)
    if found & LOWER:
        return -1
    return 1 if found & HIGHER else 0


def is_baseline(name: str) -> bool:
    """Whether a name reads as what a candidate is measured against."""
    return bool(BASELINE.search(name))
