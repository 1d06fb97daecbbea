"""Serving takes the newest model instead of the one that was approved.

## What it finds

- `models:/name/latest` in code, commands or manifests that serve;
- a serving file that loads the newest version without a stage, or the newest by number;
- a serving file that loads whichever model file was written last;
- Azure ML deployments of `azureml:name@latest`, and `:latest` of W&B or BentoML when served.

## Why it matters

"Latest" is whatever was registered or written last, approved or not. A restart of the service is
then a release, and the way back is to register the old model again.

## Bad

```python
model = mlflow.pyfunc.load_model("models:/churn/latest")
```

## Better

```python
model = mlflow.pyfunc.load_model("models:/churn@champion")
```

## Known false positives

A registry in which a model is registered only after its approval. Candidates that training,
evaluation or promotion look at are not flagged, and in a function that nothing calls it is a note.

## References

- https://mlflow.org/docs/latest/ml/model-registry/ (aliases); in MLflow 3.17 "latest" is resolved
  to the highest version over all stages
- https://learn.microsoft.com/azure/machine-learning/how-to-manage-models (label latest)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.change import Fix, Probe
from mlops_agent.contracts.finding import Finding, Severity
from mlops_agent.lifecycle.facts import Call, ConfigObject, Definition
from mlops_agent.risks.acts import does
from mlops_agent.risks.editing import line_edits
from mlops_agent.risks.model_refs import (
    model_refs,
    production_alias,
    serving_paths,
    stages_of,
)
from mlops_agent.risks.rule import Draft, Rule
from mlops_agent.risks.syntax import dotted, tree_of

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "REG007",
    "serve-latest-version",
    "error",
    "high",
    "deployment",
    "unsafe",
    asks=(
        "serves the latest version",
        "service loads the newest model",
        "unapproved model served",
        "restart changes the model",
        "pin the served model",
        "serve exactly the version that the registry marks",
        "models:/latest",
    ),
)
NEWEST_FILE = ("os.path.getmtime", "os.path.getctime", "getmtime", "getctime")
AZURE_LATEST = re.compile(r"^azureml:[^@]+@latest$")
TAG_LATEST = re.compile(r"^[\w./-]+:latest$")
TAGGED = ("bentoml.models.get", "bentoml.get", "wandb.use_artifact")
URI_LATEST = re.compile(r"(models:/[^\s\"'@]*?|[\"'])/latest(?=[\"'\s]|$)", re.IGNORECASE)
# What a file that promotes picks this way is a candidate.
PICKERS = ("get_latest_versions", "search_model_versions")
CALLERS = (".py", ".ipynb", ".sh", ".yaml", ".yml", ".toml", ".cfg", ".json", "Makefile")
CALLERS_DEPTH = 3
CANDIDATE = frozenset({"training", "evaluation", "promotion", "retraining"})
MESSAGE = "{what}: whatever came last is served, approved or not."


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft one finding a place that picks the newest model."""
    serving = serving_paths(lifecycle)
    yield from _uris(lifecycle, serving)
    for call in lifecycle.facts.of(Call):
        if call.path in serving and not _looks_at_candidates(lifecycle, call.path):
            yield from _by_call(lifecycle, call)
    yield from _manifests(lifecycle)
    for path in sorted(serving):
        yield from _newest_file(lifecycle, path)


def fix(lifecycle: Lifecycle, finding: Finding) -> Fix | None:
    """Follow the production alias instead; None for other registries and for files."""
    text = lifecycle.facts.line(finding.path, finding.line)
    alias = production_alias(lifecycle)
    changed, count = URI_LATEST.subn(lambda m: _aliased(m[1], alias), text)
    if count != 1:
        return None
    return Fix(
        rule=RULE.id,
        fingerprint=finding.fingerprint,
        safe=False,
        summary=f"Serve the version that the alias {alias} points to.",
        trade_off=f"A newly registered version is served only once {alias} is moved to it.",
        edits=line_edits(finding.path, lifecycle.facts.text(finding.path), {finding.line: changed}),
        probe=Probe(
            name="served-version",
            what="asks an MLflow registry (SQLite, thrown away) with four versions which one the "
            f"file's own reference answers with: it must be the one that {alias} points to",
            script="mlflow_answers",
            arguments=[alias, finding.path],
            needs=["mlflow", "sqlalchemy"],
        ),
        live_checks=[
            f"In the live registry the alias {alias} must exist and point to the version that "
            "production should serve, before the service starts again."
        ],
    )


def _aliased(before: str, alias: str) -> str:
    return f"{before}@{alias}"


def _uris(lifecycle: Lifecycle, serving: frozenset[str]) -> Iterator[Draft]:
    for ref in model_refs(lifecycle):
        if ref.kind != "latest":
            continue
        served = ref.path in serving or ref.source != "python"
        if _looks_at_candidates(lifecycle, ref.path):
            continue
        line = lifecycle.facts.line(ref.path, ref.line)
        name = ref.name.replace("{}", "NAME")
        severity: Severity = "error" if served else "warning"
        what = f"The model {name} is taken as latest".replace(" NAME", "")
        if ref.source == "python" and _never_called(lifecycle, ref.path, ref.scope):
            severity, what = "note", f"{what} in {ref.scope}, which nothing here calls"
        yield _draft(
            ref.path,
            ref.line,
            ref.scope,
            what,
            f"Refer to it as models:/{name}@{production_alias(lifecycle)}.",
            severity=severity,
            fixable=len(URI_LATEST.findall(line)) == 1 and not ref.path.endswith(".ipynb"),
        )


def _never_called(lifecycle: Lifecycle, path: str, scope: str, depth: int = CALLERS_DEPTH) -> bool:
    """Whether a plain function is named nowhere but where it is made and in others that are not."""
    own = [
        fact
        for fact in lifecycle.facts.of(Definition, path)
        if f"{fact.scope}.{fact.name}".strip(".") == scope
    ]
    # What a framework calls has a decorator or stands in a class; code that reads configuration
    # may name a function in a text.
    if depth == 0 or len(own) != 1 or own[0].decorators or own[0].scope or own[0].is_class:
        return False
    name = re.compile(rf"\b{re.escape(own[0].name)}\b")
    texts = (lifecycle.facts.text(one) for one in lifecycle.tracked if one.endswith(CALLERS))
    mentions = sum(len(name.findall(text)) for text in texts)
    callers = lifecycle.graph.callers(path, scope)
    return mentions == 1 + len(callers) and all(
        _never_called(lifecycle, caller.path, caller.scope, depth - 1) for caller in callers
    )


def _looks_at_candidates(lifecycle: Lifecycle, path: str) -> bool:
    stages = stages_of(lifecycle, path)
    return bool(stages & CANDIDATE) and "deployment" not in stages


def _by_call(lifecycle: Lifecycle, call: Call) -> Iterator[Draft]:
    last = call.name.rpartition(".")[2]
    if last in PICKERS and any(does(c) == "promotes" for c in lifecycle.facts.of(Call, call.path)):
        return
    if last == "get_latest_versions":
        stages = call.argument("stages", 1)
        if stages is not None and re.fullmatch(r"\[\s*[\"']None[\"']\s*\]", stages.text):
            yield _call_draft(call, "The newest version in stage None is loaded")
    elif last == "search_model_versions":
        order, most = call.argument("order_by", 2), call.argument("max_results", 1)
        if order and most and most.value == 1 and "version_number DESC" in order.text:
            yield _call_draft(call, "The version with the highest number is loaded")
    elif call.name in TAGGED or call.name.startswith("bentoml."):
        tag = call.args[0].string if call.args else None
        if tag is not None and TAG_LATEST.match(tag):
            yield _call_draft(call, f"The model {tag} is loaded")
    elif last == "use_artifact":
        tag = call.args[0].string if call.args else None
        kind = call.argument("type")
        if tag and TAG_LATEST.match(tag) and kind is not None and kind.string == "model":
            yield _call_draft(call, f"The model {tag} is loaded")


def _call_draft(call: Call, what: str) -> Draft:
    fix_text = "Load the version that a production alias points to."
    return _draft(call.path, call.line, call.scope, what, fix_text, fixable=False)


def _manifests(lifecycle: Lifecycle) -> Iterator[Draft]:
    for item in lifecycle.facts.of(ConfigObject):
        for entry in item.entries:
            last = entry.key.rpartition(".")[2]
            if last == "model" and isinstance(entry.value, str) and AZURE_LATEST.match(entry.value):
                what = f"The deployment takes {entry.value}"
                fix_text = "Pass an approved version: azureml:NAME:VERSION."
                yield _draft(item.path, entry.line, item.name, what, fix_text, fixable=False)


def _newest_file(lifecycle: Lifecycle, path: str) -> Iterator[Draft]:
    text = lifecycle.facts.text(path)
    tree = tree_of(text) if "getmtime" in text or "getctime" in text else None
    loads = [call for call in lifecycle.facts.of(Call, path) if does(call) == "loads"]
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            name = dotted(node.targets[0])
            used = [
                c for c in loads if any(name in a.text for a in c.args) and c.line > node.lineno
            ]
            if name and used and _picks_newest(node.value):
                scope = used[0].scope
                what = "The model file that was written last is loaded"
                fix_text = "Load the file of the version that the registry marks as deployed."
                yield _draft(path, node.lineno, scope, what, fix_text, fixable=False)


def _picks_newest(node: ast.Call) -> bool:
    keys = [k.value for k in node.keywords if k.arg == "key"]
    return dotted(node.func) == "max" and any(dotted(key) in NEWEST_FILE for key in keys)


def _draft(
    path: str,
    line: int,
    symbol: str,
    what: str,
    smallest_fix: str,
    *,
    severity: Severity | None = None,
    fixable: bool,
) -> Draft:
    return Draft(
        path=path,
        line=line,
        symbol=symbol,
        message=MESSAGE.format(what=what),
        smallest_fix=smallest_fix,
        severity=severity,
        fix=None if fixable else "none",
    )
