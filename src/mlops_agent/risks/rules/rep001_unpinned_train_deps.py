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

## Known misses

Packages that a pipeline component installs when it runs, where they stand in a list that code puts
together, and libraries that come with a managed training image.

## References

- pip, repeatable installs: https://pip.pypa.io/en/stable/topics/repeatable-installs/
- Breck et al., The ML Test Score (2017), Infra 1: training is reproducible
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import TrailStep
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
    "medium",
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


MOST_ALIKE = 4
"""Files with the same loose libraries above which one finding names them all."""


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft one finding a file, at its first loose library; many alike are told as one."""
    alike: defaultdict[tuple[str, ...], list[Environment]] = defaultdict(list)
    for environment in environments(lifecycle):
        loose = _loose_in(environment)
        if not loose or not environment.stages or locked(lifecycle, environment):
            continue
        if environment.source == "pyproject" and not _is_application(lifecycle):
            continue
        alike[tuple(sorted({r.package for r in loose}))].append(environment)
    for group in alike.values():
        told = group[:1] if len(group) > MOST_ALIKE else group
        for environment in told:
            yield _draft(environment, group if len(told) == 1 else [environment])


def _draft(environment: Environment, alike: list[Environment]) -> Draft:
    loose = _loose_in(environment)
    names = list(dict.fromkeys(requirement.package for requirement in loose))
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    trains = "training" in environment.stages and environment.role != "serve"
    what = "two trainings of one commit" if trains else "two builds of one commit"
    others = f" (so in {len(alike) - 1} more files)" if len(alike) > 1 else ""
    return Draft(
        path=environment.path,
        line=loose[0].line,
        message=f"{shown}: no exact version and no lock file, so {what} can use different "
        f"libraries{others}.",
        smallest_fix=f"Pin {shown} to the versions in use, or install from a lock file.",
        trail=tuple(
            TrailStep(path=one.path, line=_loose_in(one)[0].line, what="the same libraries, loose")
            for one in alike
            if one != environment
        ),
        searched=("==", "lock file", "constraints file"),
    )


def _loose_in(environment: Environment) -> list[Requirement]:
    return [requirement for requirement in environment.requirements if _loose(requirement)]


def _loose(requirement: Requirement) -> bool:
    """Whether the version is open; one installed from a URL or a commit is not ours to judge."""
    return (
        requirement.package in ML_LIBRARIES
        and requirement.exact is None
        and not any(mark in requirement.specifier for mark in ("@", "://", "$", "{"))
    )


def _is_application(lifecycle: Lifecycle) -> bool:
    return installs_project(lifecycle) and not publishes(lifecycle)
