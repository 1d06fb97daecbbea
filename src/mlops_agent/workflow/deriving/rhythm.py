"""Times of a model's life: retraining, cooldown, retention, first action; and who approves."""

from __future__ import annotations

import re

from mlops_agent.workflow.deriving.bound import Bound, lasting, money
from mlops_agent.workflow.deriving.release import loss_of
from mlops_agent.workflow.ground import Ground, quoted
from mlops_agent.workflow.owners import approvals, named

WEEK = 7.0
FIRST_ACTION = 15.0
_DAY = 1440.0
_OFTEN = (
    (r"\bhourly\b|\bevery hour\b|\beach hour\b", 1 / 24),
    (r"\b(?:daily|nightly|overnight)\b|\b(?:every|each|a) (?:day|night|morning)\b", 1),
    (
        r"\b(?:weekly|weekend)\b"
        r"|\b(?:every|each|a) (?:week|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
        7,
    ),
    (r"\b(?:biweekly|fortnight)", 14),
    (r"\bmonthly\b|\b(?:every|each|a) month\b", 31),
    (r"\bquarterly\b|\b(?:every|each|a) quarter\b", 92),
    (r"\byearly\b|\b(?:every|each|a) year\b", 366),
)
_CRON = re.compile(
    r"(?<![\d*/,-])([\d*/,-]+) ([\d*/,-]+) ([\d*/,?-]+) ([\d*/,A-Z-]+) ([\d*/,?A-Z-]+)"
)


def cadence_days(text: str) -> float | None:
    """The days between two trainings that a text or a cron line tells, or None."""
    for pattern, days in _OFTEN:
        if re.search(pattern, text, re.IGNORECASE):
            return float(days)
    cron = _CRON.search(text)
    return _of_cron(*cron.groups()) if cron else None


def _of_cron(minute: str, hour: str, day: str, month: str, weekday: str) -> float:
    if month != "*":
        return 366.0
    if day not in ("*", "?"):
        return 31.0
    if weekday not in ("*", "?"):
        return WEEK
    if hour == "*" or "/" in hour:
        return 1 / 24 if hour == "*" else int(hour.split("/")[1] or 1) / 24
    return 1.0


def cadence(ground: Ground) -> Bound:
    """How old the champion may become before a challenger is trained."""
    place = ground.slot("cadence")
    days = cadence_days(place.text) if place else None
    delay = ground.figures.get("label-delay")
    if place is not None and days is not None:
        how = f"the cadence of today: {quoted(place)}"
        if delay is not None and delay.value > days:
            how += (
                f"; labels are {lasting(delay.value * _DAY)} late ({quoted(delay.evidence)}), so "
                "each run learns from cases that are at least that old"
            )
        return Bound(
            f"older than {lasting(days * _DAY)}",
            how,
            evidence=(place, *([delay.evidence] if delay else [])),
        )
    if delay is not None:
        wait = max(WEEK, delay.value + 1)
        return Bound(
            f"older than {lasting(wait * _DAY)}",
            "a week, or the label delay plus a day where that is longer: "
            f"{quoted(delay.evidence)}; before that a "
            "retraining sees few labels that the last one did not see",
            evidence=(delay.evidence,),
        )
    return Bound(
        "older than 7 days",
        "assumed: weekly, as long as nothing says how late labels come or how fast quality falls",
        assumed=True,
        wanted="how often it is trained today, and how late labels come",
    )


def cooldown(ground: Ground) -> Bound:
    """How often a signal may start a training: not before the last one can be judged."""
    delay = ground.figures.get("label-delay")
    if delay is not None:
        wait = max(WEEK, delay.value + 1)
        return Bound(
            f"at most 1 retraining in {lasting(wait * _DAY)}, on a report no older than 2 windows",
            "whether a retraining helped shows only when its labels come: "
            f"{quoted(delay.evidence)}, plus a day",
            evidence=(delay.evidence,),
        )
    return Bound(
        "at most 1 retraining in 7 days, on a report no older than 2 windows",
        "assumed: a drift that lasts would else train at each check; the label delay replaces the "
        "week",
        assumed=True,
        wanted="how late labels come",
    )


def approval(ground: Ground) -> Bound:
    """How many have to agree before a version goes live."""
    place = ground.slot("approver")
    count = approvals(ground)
    threshold = f"at least {count}, by another person than the one who trained it"
    if place is not None and (named(ground, "approver") or count > 1):
        return Bound(threshold, f"given: {quoted(place)}", evidence=(place,))
    said = f"; {quoted(place)} names nobody" if place is not None else ""
    return Bound(
        threshold,
        f"assumed: the least that separates training from release{said}",
        assumed=True,
        wanted="who may put a version into production",
    )


def retention(ground: Ground) -> Bound:
    """How long what an auditor asks for is kept."""
    given = ground.figures.get("retention")
    if given is not None:
        return Bound(
            f"kept at least {_long(given.value)}; the answer within 10 minutes",
            f"given: {quoted(given.evidence)}; the 10 minutes are assumed",
            evidence=(given.evidence,),
        )
    rules = ground.slot("rules")
    said = f", under {quoted(rules)}" if rules else ""
    return Bound(
        "kept at least 12 months; the answer within 10 minutes",
        f"assumed{said}: no retention is named",
        assumed=True,
        wanted="how long lineage, approvals and prediction logs must be kept",
        evidence=(rules,) if rules else (),
    )


def incident(ground: Ground) -> Bound:
    """How soon the first action follows the alert."""
    price = ground.figures.get("cost-hour")
    how = "assumed: a person who is called needs so long"
    if price is not None:
        loss = money(loss_of(price.value * FIRST_ACTION / 60), price.sign)
        how += f"; at {quoted(price.evidence)} that wait costs about {loss}"
    return Bound(
        f"more than {lasting(FIRST_ACTION)}",
        how,
        assumed=True,
        wanted="who is called and in which hours"
        + ("" if price else ", and what an hour of wrong predictions costs"),
        evidence=(price.evidence,) if price else (),
    )


def _long(days: float) -> str:
    if days >= 365:
        years = round(days / 365)
        return f"{years} year" + ("" if years == 1 else "s")
    return f"{round(days / 30)} months" if days >= 60 else lasting(days * _DAY)
