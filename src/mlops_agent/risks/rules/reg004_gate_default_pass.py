"""A promotion gate that lets a model through whatever its metrics are.

## What it finds

- a flag that is read from the evaluation and then overwritten by a constant;
- a function named like a gate whose only statement is `return True`;
- a metric read with a default that passes (`metrics.get("accuracy", 1.0) >= 0.8`);
- a test that is made only if the metric is there, with no word on a missing one;
- `except: approved = True` before a release;
- a candidate that is released where it is worse than the champion (`rmse > best_rmse`);
- a threshold of 0 that nothing sets (`os.getenv("MIN_AUC", "0")`), and a missing metric that counts
  as NaN, which no `<` refuses;
- a Databricks job whose validation task has `run_mode: dry_run` (or `disabled`) before a task that
  deploys or promotes;
- a script told by its own command line to skip the comparison (`--force_comparison True`).

## Why it matters

The gate looks like one in every review, and a model that is worse, or was never evaluated, is
registered or promoted all the same.

## Bad

```python
deploy_flag = int(infile.read())
deploy_flag = 1
if deploy_flag == 1:
    mlflow.register_model(uri, name)
```

## Better

```python
deploy_flag = int(infile.read())
if deploy_flag == 1:
    mlflow.register_model(uri, name)
```

## Known false positives

A development copy that is never run on the way to production. Exclude its folder, or suppress the
line with the reason.

## References

- Breck et al. 2017, "The ML Test Score": model quality is validated before serving
- Zhang et al. 2022, "Code smells for machine learning applications" (arXiv:2203.13746)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.change import Fix, Probe
from mlops_agent.contracts.finding import Finding, TrailStep
from mlops_agent.lifecycle.facts import Call
from mlops_agent.risks.editing import line_edits
from mlops_agent.risks.gate_defaults import Lenient, passing_defaults
from mlops_agent.risks.gate_dry_runs import dry_runs
from mlops_agent.risks.gate_forms import (
    Hole,
    always_true,
    approving_handlers,
    bypassed,
    overwritten,
    skipped_when_missing,
)
from mlops_agent.risks.gate_thresholds import misjudged
from mlops_agent.risks.rule import Draft, Rule

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "REG004",
    "gate-default-pass",
    "error",
    "high",
    "registry",
    "unsafe",
    asks=(
        "every model is registered",
        "model that scores worse still gets registered",
        "gate always passes",
        "make the comparison count",
        "deploy flag ignored",
        "missing metric passes the gate",
        "evaluation result is ignored on promotion",
        "worse model promoted",
    ),
)
# What NaN does to a comparison is another fault than what a missing metric counts as.
WITHOUT_NAN = "bad,missing"
READERS = (overwritten, always_true, approving_handlers, skipped_when_missing, misjudged)
MESSAGES = {
    "overwritten": "{name} is read at line {cause} and then set to a constant here, so the test "
    "below always holds and {effect} (line {effect_line}) runs whatever the evaluation said.",
    "always-true": "{name}() always returns True, and {effect} line {effect_line} decides by it.",
    "handler": "When the check fails with an error, {name} is set to True here, and {effect} "
    "(line {effect_line}) runs.",
    "missing": "The threshold on {name} is tested only if {name} is there; a model without it "
    "passes.",
    "dry-run": "{scope} has {name}, so it turns no model down, and {effect} runs all the same.",
    "inverted": "The model is released where {name}, that is, where it is worse.",
    "nan": "A missing {name} counts as NaN, which the test {effect} (line {effect_line}) never "
    "refuses: a comparison with NaN is always false.",
    "threshold": "The threshold {name} is 0 or less unless it is set, and nothing here sets it: "
    "{effect} (line {effect_line}) lets every model through.",
    "bypassed": "The command is given {name}, so its comparison is skipped and every model passes.",
}
FIXES = {
    "overwritten": "Delete this assignment.",
    "always-true": "Compare the candidate's metric with the champion's and return the result.",
    "handler": "Set {name} to False there, or let the error through.",
    "missing": "Exit with an error when {name} is missing.",
    "dry-run": "Set run_mode to enabled, with thresholds that the model has to meet.",
    "inverted": "Turn the comparison round.",
    "nan": 'Read it with ["{name}"], so that a missing metric is an error.',
    "threshold": "Give {name} a default that refuses a bad model, or none.",
    "bypassed": "Remove the argument.",
}


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft one finding a hole."""
    for path in sorted({call.path for call in lifecycle.facts.of(Call)}):
        for read in READERS:
            for hole in read(lifecycle, path):
                yield _draft(lifecycle, hole)
        for lenient in passing_defaults(lifecycle, path):
            yield _lenient_draft(lenient)
    for hole in (*bypassed(lifecycle), *dry_runs(lifecycle)):
        yield _draft(lifecycle, hole)


def fix(lifecycle: Lifecycle, finding: Finding) -> Fix | None:
    """Take the constant or the default out; None for the forms that need a decision of people."""
    path = finding.path
    change = _change(lifecycle, path, finding.line)
    if change is None or not path.endswith(".py"):
        return None
    arguments, changes, summary = change
    return Fix(
        rule=RULE.id,
        fingerprint=finding.fingerprint,
        safe=False,
        summary=summary,
        trade_off="Models that got through until now may be refused from now on.",
        edits=line_edits(path, lifecycle.facts.text(path), changes),
        probe=Probe(
            name="gate-refuses",
            what="runs the gate's own code with stand-in evaluation results: it must let a good "
            "one through and refuse bad ones",
            script="gate_refuses",
            arguments=[path, *arguments],
        ),
        live_checks=["Run the training pipeline once with a model that must be refused."],
    )


def _change(
    lifecycle: Lifecycle, path: str, line: int
) -> tuple[list[str], dict[int, str | None], str] | None:
    """The probe's arguments, the changed lines, and the summary."""
    text = lifecycle.facts.line(path, line)
    for hole in overwritten(lifecycle, path):
        if hole.line == line and _whole(text, hole.name):
            return [hole.scope], {line: None}, f"Let {hole.name} keep what the evaluation said."
    for hole in approving_handlers(lifecycle, path):
        if hole.line == line and text.count("True") == 1:
            changed = text.replace("True", "False")
            return (
                [hole.scope, WITHOUT_NAN],
                {line: changed},
                f"Refuse when the check of {hole.name} fails.",
            )
    for lenient in passing_defaults(lifecycle, path):
        if lenient.line == line:
            changed = _strict(text, lenient.key)
            if changed is not None:
                summary = f"Fail when the metric {lenient.key} is missing."
                return [lenient.scope, WITHOUT_NAN], {line: changed}, summary
    return None


def _whole(text: str, name: str) -> bool:
    """Whether the line holds this one statement alone."""
    return text.strip().startswith(name) and ";" not in text and not text.rstrip().endswith("\\")


def _strict(text: str, key: str) -> str | None:
    pattern = re.compile(rf"""\.get\(\s*(["']){re.escape(key)}\1\s*,[^()]*(?:\([^()]*\))?\s*\)""")
    changed, count = pattern.subn(lambda m: f"[{m[1]}{key}{m[1]}]", text)
    return changed if count == 1 else None


def _draft(lifecycle: Lifecycle, hole: Hole) -> Draft:
    effect = _sink_name(hole.effect)
    words = {
        "name": hole.name,
        "scope": hole.scope,
        "cause": hole.cause_line,
        "effect": effect,
        "effect_line": hole.effect_line,
    }
    trail = (
        TrailStep(path=hole.path, line=hole.cause_line, what=f"{hole.name} is read"),
        TrailStep(path=hole.path, line=hole.line, what="it is set to a constant"),
        TrailStep(path=hole.path, line=hole.effect_line, what=f"{effect} runs"),
    )
    fixable = hole.path.endswith(".py") and hole.form in ("overwritten", "handler")
    return Draft(
        path=hole.path,
        line=hole.line,
        symbol=hole.scope,
        message=MESSAGES[hole.form].format(**words),
        smallest_fix=FIXES[hole.form].format(**words),
        trail=trail if hole.form == "overwritten" else (),
        confidence="high" if hole.form in ("overwritten", "always-true") else "medium",
        fix=None if fixable and _change(lifecycle, hole.path, hole.line) else "none",
    )


def _lenient_draft(lenient: Lenient) -> Draft:
    test = TrailStep(path=lenient.path, line=lenient.test_line, what=f"the test {lenient.test}")
    return Draft(
        path=lenient.path,
        line=lenient.line,
        symbol=lenient.scope,
        message=f"A missing {lenient.key} counts as {lenient.default:g}, which passes the gate at "
        f"line {lenient.test_line} ({lenient.test}).",
        smallest_fix=f'Read it with ["{lenient.key}"], so that a missing metric is an error.',
        trail=(test,),
        fix=None if lenient.path.endswith(".py") else "none",
    )


def _sink_name(name: str) -> str:
    return name.lstrip(".")
