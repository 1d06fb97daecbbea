"""Thresholds of the model's quality: floor, margin over the champion, slices.

A proportion has its standard error, an area under the ROC curve Hanley and McNeil's; every other
metric is judged by a paired bootstrap, and says so instead of pretending to a number.
"""

from __future__ import annotations

import math
from dataclasses import replace

from mlops_agent.contracts.gates import Evidence
from mlops_agent.workflow.chance import auc_error, normal_quantile, proportion_error
from mlops_agent.workflow.deriving.bound import RISK, Bound, percent, raised, shown
from mlops_agent.workflow.ground import Ground, Target, cited, quoted
from mlops_agent.workflow.metrics import Metric

ASSUMED_POSITIVES = 0.1
ASSUMED_LEVEL = 0.8
SLICE_ROWS = 500
_RESAMPLED = "a paired bootstrap (1,000 resamples of the holdout)"
_SAME_ROWS = (
    "an upper bound, since both are scored on the same rows: a paired bootstrap may show less"
)


def floor(ground: Ground) -> Bound:
    """The value below which the model is of no use, and those that are set for other metrics."""
    found = _floor(ground)
    for metric, target in ground.guards:
        found = replace(
            found,
            threshold=f"{found.threshold}; {metric.name} {_side(metric)} {_exact(target)}",
            derivation=f"{found.derivation}; {_given(target)}",
            evidence=(*found.evidence, target.evidence),
        )
    return found


def _given(target: Target) -> str:
    return f"given: {quoted(target.evidence)}"


def _side(metric: Metric | None) -> str:
    return "at most" if metric and metric.lower_is_better else "at least"


def _exact(target: Target) -> str:
    """A value that was set, as it was set."""
    return shown(target.value, 4)


def _floor(ground: Ground) -> Bound:
    """The value below which the model is of no use: given, set in the repository, or measured."""
    side = _side(ground.metric)
    if ground.target is not None:
        place = ground.target.evidence
        how = _source(ground) + _not_yet(ground, ground.target.value)
        return Bound(f"{side} {_exact(ground.target)}", how, evidence=(place,))
    own = ground.baseline("floor")
    if own is not None and own.metric is not None:
        return Bound(
            f"{side} {shown(own.value, 3)}",
            _source(ground) + _spread(ground, own.value),
            evidence=(own.evidence,),
        )
    measured = ground.baseline("measured")
    if measured is not None:
        return _from_measured(ground, measured.value, side)
    trivial = "majority class" if ground.classes else "mean, last value"
    return Bound(
        f"better than a trivial model ({trivial}) on the same rows: {_bootstrap(ground)}",
        f"assumed: nothing says from which value on {ground.metric_name} pays",
        assumed=True,
        wanted=f"the value of {ground.metric_name} at which the model is worth its cost",
    )


def _source(ground: Ground) -> str:
    """Where the value of the floor stands, and what kind of value it is."""
    own, measured = ground.baseline("floor"), ground.baseline("measured")
    if ground.target is not None:
        return _given(ground.target)
    if own is not None and own.metric is not None:
        return f"the repository's own `{own.key}`: {quoted(own.evidence)}"
    return f"measured today: {quoted(measured.evidence)}" if measured else ""


def _not_yet(ground: Ground, target: float) -> str:
    """What is said where the value of today does not reach what is asked for."""
    today = ground.baseline("measured")
    if today is None or ground.metric is None:
        return ""
    gap = target - today.value if not ground.metric.lower_is_better else today.value - target
    if gap <= 0:
        return ""
    return (
        f"; {shown(today.value, 4)} today ({cited(today.evidence)}) does not reach it: this "
        "version does not pass"
    )


def _from_measured(ground: Ground, value: float, side: str) -> Bound:
    measured = ground.baseline("measured")
    assert measured is not None
    noise = _noise(ground, value)
    lower = ground.metric is not None and ground.metric.lower_is_better
    slack = noise[0] if noise else abs(value) * 0.05
    level = value + slack if lower else value - slack
    how = noise[1] if noise else "less 5 % of it, assumed: the holdout's size replaces that"
    return Bound(
        f"{side} {shown(level)}",
        f"{_source(ground)}; {how}",
        assumed=noise is None,
        wanted="" if noise else "the number of rows in the holdout",
        evidence=(measured.evidence,),
    )


def gate_floor(ground: Ground) -> Bound:
    """The same value as a gate, which also refuses what is no number."""
    found = floor(ground)
    return Bound(
        f"{found.threshold}, and a finite number (NaN fails)",
        f"that of the success metric; {_briefly(ground, found)}",
        found.assumed,
        found.wanted,
        found.evidence,
    )


def _briefly(ground: Ground, found: Bound) -> str:
    """Of a threshold that is told elsewhere, only what kind of value it is."""
    if found.assumed:
        return "assumed there"
    return "; ".join([_source(ground), *(_given(target) for _, target in ground.guards)])


def margin(ground: Ground) -> Bound:
    """By how much a challenger has to beat the champion, so that chance does not decide."""
    own = ground.baseline("margin")
    places = (own.evidence,) if own else ()
    level = _level(ground)
    noise = _noise(ground, level) if ground.metric else None
    if noise is None:
        return _by_bootstrap(ground)
    gap, how = noise
    exact = _gap(ground, level) or gap
    rows = ground.value("holdout") or 0
    better = "lower" if ground.metric and ground.metric.lower_is_better else "higher"
    threshold = (
        f"at least {shown(gap)} {better} on the same holdout rows, or the {_bootstrap(ground)}"
    )
    if own is not None and own.value < gap:
        needed = raised(rows * (exact / own.value) ** 2, 2) if own.value > 0 else 0
        how += (
            f". The repository's {quoted(own.evidence)} is smaller than this noise: on "
            f"{shown(rows)} rows it is decided by chance"
            + (f"; it takes about {shown(needed)} rows" if needed else "")
        )
    elif own is not None and own.value > 0:
        threshold = f"at least {shown(own.value)} {better} on the same holdout rows"
        how = f"the repository's own {quoted(own.evidence)}, which is above the noise: {how}"
    wanted = (
        ""
        if ground.value("positives") or not _by_positives(ground)
        else ("the share of positives in the holdout")
    )
    return Bound(
        threshold, how, bool(wanted), wanted, (*places, *_of(ground, "holdout", "positives"))
    )


def _by_bootstrap(ground: Ground) -> Bound:
    own = ground.baseline("margin")
    start = f"gain of at least {shown(own.value)} and the " if own else ""
    if ground.metric is not None and ground.metric.word.family == "other":
        said = (
            f"{ground.metric_name} has no standard error in a formula that holds here, so both "
            "models are resampled on the same rows"
        )
        if own is not None:
            said += f"; {quoted(own.evidence)} is the repository's"
        return Bound(start + _bootstrap(ground), said, evidence=(own.evidence,) if own else ())
    said = f"the repository's {quoted(own.evidence)}; " if own else ""
    return Bound(
        start + _bootstrap(ground),
        said
        + "assumed to be enough: "
        + ground.silent("holdout", "", "nothing says how many rows the holdout has")
        + ", so the noise of a gain can't be computed",
        assumed=True,
        wanted="the number of rows in the holdout, and of positives among them",
        evidence=(own.evidence,) if own else (),
    )


def slices(ground: Ground) -> Bound:
    """How far a named part of the data may fall behind."""
    if ground.metric is not None and ground.metric.word.family == "proportion":
        level = _level(ground)
        gap = raised(_z() * math.sqrt(2) * proportion_error(level, SLICE_ROWS), 2)
        side = "above" if ground.metric.lower_is_better else "below"
        return Bound(
            f"no slice of at least {SLICE_ROWS} rows more than {shown(gap)} {side} the champion",
            f"{shown(1.645, 4)} x sqrt(2) x the standard error of {shown(level)} on {SLICE_ROWS} "
            "rows, rounded up; smaller slices show nothing but noise",
        )
    return Bound(
        f"no slice of at least {SLICE_ROWS} rows more than 2 % (relative) worse than the champion",
        f"assumed: {ground.metric_name} of a slice is as noisy as the slice is small; a bootstrap "
        "of each slice replaces the 2 %",
        assumed=True,
        wanted="the slices that must not get worse, and their rows",
    )


def repeat(ground: Ground) -> Bound:
    """How far two runs on the same inputs may differ: well below what the gate decides on."""
    noise = _noise(ground, _level(ground)) if ground.metric else None
    if noise is not None:
        allowed = shown(noise[0] / 4, 1)
        return Bound(
            f"at most {allowed}",
            f"a quarter of the relative gate's {shown(noise[0])}, so that no seed passes the gate "
            "by luck",
        )
    return Bound(
        "at most 0.5 % (relative)",
        "assumed: a convention",
        assumed=True,
        wanted="the spread of the metric over five seeds",
    )


def _bootstrap(ground: Ground) -> str:
    """The condition under which a difference is no chance, on the side that is better."""
    if ground.metric is not None and ground.metric.lower_is_better:
        return f"upper 95 % bound of {_RESAMPLED} below 0"
    return f"lower 95 % bound of {_RESAMPLED} above 0"


def _z() -> float:
    return normal_quantile(1 - RISK)


def _level(ground: Ground) -> float:
    """The level of the metric: measured, set, given, or assumed."""
    found = ground.baseline("measured") or ground.baseline("floor")
    if found is not None and 0 < found.value < 1:
        return found.value
    if ground.target is not None and 0 < ground.target.value < 1:
        return ground.target.value
    return ASSUMED_LEVEL


def _by_positives(ground: Ground) -> bool:
    word = ground.metric.word if ground.metric else None
    return word is not None and (word.family == "auc" or word.rows in ("positives", "chosen"))


def _gap(ground: Ground, level: float) -> float | None:
    """What chance alone makes of the difference of two models, not rounded."""
    found = _error(ground, level)
    return _z() * math.sqrt(2) * found[0] if found else None


def _error(ground: Ground, level: float) -> tuple[float, str] | None:
    """The standard error of the metric on the holdout, and the formula's source."""
    rows, metric = ground.value("holdout"), ground.metric
    if rows is None or metric is None or metric.word.family == "other" or not 0 < level < 1:
        return None
    positives = _positives(ground, rows)
    if metric.word.family == "auc":
        negatives = max(1, round(rows) - positives)
        return auc_error(level, positives, negatives), "Hanley and McNeil 1982"
    counted = positives if _by_positives(ground) else round(rows)
    return proportion_error(level, counted), "sqrt(p (1 - p) / n)"


def _positives(ground: Ground, rows: float) -> int:
    return max(1, round(rows * (ground.value("positives") or ASSUMED_POSITIVES)))


def _noise(ground: Ground, level: float) -> tuple[float, str] | None:
    """What chance alone makes of the difference of two models, and how that was found."""
    found, rows = _error(ground, level), ground.value("holdout") or 0
    if found is None:
        return None
    error, source = found
    positives = _positives(ground, rows)
    gap = raised(_z() * math.sqrt(2) * error, 2)
    return gap, (
        f"the standard error of {ground.metric_name} {_of_level(ground, level)} on "
        f"{_rows(ground, rows, positives)} "
        f"is {shown(error, 3)} ({source}); two models differ by 1.645 x sqrt(2) x "
        f"{shown(error, 3)} = {shown(gap)}, rounded up, by chance in 1 of 20 comparisons, "
        f"{_SAME_ROWS}"
    )


def _of_level(ground: Ground, level: float) -> str:
    found = ground.baseline("measured") or ground.baseline("floor")
    if found is not None and found.value == level:
        return f"{shown(level, 3)} ({cited(found.evidence)})"
    return f"{shown(level, 3)}" + ("" if ground.target else " (assumed)")


def _rows(ground: Ground, rows: float, positives: int) -> str:
    said = ground.figures["holdout"].evidence
    all_rows = f"{shown(rows, 4)} rows ({quoted(said)})"
    if not _by_positives(ground):
        return all_rows
    share = ground.value("positives")
    source = "as said" if share else f"{percent(ASSUMED_POSITIVES)} assumed"
    return f"{all_rows}, {shown(positives, 4)} of them positive ({source})"


def _spread(ground: Ground, level: float) -> str:
    noise = _noise(ground, level)
    return f"; on this holdout two models differ by {shown(noise[0])} by chance" if noise else ""


def _of(ground: Ground, *kinds: str) -> tuple[Evidence, ...]:
    return tuple(ground.figures[kind].evidence for kind in kinds if kind in ground.figures)
