"""Fills the ground of a plan: the figures said, the metric, and what the repository shows.

The metric that the request names counts before one of an answer, and both before the one that the
repository's evaluation computes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mlops_agent.contracts.gates import Answered, Evidence
from mlops_agent.workflow.baselines import Baseline, baselines
from mlops_agent.workflow.figures import told_figures
from mlops_agent.workflow.ground import Ground, Target
from mlops_agent.workflow.metrics import Metric, metric_named, metrics_in
from mlops_agent.workflow.standing import standing
from mlops_agent.workflow.targets import told_value

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

_BATCH = re.compile(
    r"\bbatch|\bnightly scor|\bscores? .{0,40}\b(?:every|each) night", re.IGNORECASE
)
_ONLINE = re.compile(
    r"\bonline\b|\breal[- ]?time\b|\bendpoint|\bREST\b|\bAPI\b|\bp9\d\b|\blatency\b|\b\d+ ?ms\b"
    r"|\bper second\b|\b[rqt]ps\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"""["']([\w/@. -]{2,60})["']""")
MOST_LINES = 2000
_REGRESSION = ("RMSE", "MSE", "MAE", "MAPE", "sMAPE", "WAPE", "R2")
_RANKING = ("NDCG", "BLEU", "ROUGE", "perplexity", "Dice", "IoU", "word error rate")


def lay_ground(
    text: str,
    answers: Mapping[str, str],
    known: Sequence[Answered],
    lifecycle: Lifecycle | None = None,
) -> Ground:
    """What thresholds are derived from. `known` are the settled slots of the gates."""
    found = baselines(lifecycle) if lifecycle else []
    metric, place = _metric(text, answers, found, lifecycle)
    told = told_figures(text, answers)
    slots: dict[str, list[Answered]] = {}
    for one in known:
        slots.setdefault(one.slot, []).append(one)
    return Ground(
        figures=told.by_kind,
        clashes=told.clashes,
        unread=told.unread,
        metric=metric,
        metric_evidence=place,
        target=told_value(text, answers, metric, "target"),
        guards=list(_guards(text, answers, metric)),
        baselines=[*_measured(text, answers, metric), *found],
        known=slots,
        shown=standing(lifecycle) if lifecycle else {},
        told={**answers, "": text},
        form=_form(text, answers, lifecycle),
        classes=metric is None or metric.name not in (*_REGRESSION, *_RANKING),
        numbers=metric is not None and metric.name in _REGRESSION,
    )


def _guards(
    text: str, answers: Mapping[str, str], metric: Metric | None
) -> Iterator[tuple[Metric, Target]]:
    """The values that are set for other metrics than the primary one."""
    seen = {metric.name} if metric else set[str]()
    for one, _ in _said(text, answers):
        target = told_value(text, answers, one, "target") if one.name not in seen else None
        seen.add(one.name)
        if target is not None:
            yield one, target


def _measured(text: str, answers: Mapping[str, str], metric: Metric | None) -> Iterator[Baseline]:
    """What the metric is today, where somebody says it."""
    told = told_value(text, answers, metric, "measured")
    if metric is not None and told is not None:
        yield Baseline("measured", metric.name, metric, told.value, told.evidence)


def _metric(
    text: str,
    answers: Mapping[str, str],
    found: Sequence[Baseline],
    lifecycle: Lifecycle | None,
) -> tuple[Metric | None, Evidence | None]:
    for metric, place in _said(text, answers):
        return metric, place
    for one in found:
        if one.metric is not None and one.role in ("floor", "measured"):
            return one.metric, one.evidence
    return next(_computed(lifecycle), (None, None)) if lifecycle else (None, None)


def _said(text: str, answers: Mapping[str, str]) -> Iterator[tuple[Metric, Evidence]]:
    for metric in metrics_in(text):
        start, end = metric.start, metric.end
        yield metric, Evidence(source="request", text=text[start:end], start=start, end=end)
    for name, answer in answers.items():
        for metric in metrics_in(answer):
            start, end = metric.start, metric.end
            span = answer[start:end]
            yield metric, Evidence(source="answer", text=span, start=start, end=end, answer=name)


def _computed(lifecycle: Lifecycle) -> Iterator[tuple[Metric, Evidence]]:
    """The metrics of the repository's evaluation: by the calls first, then by what it names."""
    assets = [one for one in lifecycle.map.assets if one.stage == "evaluation"]
    assets.sort(key=lambda one: one.path.endswith(".ipynb"))
    for asset in assets:
        metric = metric_named(asset.name)
        if metric is not None:
            yield metric, _line(lifecycle, asset.path, asset.line)
    for path in dict.fromkeys(one.path for one in assets if one.path.endswith(".py")):
        lines = lifecycle.facts.text(path).splitlines()
        for number, line in enumerate(lines[:MOST_LINES], start=1):
            quoted = _QUOTED.findall(line)
            metric = next((one for text in quoted if (one := metric_named(text))), None)
            if metric is not None:
                yield metric, _line(lifecycle, path, number)


def _line(lifecycle: Lifecycle, path: str, line: int) -> Evidence:
    text = lifecycle.facts.line(path, line).strip()[:160]
    return Evidence(source="repository", text=text, path=path, line=line)


def _form(text: str, answers: Mapping[str, str], lifecycle: Lifecycle | None) -> str:
    said = " ".join((text, *answers.values()))
    batch, online = _BATCH.search(said), _ONLINE.search(said)
    if batch or online:
        return "batch" if batch and not online else "online" if not batch else ""
    if lifecycle is None:
        return ""
    serving = {one.tool for one in lifecycle.map.assets if one.stage == "deployment"}
    return "online" if serving & {"web", "kserve", "seldon", "bentoml", "torch", "ray"} else ""
