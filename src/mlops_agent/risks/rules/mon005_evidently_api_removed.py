"""Monitoring code imports an Evidently module that the declared version no longer has.

## What it finds

Imports of `evidently.report`, `evidently.test_suite`, `evidently.metric_preset`,
`evidently.test_preset`, `evidently.pipeline` or `from evidently import ColumnMapping` in a
repository whose declared Evidently may be 0.7 or later.

## Why it matters

From 0.7 on these modules live below `evidently.legacy`. The drift job ends with
ModuleNotFoundError at its next rebuild, and drift goes unseen until somebody looks.

## Bad

```python
from evidently.report import Report
from evidently.metric_preset import DataDriftPreset
```

## Better

```python
from evidently.legacy.report import Report
from evidently.legacy.metric_preset import DataDriftPreset
```

Later, and with tests of its own: the new API, `from evidently import Report` and
`evidently.presets`, whose `run()` returns the result.

## Known false positives

An environment that pins Evidently below 0.7 outside the repository. A declaration inside it is
seen, and the rule is silent where any keeps 0.7 out or none exists.

## References

- https://docs.evidentlyai.com/faq/migration
- Names checked in the source of Evidently 0.7.23
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mlops_agent.contracts.change import Fix, Probe
from mlops_agent.contracts.finding import Finding
from mlops_agent.lifecycle.facts import Import, Requirement
from mlops_agent.risks.editing import line_edits
from mlops_agent.risks.rule import Draft, Rule
from mlops_agent.risks.versions import all_admit

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "MON005",
    "evidently-api-removed",
    "error",
    "high",
    "monitor",
    "unsafe",
    asks=(
        "evidently import fails",
        "drift job crashes on import",
        "no module named evidently.report",
        "evidently upgrade",
    ),
)
REMOVED = ("report", "test_suite", "metric_preset", "test_preset", "pipeline", "dashboard")
SHARED = ("metrics", "tests")
FIRST_WITHOUT = (0, 7)


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft one finding a file, at its first import of a module that is gone."""
    declared = [r for r in lifecycle.facts.of(Requirement) if r.package == "evidently"]
    if not all_admit(declared, FIRST_WITHOUT):
        return
    where = declared[0]
    pin = f"{where.path}:{where.line} lets in {where.specifier or 'any version'}"
    for path in sorted({fact.path for fact in lifecycle.facts.of(Import)}):
        gone = _gone(lifecycle, path)
        if gone:
            first = min(gone, key=lambda fact: fact.line)
            fixable = path.endswith(".py") and bool(_changes(lifecycle, path))
            yield Draft(
                path=path,
                line=first.line,
                symbol=_module(first),
                message=f"{_module(first)} does not exist from Evidently 0.7 on, and {pin}: the "
                "import fails and nothing is monitored.",
                smallest_fix="Import the same names from evidently.legacy.",
                fix=None if fixable else "none",
            )


def fix(lifecycle: Lifecycle, finding: Finding) -> Fix | None:
    """Move the file's imports below `evidently.legacy`; None where a name is not there either."""
    changes = _changes(lifecycle, finding.path)
    if not changes:
        return None
    text = lifecycle.facts.text(finding.path)
    return Fix(
        rule=RULE.id,
        fingerprint=finding.fingerprint,
        safe=False,
        summary=f"Import Evidently's classic API from evidently.legacy in {finding.path}.",
        trade_off="The classic API is kept by Evidently for migration only; the new API stays to "
        "be taken up, and the numbers of the legacy reports are not compared here.",
        edits=line_edits(finding.path, text, changes),
        probe=Probe(
            name="evidently-imports",
            what="runs the file's own Evidently imports against the installed Evidently",
            script="evidently_imports",
            arguments=[finding.path],
            needs=["evidently"],
        ),
        live_checks=["Run the monitoring job once where it lives and look at its report."],
    )


def _gone(lifecycle: Lifecycle, path: str) -> list[Import]:
    imports = [f for f in lifecycle.facts.of(Import, path) if _module(f).startswith("evidently")]
    moved = {f.alias or f.name for f in imports if f.module.startswith("evidently.legacy")}
    return [f for f in imports if _is_gone(f) and (f.alias or f.name) not in moved]


def _module(fact: Import) -> str:
    return f"{fact.module}.{fact.name}" if fact.module == "evidently" and fact.name else fact.module


def _is_gone(fact: Import) -> bool:
    parts = _module(fact).split(".")
    return parts[0] == "evidently" and parts[1:2] in ([m] for m in (*REMOVED, "ColumnMapping"))


@cache
def _legacy_names() -> dict[str, frozenset[str]]:
    text = files("mlops_agent.risks.data").joinpath("evidently_legacy.toml").read_text("utf-8")
    data: dict[str, Any] = tomllib.loads(text)
    modules: dict[str, list[str]] = data["modules"]
    return {name: frozenset(names) for name, names in modules.items()}


def _changes(lifecycle: Lifecycle, path: str) -> dict[int, str | None]:
    """The changed lines, or none at all where one import has no place below `legacy`."""
    gone = _gone(lifecycle, path)
    names = _legacy_names()
    # A legacy Report takes legacy metrics only, so the file's metrics and tests move with it.
    along = [
        fact
        for fact in lifecycle.facts.of(Import, path)
        if fact.module in {f"evidently.{m}" for m in SHARED}
    ]
    changes: dict[int, str | None] = {}
    for fact in [*gone, *along]:
        module = fact.module.removeprefix("evidently").lstrip(".") or "pipeline.column_mapping"
        if fact.name is None or fact.name not in names.get(module, frozenset()):
            return {}
        line = lifecycle.facts.line(path, fact.line)
        new = re.sub(
            rf"\bfrom\s+{re.escape(fact.module)}\s+import\b",
            f"from evidently.legacy.{module} import",
            line,
        )
        if new == line or (fact.module == "evidently" and "," in line):
            return {}
        changes[fact.line] = new
    return changes
