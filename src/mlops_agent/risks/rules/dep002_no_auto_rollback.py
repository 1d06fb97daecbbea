"""A model is rolled out with nothing that would take it back.

## What it finds

- `helm upgrade` of a model service without `--atomic` (Helm 3) or `--rollback-on-failure` (Helm 4);
- a SageMaker endpoint in Terraform without `auto_rollback_configuration`;
- an Argo Rollout without an analysis, a Flagger Canary without `analysis.metrics`;
- a workflow that puts a model service into production (`gcloud run deploy`, `kubectl apply`,
  `kubectl set image`, `az ml online-endpoint`, `aws sagemaker update-endpoint`) and has no word of
  a rollback, an undo or a held-back traffic share.

## Why it matters

When the new model answers wrongly or not at all, the way back has to be found by hand, at night.

## Bad

```yaml
- run: helm upgrade --install churn ./chart
```

## Better

```yaml
- run: helm upgrade --install churn ./chart --atomic --timeout 5m
```

`--atomic` looks at readiness alone. Wrong answers need an analysis of the model's own metrics, as
Argo Rollouts and Flagger have it.

## Known false positives

A rollback that another repository or a person's runbook holds; name it under `external` in the
settings. Trials are left alone: workflows and jobs named as tests, and those that make a cluster of
their own (kind, minikube, k3d).

## Known misses

Argo CD applications that sync by themselves: whether a sync is taken back is decided by hooks and
by people outside the manifest.

## References

- Helm upgrade: https://helm.sh/docs/helm/helm_upgrade/
- SageMaker deployment guardrails:
  https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
- Argo Rollouts, analysis: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Command, ConfigObject
from mlops_agent.risks.rule import Draft, Rule
from mlops_agent.vocabulary.lookup import bare_command

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "DEP002",
    "no-auto-rollback",
    "error",
    "medium",
    "deployment",
    "none",
    asks=(
        "no rollback",
        "automatic rollback",
        "roll back a bad deployment",
        "helm upgrade without atomic",
        "no way back after a release",
    ),
    absence="deployment",
)
_HELM_FLAGS = frozenset({"--atomic", "--rollback-on-failure"})
_ROLLOUTS = (
    ("gcloud", "run", "deploy"),
    ("kubectl", "apply"),
    ("kubectl", "set", "image"),
    ("kubectl", "rollout", "restart"),
    ("az", "ml", "online-endpoint", "update"),
    ("az", "ml", "online-deployment", "create"),
    ("aws", "sagemaker", "update-endpoint"),
)
_WAY_BACK = re.compile(
    r"roll(ing)?[-_ ]?back|\bundo\b|--no-traffic|update-traffic|--atomic|revert|auto_rollback", re.I
)
# Workflows that start a service to try it, not to put it into production.
_TRIAL = re.compile(
    r"(^|[^a-z])(tests?|testing|e2e|smoke|bench\w*|preview|pr)(?=[^a-z]|$)", re.IGNORECASE
)
_RELEASE = re.compile(r"deploy|releas|prod", re.IGNORECASE)
# A cluster that a workflow makes for itself is thrown away with it.
_OWN_CLUSTER = re.compile(
    r"\bkind create cluster|\bkind-action\b|\bminikube start|\bsetup-minikube\b|"
    r"\bk3d cluster create|\b(setup-)?k3s(-action)?@|\bk3s-action\b"
)
_CI = frozenset({"github", "gitlab", "azure-pipelines", "cloudbuild", "jenkins"})
_REMEDIES = {
    "aws_sagemaker_endpoint": (
        "auto_rollback_configuration",
        "Add deployment_config.auto_rollback_configuration with the endpoint's alarms.",
    ),
    "Rollout": ("analysis", "Add an analysis step that queries errors and latency."),
    "Canary": ("analysis.metrics", "Add analysis.metrics with thresholds."),
}


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft a finding for each rollout without a way back."""
    serving = {
        asset.path
        for asset in lifecycle.map.assets
        if asset.stage == "deployment" and asset.confidence != "low"
    }
    yield from _objects(lifecycle, serving)
    seen: set[str] = set()
    for command in lifecycle.facts.of(Command):
        if command.path not in serving or command.path in seen or _is_trial(lifecycle, command):
            continue
        draft = _helm(command) or _rollout(lifecycle, command)
        if draft:
            seen.add(command.path)
            yield draft


def _is_trial(lifecycle: Lifecycle, command: Command) -> bool:
    job = command.owner.partition("/")[0]
    named = _TRIAL.search(command.path) or (_TRIAL.search(job) and not _RELEASE.search(job))
    return bool(named) or _OWN_CLUSTER.search(lifecycle.facts.text(command.path)) is not None


def _objects(lifecycle: Lifecycle, serving: set[str]) -> Iterator[Draft]:
    for thing in lifecycle.facts.of(ConfigObject):
        # A SageMaker endpoint serves a model by what it is, the others by what they roll out.
        serves = thing.kind == "aws_sagemaker_endpoint" or thing.path in serving
        if thing.kind not in _REMEDIES or not serves or thing.templated:
            continue
        wanted, remedy = _REMEDIES[thing.kind]
        foreign = thing.kind == "Canary" and "flagger" not in thing.api
        foreign |= thing.kind == "Rollout" and "argoproj" not in thing.api
        if foreign or any(wanted.lower() in entry.key.lower() for entry in thing.entries):
            continue
        yield Draft(
            path=thing.path,
            line=thing.line,
            message=f"{thing.kind} {thing.name} is rolled out without {wanted}: a bad model stays "
            "until somebody takes it back.",
            smallest_fix=remedy,
            symbol=thing.name,
            searched=(wanted,),
        )


def _helm(command: Command) -> Draft | None:
    argv = bare_command(command.argv)
    if argv[:2] != ("helm", "upgrade") or _HELM_FLAGS & set(argv) or "--dry-run" in argv:
        return None
    return Draft(
        path=command.path,
        line=command.line,
        message="`helm upgrade` without `--atomic`: a release that does not come up stays.",
        smallest_fix="Add `--atomic --timeout 5m` (Helm 4: `--rollback-on-failure`).",
        symbol=command.owner,
        searched=tuple(sorted(_HELM_FLAGS)),
    )


def _rollout(lifecycle: Lifecycle, command: Command) -> Draft | None:
    argv = tuple(word for word in bare_command(command.argv) if not word.startswith("-"))
    rolled = next((words for words in _ROLLOUTS if argv[: len(words)] == words), None)
    if command.origin not in _CI or rolled is None:
        return None
    if _WAY_BACK.search(lifecycle.facts.text(command.path)):
        return None
    return Draft(
        path=command.path,
        line=command.line,
        message=f"`{' '.join(rolled)}` puts the model into production, and nothing in this "
        "workflow would take it back.",
        smallest_fix="Add a smoke request after it, and a step that goes back to the revision "
        "before when the request fails.",
        symbol=command.owner,
        searched=("rollback", "undo", "revert", "--no-traffic", "update-traffic"),
        severity="warning",
    )
