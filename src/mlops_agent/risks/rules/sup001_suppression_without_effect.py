"""A suppression comment that does not count.

## What it finds

A comment `# mlops-agent: ignore[...]` that names no rule, names one that does not exist, gives no
reason, or stands where that rule finds nothing.

## Why it matters

A comment that looks like a decision but has no effect misleads the next reader, and one that
outlived its cause would hide the fault when it comes back.

## Bad

```python
client.set_registered_model_alias("churn", "champion", v)  # mlops-agent: ignore
```

## Better

```python
# mlops-agent: ignore[REG001] reason=the caller compares, see docs/promotion.md
client.set_registered_model_alias("churn", "champion", v)
```

## Known false positives

A comment for a rule that another branch or setting makes fire: it is idle here all the same.

## References

- Unused suppressions as findings: Ruff RUF100, https://docs.astral.sh/ruff/rules/unused-noqa/
"""

from __future__ import annotations

from mlops_agent.risks.rule import Rule

RULE = Rule(
    "SUP001",
    "suppression-without-effect",
    "note",
    "high",
    "pipeline",
    "none",
    asks=("unused suppression", "suppression comment", "ignore comment"),
)
