"""Prometheus: rule files (alerts and recordings), scrape configurations, Alertmanager routes."""

from __future__ import annotations

import re

from mlops_agent.lifecycle.facts import AlertRule, Fact, MetricSource
from mlops_agent.lifecycle.readers.documents.objects import object_of
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping

_STRINGS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`")
_NAMED = re.compile(r"\{\s*__name__\s*=\s*\"([A-Za-z_:][\w:]*)\"")
_BRACES = re.compile(r"\{[^{}]*\}")
_RANGES = re.compile(r"\[[^\]]*\]")
_LABEL_LISTS = re.compile(
    r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", re.IGNORECASE
)
_COMMENTS = re.compile(r"#[^\n]*")
_NAMES = re.compile(r"(?<![\w:.])([A-Za-z_:][\w:]*)(?!\s*\()(?![\w:])")
_WORDS = frozenset(
    [
        "and",
        "or",
        "unless",
        "by",
        "without",
        "on",
        "ignoring",
        "group_left",
        "group_right",
        "offset",
        "bool",
        "inf",
        "nan",
        "start",
        "end",
        "sum",
        "avg",
        "min",
        "max",
        "count",
        "stddev",
        "stdvar",
        "topk",
        "bottomk",
        "quantile",
        "count_values",
        "group",
        "atan2",
    ]
)


def is_rules(_source: Source, root: Mapping) -> bool:
    """Whether a document is a rule file: groups of rules that alert or record."""
    groups = (g for g in root.items("groups") if isinstance(g, Mapping))
    rules = (r for g in groups for r in g.items("rules") if isinstance(r, Mapping))
    return any(r.has("expr") and (r.has("alert") or r.has("record")) for r in rules)


def read_rules(source: Source, root: Mapping) -> list[Fact]:
    """A ConfigObject (kind "RuleFile"), AlertRules, and MetricSources for recording rules."""
    file = object_of(root, source, family="prometheus", kind="RuleFile", name=source.name)
    return [file, *rules_of(source, root)]


def is_scrape(_source: Source, root: Mapping) -> bool:
    """Whether a document is a Prometheus server's configuration."""
    return root.has("scrape_configs") or (root.has("rule_files") and root.has("global"))


def read_scrape(source: Source, root: Mapping) -> list[Fact]:
    """ConfigObjects: the file (kind "Prometheus") and each scrape job (kind "ScrapeConfig")."""
    found: list[Fact] = [
        object_of(root, source, family="prometheus", kind="Prometheus", name=source.name)
    ]
    for job in root.items("scrape_configs"):
        if isinstance(job, Mapping):
            name = job.text("job_name")
            found.append(
                object_of(job, source, family="prometheus", kind="ScrapeConfig", name=name)
            )
    return found


def is_alertmanager(_source: Source, root: Mapping) -> bool:
    """Whether a document is an Alertmanager configuration."""
    return root.has("receivers") and root.mapping("route") is not None


def read_alertmanager(source: Source, root: Mapping) -> list[Fact]:
    """The file as one ConfigObject (family "alertmanager")."""
    return [object_of(root, source, family="alertmanager", kind="Alertmanager", name=source.name)]


def rules_of(source: Source, holder: Mapping | None) -> list[Fact]:
    """The rules of the `groups` below a mapping."""
    found: list[Fact] = []
    for group in holder.items("groups") if holder else ():
        if not isinstance(group, Mapping):
            continue
        for rule in group.items("rules"):
            if isinstance(rule, Mapping) and isinstance(rule.get("expr"), Leaf):
                found.append(_rule(source, rule))
    return found


def _rule(source: Source, rule: Mapping) -> Fact:
    expr = rule.get("expr")
    assert isinstance(expr, Leaf)
    line = source.clamp(rule.line)
    if not rule.has("alert"):
        return MetricSource(
            path=source.path,
            line=line,
            end_line=line,
            name=rule.text("record"),
            metric_type="recording",
        )
    return AlertRule(
        path=source.path,
        line=line,
        end_line=max(line, source.clamp(rule.end_line)),
        name=rule.text("alert"),
        expr=expr.text,
        expr_line=source.clamp(expr.line + 1 if expr.style in ("|", ">") else expr.line),
        metrics=metrics_of(expr.text),
        duration=rule.text("for"),
        severity=rule.text("labels", "severity"),
    )


def metrics_of(expr: str) -> tuple[str, ...]:
    """The metric names of a PromQL expression, each once, in the order in which they occur.

    Template text counts as a label matcher. Functions, keywords, label names and durations are
    left out; `{__name__="x"}` counts as `x`.
    """
    named = [match[1] for match in _NAMED.finditer(expr)]
    bare = _STRINGS.sub('""', _COMMENTS.sub("", expr))
    for pattern in (_BRACES, _BRACES, _RANGES, _LABEL_LISTS):
        bare = pattern.sub(" ", bare)
    names = [match[1] for match in _NAMES.finditer(bare) if match[1].lower() not in _WORDS]
    return tuple(dict.fromkeys(names + named))
