"""Libraries of training or serving have no exact version, and nothing locks them.

## What it finds

A requirements file, conda environment, `pip install` line, pipeline component or installed project
that training or serving code runs in, with machine-learning libraries (scikit-learn, torch,
numpy, ...) without an exact version, and no lock or constraints file beside or above it.

Files for tests, docs, notebooks and tools don't count, nor does a project that is published as a
package: ranges are right there.

## Why it matters

Two trainings of one commit can use different libraries and give different models, and a rebuilt
image can serve the same model with other code.

## Bad

```text
scikit-learn
pandas>=2
```

## Better

```text
pandas==2.3.3
scikit-learn==1.7.2
```

## Known false positives

An image whose base already holds the libraries in fixed versions, where the file only names them.

## References

- pip, repeatable installs: https://pip.pypa.io/en/stable/topics/repeatable-installs/
- Breck et al., The ML Test Score (2017), Infra 1: training is reproducible
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Requirement
from mlops_agent.risks.environments import (
    ML_LIBRARIES,
    Environment,
    environments,
    installs_project,
    locked,
    publishes,
)
from mlops_agent.risks.rule import Draft, Rule

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "REP001",
    "unpinned-train-deps",
    "warning",
    "high",
    "pipeline",
    "none",
    asks=(
        "unpinned requirements",
        "pin the training dependencies",
        "library versions are not fixed",
        "training is not reproducible",
        "lock file",
    ),
)


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft one finding a file, at its first loose library."""
    for environment in environments(lifecycle):
        loose = [r for r in environment.requirements if _loose(r)]
        if not loose or not environment.stages or locked(lifecycle, environment):
            continue
        if environment.source == "pyproject" and not _is_application(lifecycle):
            continue
        yield _draft(environment, loose)


def _draft(environment: Environment, loose: list[Requirement]) -> Draft:
    names = list(dict.fromkeys(requirement.package for requirement in loose))
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    trains = "training" in environment.stages and environment.role != "serve"
    what = "two trainings of one commit" if trains else "two builds of one commit"
    return Draft(
        path=environment.path,
        line=loose[0].line,
        message=f"{shown}: no exact version and no lock file, so {what} can use different "
        "libraries.",
        smallest_fix=f"Pin {shown} to the versions in use, or install from a lock file.",
        searched=("==", "lock file", "constraints file"),
    )


def _loose(requirement: Requirement) -> bool:
    """Whether the version is open; one installed from a URL or a commit is not ours to judge."""
    return (
        requirement.package in ML_LIBRARIES
        and requirement.exact is None
        and not any(mark in requirement.specifier for mark in ("@", "://", "$", "{"))
    )


def _is_application(lifecycle: Lifecycle) -> bool:
    return installs_project(lifecycle) and not publishes(lifecycle)
