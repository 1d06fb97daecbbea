"""A model version becomes the live one and nothing looked at its metrics.

## What it finds

A promotion to production (a production alias or stage in MLflow, `Approved` in SageMaker, a
production alias in W&B, `gto assign --stage prod`) with no test on a metric or on a verdict around
it, before it in its function, in the functions that call it, or in what runs before it.

## Why it matters

Every training run that ends is then as good as every other: a worse model goes live, and the first
to notice are its users.

## Bad

```python
version = mlflow.register_model(uri, "churn").version
client.set_registered_model_alias("churn", "champion", version)
```

## Better

```python
version = mlflow.register_model(uri, "churn").version
if not candidate["auc"] >= champion["auc"] + MARGIN:
    sys.exit("the candidate is not better than the champion")
client.set_registered_model_alias("churn", "champion", version)
```

## Known false positives

A gate that lives outside the repository (an approval in the registry, another pipeline): say so in
the settings, `external: {evaluation: "where"}`. Aliases that are not production's: name the real
ones in `aliases`.

## Known misses

A workflow that deploys on any tag of a stage: whether somebody looked before setting the tag is not
written in the repository.

## References

- Breck et al. 2017, "The ML Test Score": model quality is validated before serving
- https://mlflow.org/docs/latest/ml/evaluation/ (validate_evaluation_results)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import TrailStep
from mlops_agent.risks.gates import Search, gated
from mlops_agent.risks.promotions import Promotion, promotions
from mlops_agent.risks.rule import Draft, Rule

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "REG001",
    "promote-without-metric-gate",
    "error",
    "medium",
    "registry",
    "none",
    asks=(
        "promotes without checking metrics",
        "no gate before promotion",
        "every model becomes champion",
        "promote only if better than the champion",
        "do not let a model become production unless",
        "only promote a model version that passed the evaluation",
        "refuse promotion if the new model is worse than the champion",
        "only replace the production model if it is better",
        "do not deploy a model that is worse than the version in production",
    ),
    absence="evaluation",
)
SHOWN = 4


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft one finding a promotion that nothing gates."""
    for promotion in promotions(lifecycle):
        if promotion.path.endswith(".ipynb") and not _is_run(lifecycle, promotion.path):
            continue  # a notebook that nothing runs is a person at work
        search = Search()
        if not gated(lifecycle, promotion, search):
            yield _draft(promotion, search)


def _is_run(lifecycle: Lifecycle, path: str) -> bool:
    return any(link.kind in ("invokes", "triggers") for link in lifecycle.graph.links(target=path))


def _draft(promotion: Promotion, search: Search) -> Draft:
    functions = list(dict.fromkeys(search.functions)) or [f"the commands of {promotion.path}"]
    files = sorted(search.paths)
    return Draft(
        path=promotion.path,
        line=promotion.line,
        symbol=promotion.scope,
        message=f"Here {promotion.what}, and nothing on the way looks at a metric or at a verdict "
        "of the evaluation.",
        smallest_fix="Read the candidate's and the champion's metric before this line and leave "
        "with an error unless the candidate is better by the margin you want; NaN must not pass.",
        trail=(TrailStep(path=promotion.path, line=promotion.line, what=promotion.what),),
        searched=(
            "a condition on a metric or verdict around or before it in " + _some(functions),
            "a script that ends with an error because of a metric, run before it by what leads "
            "here: " + _some(files),
        ),
        needs=tuple(files),
    )


def _some(items: list[str]) -> str:
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return ", ".join(items[:SHOWN]) + more
