"""Data is validated and the result decides nothing.

## What it finds

The result of a validator (Great Expectations, Evidently's tests, deepchecks, pandera in a handler
that goes on, `soda scan ... || true`) that is thrown away, or only printed, logged or stored.

## Why it matters

The pipeline looks validated and trains on whatever came in. The first sign of broken data is a
worse model.

## Bad

```python
result = context.checkpoints.get("raw").run()
print(result)
train()
```

## Better

```python
result = context.checkpoints.get("raw").run()
if not result.success:
    raise SystemExit("the raw data does not meet its expectations")
train()
```

## Known false positives

A report made for people, whose verdict another program reads from the file that was stored.

## Known misses

Problems that code of the repository collects in a list of its own, logs and drops: the audit does
not tell such a list from a report that somebody reads.

## References

- https://docs.greatexpectations.io/docs/reference/ (ValidationResult.success)
- https://pandera.readthedocs.io/en/stable/lazy_validation.html
- Breck et al. 2017, "The ML Test Score", data tests
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Call, Command
from mlops_agent.risks.rule import Draft, Rule
from mlops_agent.risks.uses import fate_of

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "DAT006",
    "validation-result-ignored",
    "error",
    "medium",
    "pipeline",
    "none",
    asks=(
        "validation result is ignored",
        "data validation does not stop the pipeline",
        "bad data gets into training",
        "failed expectations are only logged",
    ),
)
# Calls that answer with a verdict and raise nothing by themselves.
QUIET = ("run_checkpoint", "validate", "run")
QUIET_OWNERS = ("great_expectations.", "deepchecks.")
SUITES = ("evidently.test_suite.TestSuite.run", "evidently.legacy.test_suite.TestSuite.run")
RAISING = ("pandera.", "pandas.testing.")


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft one finding a verdict that nothing obeys."""
    for call in lifecycle.facts.of(Call):
        if _answers(call):
            draft = _ignored(lifecycle, call)
            if draft is not None:
                yield draft
    for command in lifecycle.facts.of(Command):
        if command.argv[:2] == ("soda", "scan") and command.after in ("or", "ignored"):
            yield _draft(command.path, command.line, command.owner, "the exit code of soda scan")


def _answers(call: Call) -> bool:
    last = call.name.rpartition(".")[2]
    if call.name in SUITES:
        return True
    return (last in QUIET and call.name.startswith(QUIET_OWNERS)) or last == "run_checkpoint"


def _ignored(lifecycle: Lifecycle, call: Call) -> Draft | None:
    name = call.name.rpartition(".")[2]
    if call.name in SUITES:
        return _suite(lifecycle, call)
    if not call.used:
        return _draft(call.path, call.line, call.scope, f"what {name}() answers")
    if call.assigned is None or "." in call.assigned:
        return None
    fate = fate_of(lifecycle.facts.text(call.path), call.scope, call.assigned)
    if fate is None or not fate.idle:
        return None
    shown = f" (it only goes to {', '.join(fate.shown_by)})" if fate.shown_by else ""
    return _draft(call.path, call.line, call.scope, f"what {name}() answers{shown}")


def _suite(lifecycle: Lifecycle, call: Call) -> Draft | None:
    """A legacy TestSuite keeps its verdict in itself: the name it was called on is followed."""
    name = lifecycle.facts.line(call.path, call.line).split(".run", maxsplit=1)[0].split()[-1:]
    if not name or not name[0].isidentifier():
        return None
    fate = fate_of(lifecycle.facts.text(call.path), call.scope, name[0])
    if fate is None or not fate.idle:
        return None
    return _draft(call.path, call.line, call.scope, "what the test suite found")


def _draft(path: str, line: int, symbol: str, what: str) -> Draft:
    return Draft(
        path=path,
        line=line,
        symbol=symbol,
        message=f"Nothing obeys {what}: data that fails its validation goes on to training.",
        smallest_fix="Leave with an error when the validation did not succeed.",
    )
