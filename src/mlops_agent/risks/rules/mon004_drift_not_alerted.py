"""Drift is computed, and nobody and nothing is told.

## What it finds

An Evidently, NannyML or whylogs run whose result only becomes a file, a log line or an artifact;
and a model monitor whose list of alert addresses is empty.

## Why it matters

A report that nobody opens finds nothing. Drift is then noticed where monitoring was to prevent it:
in wrong predictions.

## Bad

```python
snapshot = Report([DataDriftPreset()]).run(current, reference)
snapshot.save_html("drift.html")
```

## Better

```python
snapshot = Report([DataDriftPreset()], include_tests=True).run(current, reference)
snapshot.save_html("drift.html")
if any(test["status"] == "FAIL" for test in snapshot.dict()["tests"]):
    raise SystemExit("the data has drifted, see drift.html")
```

## Known false positives

A report whose stored form another program reads from outside the repository.

## Known misses

A result that is read by a key which this version of the library does not write, and Prometheus
without any rule file: alerts may be kept by hand in Grafana or elsewhere.

## References

- https://docs.evidentlyai.com/docs/library/tests
- Breck et al. 2017, "The ML Test Score", monitoring tests
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Assignment, Call
from mlops_agent.risks.rule import Draft, Rule
from mlops_agent.risks.uses import fate_of

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "MON004",
    "drift-computed-not-alerted",
    "error",
    "medium",
    "monitor",
    "none",
    asks=(
        "drift report nobody reads",
        "no alert on drift",
        "drift is computed but nobody is told",
        "somebody should get a mail when data drifts",
    ),
)
RUNS = re.compile(
    r"^(evidently(\.legacy)?\.(report\.)?Report\.run|nannyml\..*\.(calculate|estimate)|"
    r"whylogs\.(log|DataFrame\.profile))$"
)
# The classic Report keeps its result in itself; from 0.7 on run() answers with it.
KEEPS = re.compile(r"^evidently(\.legacy)?\.report\.Report\.run$")
ADDRESSES = re.compile(r"(alert|notif|monitor)\w*_(emails?|addresses|email_addresses|recipients)$")
EMPTY = ("[]", "()", "list()")
STORED = re.compile(r"[\"']([\w./{}-]+\.(?:html|json|csv|parquet))[\"']")


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft one finding a drift result that only lies about, and a monitor without addressee."""
    for call in lifecycle.facts.of(Call):
        if RUNS.match(call.name) and not call.path.endswith(".ipynb"):
            draft = _unheard(lifecycle, call)
            if draft is not None:
                yield draft
    for one in lifecycle.facts.of(Assignment):
        if ADDRESSES.search(one.target) and one.value.text in EMPTY:
            draft = _nobody(lifecycle, one)
            if draft is not None:
                yield draft


def _unheard(lifecycle: Lifecycle, call: Call) -> Draft | None:
    text = lifecycle.facts.text(call.path)
    name = call.assigned
    if KEEPS.match(call.name):
        before = lifecycle.facts.line(call.path, call.line).split(".run", maxsplit=1)[0].split()
        name = before[-1] if before and before[-1].isidentifier() else None
    if name is None or "." in name:
        return None
    fate = fate_of(text, call.scope, name)
    if fate is None or not fate.idle or not fate.shown_by or _read_elsewhere(lifecycle, call):
        return None
    shown = ", ".join(fate.shown_by)
    return Draft(
        path=call.path,
        line=call.line,
        symbol=call.scope,
        message=f"The drift that is computed here only goes to {shown}: no test, exit code, metric "
        "or message follows from it.",
        smallest_fix="Test the result and leave with an error, or push it as a metric with an "
        "alert on it.",
        searched=(
            f"a test, return or other use of {name} in {call.scope or 'the module'}",
            "a file of the repository that reads what is stored here",
        ),
    )


def _read_elsewhere(lifecycle: Lifecycle, call: Call) -> bool:
    """Whether another file names a file that this function writes."""
    first, last = max(1, call.line - 40), call.line + 40
    near = "\n".join(lifecycle.facts.line(call.path, n) for n in range(first, last))
    names = {PurePosixPath(found).name for found in STORED.findall(near) if "{" not in found}
    wanted = {name for name in names if not name.endswith(".html")}
    return any(
        name in lifecycle.facts.text(path)
        for path in lifecycle.facts.paths()
        if wanted and path != call.path
        for name in wanted
    )


def _nobody(lifecycle: Lifecycle, one: Assignment) -> Draft | None:
    users = [
        call
        for call in lifecycle.facts.of(Call, one.path)
        if call.scope == one.scope and call.line > one.line and _hands_on(call, one.target)
    ]
    again = [
        other
        for other in lifecycle.facts.of(Assignment, one.path)
        if other.target == one.target and other.scope == one.scope and other.line != one.line
    ]
    if not users or again or f"{one.target}.append" in lifecycle.facts.text(one.path):
        return None
    return Draft(
        path=one.path,
        line=one.line,
        symbol=one.scope,
        message=f"{one.target} is empty: the monitor at line {users[0].line} has nobody to tell.",
        smallest_fix="Make the addresses a parameter that each environment sets.",
    )


def _hands_on(call: Call, name: str) -> bool:
    return any(value.text == name for value in (*call.args, *(v for _, v in call.keywords)))
