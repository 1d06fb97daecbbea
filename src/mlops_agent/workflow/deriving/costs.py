"""What the costs of the two errors decide: a score to act from, a quantile to plan at."""

from __future__ import annotations

from mlops_agent.contracts.gates import Evidence
from mlops_agent.workflow.deriving.bound import Bound, money, shown
from mlops_agent.workflow.figures import Figure
from mlops_agent.workflow.ground import Ground, quoted


def decision(ground: Ground) -> Bound:
    """The score from which on acting costs less than not acting (Elkan 2001)."""
    if ground.metric is not None and " at " in ground.metric.name:
        rank = ground.metric.name.rsplit(" ", 1)[1]
        evidence = (ground.metric_evidence,) if ground.metric_evidence else ()
        return Bound(
            f"among the top {rank} scores of a round",
            f"the metric counts the top {rank}, so the decision is a rank and no score",
            evidence=evidence,
        )
    alarm, miss = ground.figures.get("cost-alarm"), ground.figures.get("cost-miss")
    if alarm is None or miss is None or (alarm.sign and miss.sign and alarm.sign != miss.sign):
        return _by_ratio(ground) or _same_costs(ground, alarm, miss)
    sign = alarm.sign or miss.sign
    best = alarm.value / (alarm.value + miss.value)
    return Bound(
        f"at least {shown(best)}",
        f"p* = C_FP / (C_FP + C_FN) = {money(alarm.value, sign)} / ({money(alarm.value, sign)} + "
        f"{money(miss.value, sign)}) (Elkan 2001); holds for calibrated scores, and where a right "
        f"decision costs nothing. From {quoted(alarm.evidence)} and {quoted(miss.evidence)}",
        evidence=(alarm.evidence, miss.evidence),
    )


def _by_ratio(ground: Ground) -> Bound | None:
    """The threshold where only the ratio of the two costs is told: it needs no more."""
    ratio = ground.figures.get("cost-ratio")
    if ratio is None:
        return None
    alarm, miss = (1.0, ratio.value) if ratio.value >= 1 else (1 / ratio.value, 1.0)
    return Bound(
        f"at least {shown(alarm / (alarm + miss))}",
        f"p* = C_FP / (C_FP + C_FN) = {shown(alarm)} / ({shown(alarm)} + {shown(miss)}) (Elkan "
        "2001): the ratio is enough; holds for calibrated scores, and where a right decision costs "
        f"nothing. From {quoted(ratio.evidence)}",
        evidence=(ratio.evidence,),
    )


def quantile(ground: Ground) -> Bound:
    """The quantile of a forecast at which too little and too much cost the same (newsvendor)."""
    costs = costs_told(ground)
    if costs is None:
        return Bound(
            "the 0.5 quantile",
            "assumed: one too much costs what one too little does",
            assumed=True,
            wanted="what one too much and one too little cost",
        )
    over, under, places = costs
    return Bound(
        f"the {shown(under / (under + over))} quantile",
        f"C_under / (C_under + C_over) = {shown(under)} / ({shown(under)} + {shown(over)}), the "
        "newsvendor's ratio (Arrow, Harris and Marschak 1951); holds where each unit too much or "
        f"too little costs the same. From {' and '.join(map(quoted, places))}",
        evidence=places,
    )


def costs_told(ground: Ground) -> tuple[float, float, tuple[Evidence, ...]] | None:
    """What one too much and one too little cost, or their ratio; None where nobody says it."""
    alarm, miss = ground.figures.get("cost-alarm"), ground.figures.get("cost-miss")
    if alarm and miss and not (alarm.sign and miss.sign and alarm.sign != miss.sign):
        return alarm.value, miss.value, (alarm.evidence, miss.evidence)
    ratio = ground.figures.get("cost-ratio")
    if ratio is None:
        return None
    over, under = (1.0, ratio.value) if ratio.value >= 1 else (1 / ratio.value, 1.0)
    return over, under, (ratio.evidence,)


def _same_costs(ground: Ground, alarm: Figure | None, miss: Figure | None) -> Bound:
    """The threshold where the costs of the two errors are not known, or cannot be compared."""
    told = tuple(one.evidence for one in (alarm, miss) if one)
    if len(told) == 2:
        why = f"{quoted(told[0])} and {quoted(told[1])} are in two currencies"
    elif told:
        why = f"only {quoted(told[0])} is told"
    else:
        why = ground.silent("cost-miss", "error-cost", "nothing says what an error costs")
    return Bound(
        "at least 0.5",
        f"assumed: both kinds of error cost the same, since {why}, so p* = C_FP / (C_FP + C_FN) = "
        "0.5 (Elkan 2001)",
        assumed=True,
        wanted="what a false alarm and a missed case cost",
        evidence=told,
    )
