"""Thresholds of drift, live quality and silence, from the volume of predictions and labels.

The banking bounds 0.10 and 0.25 are a convention about size, not a test; what is computed is how
many rows a window needs before chance alone stays below them.
"""

from __future__ import annotations

import math
from dataclasses import replace

from mlops_agent.workflow.chance import (
    auc_error,
    ks_critical,
    normal_quantile,
    one_proportion,
    psi_rows,
)
from mlops_agent.workflow.deriving.bound import POWER, RISK, Bound, lasting, raised, rounded, shown
from mlops_agent.workflow.figures import Figure
from mlops_agent.workflow.ground import Ground, Target, cited, quoted

BINS = 10
LOOK, ACT = 0.10, 0.25
FALSE_ALARMS = 0.01
"""The share of windows in which chance may raise an alarm, over all inputs together."""
ASSUMED_FEATURES = 10
ASSUMED_POSITIVES = 0.1
DROP = 0.05
LONGEST_DAYS = 14.0
"""What takes longer to count is too rare for statistics."""
QUIET = 0.1
"""Traffic of the quietest hour against the mean."""
_DAY = 1440.0
_CONVENTION = "the banking convention of a shift worth a look, no test"
_SOURCE = "Yurdakul and Naranjo 2020"


def look(ground: Ground) -> Bound:
    """When somebody looks; a bound that was given counts, and none is above that of acting."""
    given, acting = ground.figures.get("psi-look"), ground.figures.get("psi")
    bound, why = LOOK, f"{shown(LOOK)} is {_CONVENTION}"
    if given is not None:
        bound, why = given.value, _why(given)
        if acting is not None and acting.value <= bound:
            why += f"; {quoted(acting.evidence)} is not above it: one of the two is mistaken"
    elif acting is not None and acting.value <= LOOK:
        bound = acting.value / 2
        why = f"half of the bound for acting, assumed: {quoted(acting.evidence)}"
    found = _psi(ground, bound, why)
    volume = ground.figures.get("volume")
    if volume is None or _few(bound, ground, volume.value):
        return found
    rows = round(volume.value * _window_days(bound, ground, volume.value))
    distance = ks_critical(rows, rows, FALSE_ALARMS / _tests(ground))
    if distance >= bound:
        return found
    return replace(
        found,
        derivation=f"{found.derivation}. At that size a Kolmogorov-Smirnov test calls a distance "
        f"of {shown(distance, 1)} significant: the size of the shift decides, not a p-value",
    )


def act(ground: Ground) -> Bound:
    """When a challenger is trained; a bound that was given counts."""
    given, looking = ground.figures.get("psi"), ground.figures.get("psi-look")
    if given is not None:
        return _psi(ground, given.value, _why(given), acting=True)
    if looking is not None and looking.value >= ACT:
        why = f"twice the bound for a look, assumed: {quoted(looking.evidence)}"
        return _psi(ground, 2 * looking.value, why, acting=True)
    return _psi(ground, ACT, f"{shown(ACT)} is the convention for acting", acting=True)


def _why(given: Figure) -> str:
    return f"given: {quoted(given.evidence)}"


def _tests(ground: Ground) -> int:
    """How many distributions are compared in each window: the inputs, and the score."""
    return round(ground.value("features") or ASSUMED_FEATURES) + 1


def _window_days(bound: float, ground: Ground, volume: float) -> float:
    needed = raised(psi_rows(bound, BINS, FALSE_ALARMS / _tests(ground)), 2)
    return max(1.0, math.ceil(needed / volume))


def _few(bound: float, ground: Ground, volume: float) -> bool:
    """Whether a window of enough rows would last too long to be of use."""
    return _window_days(bound, ground, volume) > LONGEST_DAYS


def _psi(ground: Ground, bound: float, why: str, *, acting: bool = False) -> Bound:
    needed = raised(psi_rows(bound, BINS, FALSE_ALARMS / _tests(ground)), 2)
    volume = ground.figures.get("volume")
    kinds = ("volume", "features", "psi-look", "psi")
    places = tuple(ground.figures[kind].evidence for kind in kinds if kind in ground.figures)
    rule = f"{why}. {_noise(ground, needed, acting=acting)}"
    if volume is None:
        return Bound(
            f"PSI above {shown(bound)} in a window of at least {shown(needed)} rows",
            f"{rule}. That a day brings so many is assumed: "
            + ground.silent("volume", "", "nothing says how many predictions are made"),
            assumed=True,
            wanted="the number of predictions a day, and of inputs",
            evidence=places,
        )
    if _few(bound, ground, volume.value):
        what = (
            "2 reviews in a row that find the same shift"
            if acting
            else "any input or score outside its range in training"
        )
        return Bound(
            f"{what}; all cases of {shown(LONGEST_DAYS)} days are reviewed by hand",
            f"{rule}; {quoted(volume.evidence)} would take "
            f"{lasting(math.ceil(needed / volume.value) * _DAY)} for one window: too few for "
            f"statistics; {shown(LONGEST_DAYS)} days are assumed to be the longest that drift may "
            "stay unseen",
            assumed=True,
            wanted="how long a drift may stay unseen",
            evidence=places,
        )
    time = lasting(_window_days(bound, ground, volume.value) * _DAY)
    rows = shown(volume.value * _window_days(bound, ground, volume.value))
    counted = "" if acting else f"; {quoted(volume.evidence)} gives {rows} in {time}"
    said = rule + counted
    return Bound(f"PSI above {shown(bound)} in windows of {time}", said, evidence=places)


def _noise(ground: Ground, needed: float, *, acting: bool) -> str:
    """From how many rows on chance stays below a bound; the method is told once, for the look."""
    if acting:
        return f"Chance stays below it from {shown(needed)} rows a window, computed as for the look"
    counted = "" if "features" in ground.figures else f", {ASSUMED_FEATURES} inputs assumed,"
    return (
        f"Chance alone stays below it in 99 % of windows from {shown(needed)} rows: (1/n + 1/m) x "
        f"chi-square with {BINS - 1} degrees ({_SOURCE}), for {_tests(ground)} distributions"
        f"{counted} with Bonferroni's correction and a reference as large as the window"
    )


def quality(ground: Ground) -> Bound:
    """How far live quality may fall, and never below what has to be held."""
    target = ground.target
    if target is None or ground.metric is None:
        return _fallen(ground)
    found = _to_the_floor(ground, target)
    if found is None:
        fallen = _fallen(ground)
        found = replace(fallen, threshold=f", or {fallen.threshold}")
    side = "above" if ground.metric.lower_is_better else "below"
    return replace(
        found,
        threshold=f"{side} {shown(target.value, 4)}{found.threshold}",
        derivation=f"{shown(target.value, 4)} is given: {quoted(target.evidence)}; "
        + found.derivation,
        evidence=(target.evidence, *found.evidence),
    )


def _to_the_floor(ground: Ground, target: Target) -> Bound | None:
    """How many labels tell today's value from what has to be held, where that is the nearer."""
    level, source = _level(ground)
    gap = rounded(abs(level - target.value), 4)
    family = ground.metric.word.family if ground.metric else "other"
    if family == "other" or not 0 < gap < DROP * level or not _better(ground, level, target):
        return None
    labels = raised(_labels(ground, level, gap), 2)
    what = "labelled predictions" + (" that are positive" if _positive(ground) else "")
    return Bound(
        f", on at least {shown(labels)} {what}",
        f"{shown(level, 4)} ({source}) is told from it with {shown(POWER * 100)} % power at "
        f"{shown(RISK * 100)} % one-sided on {shown(labels)} {what}{_share(ground)}"
        + _delayed(ground),
        assumed=family == "auc" and "positives" not in ground.figures,
        wanted="the share of positives",
    )


def _better(ground: Ground, level: float, target: Target) -> bool:
    lower = ground.metric is not None and ground.metric.lower_is_better
    return level < target.value if lower else level > target.value


def _fallen(ground: Ground) -> Bound:
    """How far live quality may fall, and on how many labels that can be seen."""
    level, source = _level(ground)
    family = ground.metric.word.family if ground.metric else "other"
    if family == "other":
        return Bound(
            "5 % (relative) worse, and the 95 % bootstrap interval of the labelled window "
            "excludes the value at promotion",
            f"assumed: 5 % is a convention; {ground.metric_name} needs a bootstrap of the "
            f"labelled window, whose size is not known beforehand{_delayed(ground)}",
            assumed=True,
            wanted="the loss of quality that costs more than a retraining",
        )
    drop = raised(DROP * level, 2)
    labels = raised(_labels(ground, level, drop), 2)
    what = "labelled predictions" + (" that are positive" if _positive(ground) else "")
    how = (
        f"a drop of {shown(drop)} from {shown(level)} ({source}) is seen with "
        f"{shown(POWER * 100)} % power at "
        f"{shown(RISK * 100)} % one-sided on {shown(labels)} {what}{_share(ground)}; the drop of "
        "5 % (relative, rounded up) is assumed" + _delayed(ground)
    )
    delay = ground.figures.get("label-delay")
    return Bound(
        f"{shown(drop)} below the value at promotion, on at least {shown(labels)} {what}",
        how,
        assumed=True,
        wanted="the loss of quality that costs more than a retraining",
        evidence=(delay.evidence,) if delay else (),
    )


def _labels(ground: Ground, level: float, drop: float) -> float:
    if ground.metric is not None and ground.metric.word.family == "auc":
        share = ground.value("positives") or ASSUMED_POSITIVES
        rows = 10_000
        error = auc_error(level, round(rows * share), rows - round(rows * share))
        z = normal_quantile(1 - RISK) + normal_quantile(POWER)
        return rows * (z * error / drop) ** 2
    return one_proportion(level, drop, RISK, POWER)


def _share(ground: Ground) -> str:
    """The share of positives that an area under a curve was judged by."""
    if ground.metric is None or ground.metric.word.family != "auc":
        return ""
    given = ground.figures.get("positives")
    if given is not None:
        return f", of them {shown(given.value * 100)} % positive ({quoted(given.evidence)})"
    return f", of them {shown(ASSUMED_POSITIVES * 100)} % positive (assumed)"


def _level(ground: Ground) -> tuple[float, str]:
    found = ground.baseline("measured") or ground.baseline("floor")
    if found is not None and 0 < found.value < 1:
        return found.value, cited(found.evidence)
    if ground.target is not None and 0 < ground.target.value < 1:
        return ground.target.value, "the target"
    return 0.8, "assumed"


def _positive(ground: Ground) -> bool:
    return ground.metric is not None and ground.metric.word.rows in ("positives", "chosen")


def _delayed(ground: Ground) -> str:
    delay = ground.figures.get("label-delay")
    if delay is None or delay.value <= 0:
        return ""
    return (
        f". Labels are {lasting(delay.value * _DAY)} late ({quoted(delay.evidence)}): until then "
        "inputs and scores stand in for quality"
    )


def silence(ground: Ground) -> Bound:
    """How long without a prediction is no chance any more."""
    if ground.form == "batch":
        return Bound(
            "0 scores, or fewer than 80 % of the last run's rows, when the batch should be "
            "complete",
            "0 is a count; the 80 % are assumed: the spread of the last 8 runs replaces them",
            assumed=True,
            wanted="the rows of the last 8 runs",
        )
    volume = ground.figures.get("volume")
    if volume is None:
        return Bound(
            "0 predictions in 15 minutes, or no drift figures for 2 windows",
            f"assumed: {ground.silent('volume', '', 'nothing says how many predictions are made')};"
            " with their number the window is the time in which none at all has a chance of 1 in "
            "10,000",
            assumed=True,
            wanted="the number of predictions a day",
        )
    a_minute = volume.value / _DAY
    wait = max(5.0, math.log(1e4) / (a_minute * QUIET))
    if wait > _DAY:
        return _rare(volume)
    return Bound(
        f"0 predictions in {lasting(wait)}, or no drift figures for 2 windows",
        f"{quoted(volume.evidence)} is {shown(a_minute)} a minute; with a tenth of that in the "
        "quietest hour "
        "(assumed) none at all has a chance below 1 in 10,000 (Poisson), and 5 minutes is the "
        "least that two scrapes can tell",
        evidence=(volume.evidence,),
    )


def _rare(volume: Figure) -> Bound:
    """Silence of a model that predicts so rarely that hours don't matter, only days."""
    wait = min(LONGEST_DAYS, max(1.0, math.log(1e4) / volume.value))
    time = lasting(wait * _DAY)
    return Bound(
        f"0 predictions in {time}, or no drift figures for 2 windows",
        f"{quoted(volume.evidence)}: over whole days none at all in {time} "
        + (
            "has a chance below 1 in 10,000 (Poisson)"
            if wait < LONGEST_DAYS
            else f"may still be chance, but {shown(LONGEST_DAYS)} days are the longest (assumed)"
        ),
        evidence=(volume.evidence,),
    )
