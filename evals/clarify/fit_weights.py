"""Learn what words of a sentence lean to: which needs of the gates it tells.

Writes src/mlops_agent/vocabulary/gates/weights.json: one logistic regression for each need, over
the stems of a sentence, the kinds of its numbers and what the patterns find in it. Each sentence of
sentences.jsonl is learned with what patterns find in it and without; of pieces.jsonl, on which
the patterns were tuned, only the words. The same files and patterns give the same weights.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from mlops_agent.vocabulary.gates.leaning import START, WEIGHTS
from mlops_agent.workflow.knowing import passages_of, spotted
from mlops_agent.workflow.statements import stated
from mlops_agent.workflow.weighing import words

SENTENCES = Path(__file__).with_name("sentences.jsonl")
PIECES = Path(__file__).with_name("pieces.jsonl")
Row = tuple[set[str], list[str]]
"""What of a sentence is weighed, and the needs that it tells."""
STRENGTH = 1.0
"""The inverse of how strongly weights are held near 0."""
FEWEST = 60
"""A need that fewer rows tell is left to the patterns."""
LEAST = 0.15
"""Smaller weights change nothing and are left out."""


def main() -> int:
    """Write the file."""
    rows = [*_rows(SENTENCES, patterns=True), *_rows(SENTENCES), *_rows(PIECES)]
    WEIGHTS.write_text(as_text(learned(rows)), encoding="utf-8")
    return 0


def learned(rows: list[Row]) -> dict[str, dict[str, float]]:
    """The weights of each word for each need that some sentence tells."""
    tells = [needs for _, needs in rows]
    vectors = DictVectorizer()
    matrix: Any = vectors.fit_transform([dict.fromkeys(sorted(held), 1) for held, _ in rows])
    names = list(vectors.get_feature_names_out())
    weights: dict[str, dict[str, float]] = {name: {} for name in (START, *names)}
    told = Counter(name for one in tells for name in one)
    for need in sorted(name for name, times in told.items() if times >= FEWEST):
        model = LogisticRegression(C=STRENGTH, max_iter=1000)
        model.fit(matrix, [need in one for one in tells])
        weights[START][need] = round(float(model.intercept_[0]), 2)
        for name, weight in zip(names, model.coef_[0], strict=True):
            if abs(weight) >= LEAST:
                weights[name][need] = round(float(weight), 2)
    return {name: found for name, found in weights.items() if found}


def as_text(weights: dict[str, dict[str, float]]) -> str:
    """The weights as they are shipped, a word a line."""
    lines = (
        f"{json.dumps(word, ensure_ascii=False)}: {json.dumps(found)}"
        for word, found in sorted(weights.items())
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rows(file: Path, *, patterns: bool = False) -> Iterator[Row]:
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        masked, sentences = stated(row["text"], passages_of(row["text"]))
        yield words(masked, spotted(masked, sentences) if patterns else ()), row["tells"]


if __name__ == "__main__":
    sys.exit(main())
