"""A DVC stage uses a file that it does not list as a dependency.

## What it finds

A stage of dvc.yaml whose command

- runs a script of the repository that is not among its `deps`, or whose imports (up to three deep)
  are not;
- runs a script that reads a tracked file or another stage's output under a literal name;
- packs or copies tracked files (`tar`, `zip`, `cp`, `rsync`).

A folder in `deps` covers what lies in it. Empty `__init__.py` files don't count.

## Why it matters

`dvc repro` and `dvc status` look at the listed dependencies alone. After a change of the unlisted
file they say that all is up to date, and the model or package of yesterday's code is shipped.

## Bad

```yaml
package:
  cmd: tar -czf model.tar.gz code/
  deps:
  - models/model.pth
  outs:
  - model.tar.gz
```

## Better

```yaml
package:
  cmd: tar -czf model.tar.gz code/
  deps:
  - code/inference.py
  - models/model.pth
  outs:
  - model.tar.gz
```

## Known false positives

An import for a plot or a log message, whose change need not retrain anything.

## References

- DVC, dvc.yaml, dependencies: https://dvc.org/doc/user-guide/project-structure/dvcyaml-files
- Sculley et al., Hidden Technical Debt in Machine Learning Systems (2015), undeclared consumers
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.change import Fix, Probe, TextEdit
from mlops_agent.contracts.finding import Finding, FixKind, TrailStep
from mlops_agent.lifecycle.facts import DvcStage
from mlops_agent.risks.dvc_dependencies import listing_edits
from mlops_agent.risks.dvc_uses import Use, undeclared
from mlops_agent.risks.rule import Draft, Rule

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "DAT009",
    "dvc-undeclared-dep",
    "error",
    "high",
    "pipeline",
    "safe",
    asks=(
        "dvc does not rerun the stage",
        "dvc repro says up to date although the code changed",
        "dvc repro does not rebuild",
        "dvc does not notice a change",
        "missing dependency in dvc.yaml",
        "undeclared dependency",
        "stage is not rebuilt",
        "stale package",
        "deps",
    ),
)
MOST_LISTED = 8
"""Missing files above which a list of single files is no longer the right edit."""
_VERBS = {"runs": "run", "imports": "imported", "reads": "read", "packs": "packed or copied"}


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft one finding a stage, with every missing file in its trail."""
    for stage in lifecycle.facts.of(DvcStage):
        uses = undeclared(lifecycle, stage)
        if not uses:
            continue
        names = _names(stage, uses)
        yield Draft(
            path=stage.path,
            line=stage.deps_line or stage.line,
            message=f"Stage {stage.name} uses {names}, but does not list "
            f"{'them' if len(uses) > 1 else 'it'} in deps: after a change there, DVC calls the "
            "stage up to date.",
            smallest_fix=f"Add {names} to the deps of {stage.name}.",
            symbol=stage.name,
            trail=tuple(_step(use) for use in uses),
            confidence="medium" if all(use.how == "imports" for use in uses) else "high",
            fix=_kind(uses) if _edits(lifecycle, stage, uses) else "none",
        )


def fix(lifecycle: Lifecycle, finding: Finding) -> Fix | None:
    """List the missing files; proved by what `dvc status` says after a change of each."""
    for stage in lifecycle.facts.of(DvcStage, finding.path):
        uses = undeclared(lifecycle, stage)
        if finding.line != (stage.deps_line or stage.line) or not uses:
            continue
        edits = _edits(lifecycle, stage, uses)
        if not edits:
            return None
        probed = [use.path for use in uses if use.path in lifecycle.tracked]
        return Fix(
            rule=RULE.id,
            fingerprint=finding.fingerprint,
            safe=_kind(uses) == "safe",
            summary=f"List {_names(stage, uses)} in the deps of stage {stage.name}.",
            trade_off=f"dvc.lock no longer fits stage {stage.name}: the next `dvc repro` runs it "
            "once, and each change of these files runs it again.",
            edits=edits,
            probe=_probe(stage, probed),
            live_checks=[f"Run `dvc repro {stage.name}` where the data is, and commit dvc.lock."],
        )
    return None


def _names(stage: DvcStage, uses: list[Use]) -> str:
    """The first files as dvc.yaml would write them, and how many more there are."""
    names = ", ".join(posixpath.relpath(use.path, stage.wdir or ".") for use in uses[:3])
    return names + (f" and {len(uses) - 3} more" if len(uses) > 3 else "")


def _edits(lifecycle: Lifecycle, stage: DvcStage, uses: list[Use]) -> list[TextEdit]:
    if len(uses) > MOST_LISTED or not any(use.path in lifecycle.tracked for use in uses):
        return []
    return listing_edits(lifecycle.facts, stage, [use.path for use in uses])


def _kind(uses: list[Use]) -> FixKind:
    """Safe where only scripts are missing that the command names; a rerun is wanted then."""
    return "safe" if all(use.how == "runs" for use in uses) else "unsafe"


def _probe(stage: DvcStage, files: list[str]) -> Probe:
    return Probe(
        name=f"DVC notices changes of what {stage.name} uses",
        what="locks the stage in a copy, changes each file, and asks `dvc status`",
        script="dvc_notices",
        arguments=[stage.path, stage.name, *files],
        needs=["dvc"],
        timeout_seconds=120,
    )


def _step(use: Use) -> TrailStep:
    return TrailStep(path=use.at, line=use.line, what=f"{use.path} is {_VERBS[use.how]} here")
