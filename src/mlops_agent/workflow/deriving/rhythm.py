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
_COUNTS = {"other": 2, "second": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_UNITS = {
    "hour": 1 / 24,
    "day": 1,
    "night": 1,
    "week": 7,
    "month": 30.5,
    "quarter": 92,
    "year": 366,
}
_EACH = re.compile(
    rf"\b(?:every|each)\s+(?P<n>\d{{1,3}}|{'|'.join(_COUNTS)})\s+(?P<unit>{'|'.join(_UNITS)})s?\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?P<n>twice|(?:\d{1,2}|two|three|four|five|six|ten)(?:x|\s+times))\s+(?:a|an|per|each|every)\s+"
    rf"(?P<unit>{'|'.join(_UNITS)})\b",
    re.IGNORECASE,
)
_OFTEN = (
    (r"\b(?:bi-?weekly|fortnight)", 14),
    (r"\bhourly\b|\bevery hour\b|\beach hour\b", 1 / 24),
    (r"\b(?:daily|nightly|overnight)\b|\b(?:every|each|a) (?:day|night|morning)\b", 1),
    (
        r"\b(?:weekly|weekend)\b"
        r"|\b(?:every|each|a) (?:week|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
        7,
    ),
    (r"\bmonthly\b|\b(?:every|each|a) month\b", 31),
    (r"\bquarterly\b|\b(?:every|each|a) quarter\b", 92),
    (r"\byearly\b|\b(?:every|each|a) year\b", 366),
)
_CRON = re.compile(
    r"(?<![\d*/,-])([\d*/,-]+) ([\d*/,-]+) ([\d*/,?-]+) ([\d*/,A-Z-]+) ([\d*/,?A-Z-]+)"
)


_HOURS = re.compile(r"(?:\*|(?P<first>\d{1,2})(?:-(?P<last>\d{1,2}))?)(?:/(?P<step>\d{1,2}))?")


def cadence_days(text: str) -> float | None:
    """The days between two trainings that a text or a cron line tells, or None."""
    if each := _EACH.search(text):
        return _count(each["n"]) * _UNITS[each["unit"].lower()]
    if times := _TIMES.search(text):
        return _UNITS[times["unit"].lower()] / _count(times["n"])
    for pattern, days in _OFTEN:
        if re.search(pattern, text, re.IGNORECASE):
            return float(days)
    cron = _CRON.search(text)
    return _of_cron(*cron.groups()) if cron else None


def _count(said: str) -> int:
    """A number of times or units; one at least."""
    word = said.lower().removesuffix("x").removesuffix("times").strip()
    return 2 if word == "twice" else _COUNTS.get(word) or max(1, int(word))


def _of_cron(minute: str, hour: str, day: str, month: str, weekday: str) -> float:
    if month != "*":
        return 366.0
    if day not in ("*", "?"):
        return 31.0
    if weekday not in ("*", "?"):
        return WEEK
    return _between_hours(hour) / 24


def _between_hours(field: str) -> float:
    """The hours between two runs of a day that a cron line's hours name; a whole day for most."""
    runs: set[int] = set()
    for part in field.split(","):
        if not (read := _HOURS.fullmatch(part)):
            continue
        begin = int(read["first"] or 0)
        whole = not read["first"] or (read["step"] and not read["last"])
        end = 23 if whole else int(read["last"] or begin)
        runs |= set(range(begin, min(end, 23) + 1, max(1, int(read["step"] or 1))))
    return 24 / len(runs) if runs else 24.0


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
    told = place if place is not None and not place.path else None
    unread = quoted(told) + " gives no time between two trainings" if told else ""
    nothing = "nothing says how late labels come or how fast quality falls"
    return Bound(
        "older than 7 days",
        "assumed: weekly, as long as "
        + (unread or ground.silent("label-delay", "label-delay", nothing)),
        assumed=True,
        wanted="how often it is trained today, and how late labels come",
    )


def cooldown(ground: Ground) -> Bound:
    """How often a signal may start a training: not before the last one can be judged."""
    delay, place = ground.figures.get("label-delay"), ground.slot("cadence")
    often = cadence_days(place.text) if place else None
    wait = max(WEEK, delay.value + 1) if delay else WEEK
    if place is not None and often is not None and often < wait:
        return Bound(
            f"at most 1 retraining on a signal in {lasting(often * _DAY)}, on a report no older "
            "than 2 windows",
            f"the schedule of today trains that often anyway ({quoted(place)}), so a signal need "
            "not wait longer",
            evidence=(place,),
        )
    if delay is not None:
        return Bound(
            f"at most 1 retraining in {lasting(wait * _DAY)}, on a report no older than 2 windows",
            "whether a retraining helped shows only when its labels come: "
            f"{quoted(delay.evidence)}, plus a day, and a week at least",
            evidence=(delay.evidence,),
        )
    return Bound(
        "at most 1 retraining in 7 days, on a report no older than 2 windows",
        "assumed: a drift that lasts would else train at each check",
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
    least, most = ground.figures.get("retention"), ground.figures.get("retention-most")
    told = [
        (f"kept {side} {_long(one.value)}", one.evidence)
        for side, one in (("at least", least), ("at most", most))
        if one is not None
    ]
    if most is not None and least is None:
        # What has to go is what was logged of people: it is no reason to lose the lineage.
        return Bound(
            f"what is named there {told[0][0]}, lineage and approvals kept at least 12 months; the "
            "answer within 10 minutes",
            f"given: {quoted(most.evidence)}; the 12 months and the 10 minutes are assumed",
            assumed=True,
            wanted="how long lineage and approvals must be kept",
            evidence=(most.evidence,),
        )
    if told:
        places = tuple(place for _, place in told)
        return Bound(
            f"{' and '.join(said for said, _ in told)}; the answer within 10 minutes",
            f"given: {' and '.join(map(quoted, places))}; the 10 minutes are assumed",
            evidence=places,
        )
    rules = ground.slot("rules")
    said = f", under {quoted(rules)}" if rules else ""
    nothing = ground.silent("retention", "retention", "no retention is named")
    return Bound(
        "kept at least 12 months; the answer within 10 minutes",
        f"assumed{said}: {nothing}",
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
    """A time that is kept, in the unit that it was most likely told in; never rounded down."""
    for length, least, name in ((365, 1, "year"), (30, 4, "month")):
        number = days / length
        if number >= least and number == int(number):
            return f"{int(number)} {name}" + ("" if number == 1 else "s")
    return lasting(days * _DAY)
