"""A failing training, evaluation or registration step does not stop what follows.

## What it finds

A command on the way from training to promotion whose failure is thrown away:

- `|| true`, `|| :`, `|| exit 0`, `|| echo ...` behind it;
- a pipe into `tee` and the like in a shell without `pipefail`. GitHub's default shell is `bash -e`,
  which has none; `shell: bash` has it, and so does GitLab's runner. Make, DVC and `sh -c` have
  none;
- `set +e` above it, with no look at `$?` later;
- a leading `-` in a Makefile;
- `continue-on-error: true` (GitHub), `allow_failure: true` (GitLab), `continueOnError: true`
  (Azure);
- a GitHub job or step under `if: always()` that registers, promotes or deploys after it;
- Argo `continueOn: {failed: true}`, Airflow `trigger_rule="all_done"` (or the like) on a task that
  registers or deploys, `.ignore_upstream_failure()` in Kubeflow Pipelines;
- `error_threshold: -1` of an Azure ML batch deployment.

A request to a running service (`curl .../drift`, `.../evaluate`, `.../train`) counts as that work.

Which command is on that way is read off the files it runs, never off the step's name. It is an
error where something after it registers, promotes or deploys, otherwise a warning.

## Why it matters

A step that failed looks like one that succeeded, and nobody looks at a green run. Where the step
is the gate, the model it turned down goes to production all the same.

## Bad

```yaml
- name: Evaluate
  run: python src/evaluate.py | tee eval.log
- name: Promote
  run: python src/promote.py
```

## Better

```yaml
- name: Evaluate
  shell: bash
  run: python src/evaluate.py | tee eval.log
- name: Promote
  run: python src/promote.py
```

## Known false positives

A step whose outcome is looked at by other means than `steps.ID.outcome`, `steps.ID.conclusion`,
`$?` or `PIPESTATUS`, for example by a later script that reads the log.

## Known misses

The last status of a shell loop that stands for all its turns, and pipelines that only copy or
publish: they are not the work of training, evaluation or registration.

## References

- GitHub Actions, shells of a step:
  https://docs.github.com/actions/reference/workflow-syntax-for-github-actions
- Bash manual, Pipelines: https://www.gnu.org/software/bash/manual/bash.html#Pipelines
- Breck et al., The ML Test Score (2017), Infra: model quality is validated before serving
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.change import Fix
from mlops_agent.contracts.finding import Finding, TrailStep
from mlops_agent.risks.bypasses import bypasses
from mlops_agent.risks.losses import Loss, losses
from mlops_agent.risks.losses_fixed import fix_loss
from mlops_agent.risks.rule import Draft, Rule

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "PIP001",
    "failure-swallowed-in-train-or-eval",
    "error",
    "high",
    "pipeline",
    "unsafe",
    asks=(
        "promotes a model even when the evaluation failed",
        "failing evaluation does not stop",
        "make a failing evaluation stop the promotion",
        "training fails but the job stays green",
        "ignored exit code",
        "swallowed failure",
        "continue-on-error",
        "pipefail",
        "tee",
        "|| true",
        "allow_failure",
        "green although it failed",
        "failed step",
        "drift check stays green when its request fails",
        "a failed check must fail the run",
        "tell us when the check itself fails",
        "the workflow goes on after an error",
    ),
)


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft a finding for each command of the way whose failure is lost."""
    for loss in losses(lifecycle):
        trail = [TrailStep(path=loss.path, line=loss.line, what=loss.how)]
        trail += [TrailStep(path=p, line=n, what=w) for p, n, w in loss.after]
        yield Draft(
            path=loss.path,
            line=loss.line,
            message=_message(loss),
            smallest_fix=loss.remedy,
            symbol=loss.owner,
            trail=tuple(trail),
            severity="error" if loss.after else "warning",
            why=loss.why,
            fix="unsafe" if fix_loss(lifecycle, loss, "") else "none",
        )
    for bypass in bypasses(lifecycle):
        yield Draft(
            path=bypass.path,
            line=bypass.line,
            message=f"A failure is lost: {bypass.how}; {bypass.does} all the same.",
            smallest_fix=bypass.remedy,
            symbol=bypass.owner,
            trail=(TrailStep(path=bypass.path, line=bypass.line, what=bypass.how),),
            severity=bypass.severity,
            why=bypass.why,
            fix="none",
        )


def fix(lifecycle: Lifecycle, finding: Finding) -> Fix | None:
    """The smallest edit that lets the failure through, proved by running the step itself."""
    for loss in losses(lifecycle):
        if (loss.path, loss.line) == (finding.path, finding.line) and (
            _message(loss) == finding.message
        ):
            return fix_loss(lifecycle, loss, finding.fingerprint)
    return None


def _message(loss: Loss) -> str:
    after = loss.after[0][2] if loss.after else "the run counts as a success"
    return f"A failure of the {loss.work} is lost: {loss.how}; {after} all the same."
