"""Promotion or serving by MLflow stages, which are deprecated in favour of aliases.

## What it finds

Calls of `transition_model_version_stage` and `get_latest_versions`, and references like
`models:/name/Production`.

## Why it matters

Stages are deprecated since MLflow 2.9 and do not exist in Unity Catalog: an upgrade or a move takes
the promotion path away, and with it the way back.

## Bad

```python
client.transition_model_version_stage("churn", version, "Production")
model = mlflow.pyfunc.load_model("models:/churn/Production")
```

## Better

```python
client.set_registered_model_alias("churn", "champion", version)
model = mlflow.pyfunc.load_model("models:/churn@champion")
```

Writers and readers must move together, and the alias must be set once in the live registry before
the readers start.

## Known false positives

Code that supports both while a team migrates: a file that also sets or reads aliases is not
flagged. An MLflow pinned below 2.3 has no aliases and is not flagged either.

## References

- https://mlflow.org/docs/latest/ml/model-registry/ ("Migrating from stages")
- Deprecation checked in the source of MLflow 3.17.2
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.change import Fix, Probe, TextEdit
from mlops_agent.contracts.finding import Finding
from mlops_agent.lifecycle.facts import Call, Requirement
from mlops_agent.risks.editing import line_edits
from mlops_agent.risks.rule import Draft, Rule
from mlops_agent.risks.stage_sites import Site, mended, stage_sites
from mlops_agent.risks.versions import admits_from

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "REG006",
    "deprecated-stages",
    "warning",
    "high",
    "registry",
    "unsafe",
    asks=(
        "deprecated stages",
        "transition_model_version_stage",
        "get_latest_versions deprecated",
        "move from stages to aliases",
        "Production stage to champion alias",
    ),
)
FIRST_WITH_ALIASES = (2, 3)
ALIAS_CALLS = ("set_registered_model_alias", "get_model_version_by_alias")
UNITY_CATALOG = "databricks-uc"
WHAT = {
    "writes": "transition_model_version_stage is deprecated since MLflow 2.9{uc}",
    "reads": "get_latest_versions is deprecated since MLflow 2.9{uc}",
    "refers": "The model is chosen by its stage, and stages are deprecated since MLflow 2.9{uc}",
}


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft one finding a place that uses stages."""
    pins = [r for r in lifecycle.facts.of(Requirement) if r.package in ("mlflow", "mlflow-skinny")]
    if any(not admits_from(pin, FIRST_WITH_ALIASES) for pin in pins):
        return
    sites = [site for site in stage_sites(lifecycle) if not _has_aliases(lifecycle, site.path)]
    plan = mended(lifecycle) if sites else {}
    for site in sites:
        yield _draft(lifecycle, site, plan if isinstance(plan, str) else "")


def fix(lifecycle: Lifecycle, finding: Finding) -> Fix | None:
    """Move every place of the repository from stages to aliases, or None if one cannot be."""
    changes = mended(lifecycle)
    if isinstance(changes, str) or finding.path not in changes:
        return None
    edits: list[TextEdit] = []
    for path in sorted(changes):
        edits += line_edits(path, lifecycle.facts.text(path), changes[path])
    aliases = _aliases(lifecycle)
    names = " and ".join(f"{stage} -> {alias}" for stage, alias in aliases.items())
    return Fix(
        rule=RULE.id,
        fingerprint=finding.fingerprint,
        safe=False,
        summary=f"Use aliases in place of stages ({names}), in every file at once.",
        trade_off="Whatever outside this repository still reads the stage keeps the old model; "
        "setting an alias does not archive earlier versions.",
        edits=edits,
        probe=Probe(
            name="aliases-answer",
            what="makes the files' own look-ups, promotions and references against an MLflow "
            "registry (SQLite, thrown away): each must come to the version that the alias points "
            "to, and nothing deprecated may be called",
            script="mlflow_answers",
            arguments=[",".join(aliases.values()), *sorted(changes)],
            needs=["mlflow", "sqlalchemy"],
        ),
        live_checks=[
            f"Set the alias {alias} on the version that is in stage {stage} in the live registry, "
            "before the readers start again."
            for stage, alias in aliases.items()
        ],
    )


def _aliases(lifecycle: Lifecycle) -> dict[str, str]:
    """The aliases in use by stage, that of Production first: the probe takes it as champion."""
    stages = {site.stage.capitalize() for site in stage_sites(lifecycle)}
    return {
        stage: alias
        for stage in ("Production", "Staging")
        if stage in stages and (alias := lifecycle.settings.alias_of_stage(stage)) is not None
    }


def _has_aliases(lifecycle: Lifecycle, path: str) -> bool:
    return any(call.name.endswith(ALIAS_CALLS) for call in lifecycle.facts.of(Call, path))


def _draft(lifecycle: Lifecycle, site: Site, obstacle: str) -> Draft:
    catalog = any(
        call.name == "mlflow.set_registry_uri" and any(v.string == UNITY_CATALOG for v in call.args)
        for path in lifecycle.graph.closure(site.path)
        for call in lifecycle.facts.of(Call, path)
    )
    alias = lifecycle.settings.alias_of_stage(site.stage) if site.stage else None
    advice = (
        f"Use the alias {alias} here and in all other places together."
        if alias
        else ("Use an alias here and in all other places together.")
    )
    if obstacle:
        advice += f" Not done by itself: {obstacle}."
    uc = " and fails in Unity Catalog, which this file uses" if catalog else ""
    return Draft(
        path=site.path,
        line=site.line,
        symbol=site.scope,
        message=WHAT[site.how].format(uc=uc) + ".",
        smallest_fix=advice,
        severity="error" if catalog else None,
        fix="none" if obstacle else None,
    )
