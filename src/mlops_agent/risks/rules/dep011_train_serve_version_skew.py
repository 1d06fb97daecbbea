"""Training and serving pin different versions of the library that the model is made with.

## What it finds

Two environments of one project, one for training and one for serving, which both give an exact
version of the same model library (scikit-learn, xgboost, torch, tensorflow, transformers, ...), and
the versions differ: in any part for scikit-learn and the boosting libraries, in the first two parts
for the others. What an environment is for is read off its path, else off the code beside it.

## Why it matters

A pickled or saved model is read by another version than wrote it. Some refuse; others answer with
other numbers and a warning that nobody sees.

## Bad

```text
# training/requirements.txt
scikit-learn==1.7.2
# serving/requirements.txt
scikit-learn==1.5.0
```

## Better

```text
# both
scikit-learn==1.7.2
```

## Known false positives

A model that is kept in a format made to outlive versions (ONNX; XGBoost's JSON and UBJSON).

## Known misses

A library that is fixed in serving and open in training: what training gets is known only when it
runs. REP001 names the open one. Versions that lie in a managed image are not known either.

## References

- scikit-learn, InconsistentVersionWarning: https://scikit-learn.org/stable/model_persistence.html
"""

from __future__ import annotations

import os.path
import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import TrailStep
from mlops_agent.lifecycle.facts import Requirement
from mlops_agent.risks.environments import MODEL_LIBRARIES, Environment, environments
from mlops_agent.risks.rule import Draft, Rule

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "DEP011",
    "train-serve-version-skew",
    "error",
    "medium",
    "deployment",
    "none",
    asks=(
        "training and serving use different versions",
        "version skew",
        "InconsistentVersionWarning",
        "model does not load in the service",
        "library mismatch",
    ),
)
# scikit-learn and the boosters write their pickles for one version; the rest keep a minor stable.
_STRICT = frozenset({"scikit-learn", "xgboost", "lightgbm", "catboost"})


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft a finding for each library and serving environment, at the serving pin."""
    known = environments(lifecycle)
    training = [e for e in known if e.role == "train"]
    for serving in (e for e in known if e.role == "serve"):
        partner = _partner(serving, training)
        if partner is None:
            continue
        pins = {r.package: r for r in partner.requirements if r.exact}
        for served in serving.requirements:
            trained = pins.get(served.package)
            if trained and served.package in MODEL_LIBRARIES and _differ(trained, served):
                yield _draft(trained, served)


def _partner(serving: Environment, training: list[Environment]) -> Environment | None:
    """The one training environment that lies nearest; None where two are equally near."""
    by_depth = sorted((_shared(serving.path, e.path), e.path, e) for e in training)
    if not by_depth or (len(by_depth) > 1 and by_depth[-1][0] == by_depth[-2][0]):
        return None
    return by_depth[-1][2]


def _shared(one: str, other: str) -> int:
    folders = [posixpath.dirname(path) for path in (one, other)]
    common = os.path.commonpath(["/" + folder for folder in folders])
    return common.count("/") if common != "/" else 0


def _differ(trained: Requirement, served: Requirement) -> bool:
    parts = None if served.package in _STRICT else 2
    one, other = (_numbers(r.exact or "")[:parts] for r in (trained, served))
    return all(r.exact for r in (trained, served)) and one != other


def _numbers(version: str) -> tuple[str, ...]:
    return tuple(version.partition("+")[0].split("."))


def _draft(trained: Requirement, served: Requirement) -> Draft:
    what = f"trains with {trained.package} {trained.exact}"
    return Draft(
        path=served.path,
        line=served.line,
        message=f"Serving has {served.package} {served.exact}, {trained.path} {what}: the model is "
        "read by another version than wrote it.",
        smallest_fix=f"Pin {served.package}=={trained.exact} for serving, or train anew with "
        f"{served.exact}.",
        symbol=served.package,
        trail=(
            TrailStep(path=trained.path, line=trained.line, what=what),
            TrailStep(path=served.path, line=served.line, what=f"serves with {served.exact}"),
        ),
    )
