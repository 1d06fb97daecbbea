"""Thresholds of a release: how large a step, how long, when it stops, and how fast it is undone."""

from __future__ import annotations

import re

from mlops_agent.contracts.gates import Evidence
from mlops_agent.workflow.chance import least_surprising, two_proportions
from mlops_agent.workflow.deriving.bound import (
    POWER,
    RISK,
    Bound,
    lasting,
    money,
    percent,
    raised,
    rounded,
    shown,
)
from mlops_agent.workflow.figures import Figure
from mlops_agent.workflow.ground import Ground, quoted

ASSUMED_ERRORS = 0.01
SHARES = (0.01, 0.05, 0.10)
"""First steps, the smallest first; none is larger than a tenth."""
LONGEST_STEP_DAYS = 7.0
LONGEST_DAYS = 14.0
"""What takes longer to count is too rare for statistics."""
LEAST_STEP_MINUTES = 30.0
STOP_RISK = 0.01
ASSUMED_ROLLBACK = 10.0
ASSUMED_LATENCY = 100.0
_DAY = 1440.0


def _errors(ground: Ground) -> tuple[float, str]:
    given, allowed = ground.figures.get("error-rate"), ground.figures.get("availability")
    if given is not None:
        return given.value, quoted(given.evidence)
    if allowed is not None:
        return rounded(1 - allowed.value, 6), f"what {quoted(allowed.evidence)} leaves"
    return ASSUMED_ERRORS, "assumed"


def steps(ground: Ground) -> Bound:
    """The shares of traffic and the least time of each step, from the volume."""
    if ground.form == "batch":
        return _batch_step(ground)
    rate, source = _errors(ground)
    needed = raised(two_proportions(rate, 2 * rate, RISK, POWER), 2)
    rule = (
        f"a rise of failed predictions from {percent(rate)} ({source}) to {percent(2 * rate)} is "
        "seen with "
        f"{shown(POWER * 100)} % power at {shown(RISK * 100)} % one-sided on {shown(needed)} "
        "requests in each arm (two proportions)"
    )
    volume, canary = ground.figures.get("volume"), ground.figures.get("canary")
    places = _places(ground, "volume", "canary", "error-rate", "availability")
    first = canary.value if canary else None
    if volume is None:
        start = first or 0.05
        return Bound(
            f"{percent(start)}, 25 %, 100 % of traffic; at least {shown(needed)} requests on the "
            "new version before each next step",
            f"{rule}; the shares are assumed: "
            + ground.silent("volume", "", "nothing says how many predictions are made"),
            assumed=True,
            wanted="the number of predictions a day",
            evidence=places,
        )
    start = first or next((one for one in SHARES if needed <= one * volume.value), SHARES[-1])
    minutes = needed / (start * volume.value) * _DAY
    if minutes > LONGEST_STEP_DAYS * _DAY:
        if canary is not None:
            return _few(start, needed, rule, ground)
        return _shadow(needed, rule, ground)
    shares = [start, *(one for one in (0.25, 1.0) if one > start)]
    time = lasting(max(minutes, LEAST_STEP_MINUTES))
    given = f" ({quoted(canary.evidence)})" if canary else ""
    peak = "" if minutes >= _DAY else ", one of them through the daily peak"
    return Bound(
        f"{', '.join(percent(one) for one in shares)} of traffic{given}; each step at least "
        f"{time}{peak}, and at least {shown(needed)} requests on the new version",
        f"{rule}; at {percent(start)} of {quoted(volume.evidence)} they come in {lasting(minutes)}"
        + (
            ""
            if minutes >= LEAST_STEP_MINUTES
            else f", and {lasting(LEAST_STEP_MINUTES)} is the least (assumed)"
        ),
        assumed=source == "assumed",
        wanted="today's share of failed predictions" if source == "assumed" else "",
        evidence=places,
    )


def _few(start: float, needed: float, rule: str, ground: Ground) -> Bound:
    """Steps of a given share that would wait too long for statistics."""
    volume, canary = ground.figures["volume"], ground.figures["canary"]
    shares = ", ".join(percent(one) for one in (start, 0.25, 1.0) if one >= start)
    time = lasting(needed / (start * volume.value) * _DAY)
    return Bound(
        f"{shares} of traffic; each step {shown(LONGEST_STEP_DAYS)} days, and each failure of the "
        "new version is reviewed by hand",
        f"the share is given: {quoted(canary.evidence)}; {rule}; with {quoted(volume.evidence)} "
        f"that would take {time}: too few for statistics within "
        f"{shown(LONGEST_STEP_DAYS)} days (assumed)",
        assumed=True,
        wanted="the longest time that a step may take",
        evidence=_places(ground, "volume", "canary"),
    )


def _shadow(needed: float, rule: str, ground: Ground) -> Bound:
    volume = ground.figures["volume"]
    days, places = needed / volume.value, _places(ground, "volume", "error-rate", "availability")
    if days > LONGEST_DAYS:
        seen = max(1, round(volume.value * LONGEST_DAYS))
        return Bound(
            f"shadow on all traffic for {shown(LONGEST_DAYS)} days, each of the about "
            f"{shown(seen)} answers compared by hand, then 50 % and 100 %",
            f"{rule}; {quoted(volume.evidence)} would take {lasting(days * _DAY)}: too few for "
            f"statistics, so people compare; {shown(LONGEST_DAYS)} days are assumed to be the "
            "longest that a release waits",
            assumed=True,
            wanted="the longest time that a release may take",
            evidence=places,
        )
    return Bound(
        f"shadow on all traffic for {lasting(days * _DAY)} ({shown(needed)} requests), "
        "then 50 % and 100 %",
        f"{rule}; at 10 % of {quoted(volume.evidence)} that would take "
        f"{lasting(10 * days * _DAY)}, so the step is a shadow that answers nobody",
        evidence=places,
    )


def _places(ground: Ground, *kinds: str) -> tuple[Evidence, ...]:
    return tuple(ground.figures[kind].evidence for kind in kinds if kind in ground.figures)


def _batch_step(ground: Ground) -> Bound:
    volume = ground.figures.get("volume")
    rows = f" ({quoted(volume.evidence)})" if volume else ""
    return Bound(
        "1 full batch written beside the old one; switch only if PSI of the scores between both "
        "is below 0.25 and no row is missing",
        f"a batch reaches everybody at once, so its step is a comparison on all rows{rows}; 0.25 "
        "is the banking convention, 0 missing rows a count",
        evidence=(volume.evidence,) if volume else (),
    )


def stop(ground: Ground) -> Bound:
    """How many failures of a window are no chance any more."""
    if ground.form == "batch":
        return Bound(
            "any failed or non-finite score in the new batch",
            "a count: a batch can be repeated before anybody reads it",
        )
    rate, source = _errors(ground)
    requests = int(raised(max(500, 5 / rate), 1))
    failures = least_surprising(requests, rate, STOP_RISK)
    volume = ground.figures.get("volume")
    if volume is not None and requests > volume.value * LONGEST_DAYS:
        return Bound(
            "1 failure of the new version whose cause is not known",
            f"{quoted(volume.evidence)} gives too few for statistics ({shown(requests)} requests "
            f"take more than {shown(LONGEST_DAYS)} days), so each failure is reviewed by hand",
            evidence=(volume.evidence,),
        )
    return Bound(
        f"at least {failures} failures in {shown(requests)} requests of the new version",
        f"at a failure rate of {percent(rate)} ({source}) chance gives {failures} or more in "
        f"fewer than {percent(STOP_RISK)} of such windows (exact binomial)",
        assumed=source == "assumed",
        wanted="today's share of failed predictions" if source == "assumed" else "",
    )


def latency(ground: Ground) -> Bound:
    """The latency that is allowed: given, alerted on in the repository, or assumed."""
    given = limits(ground)
    if given:
        bounds = " or ".join(
            f"above {shown(one.value, 4)} ms" + (f" ({name})" if len(given) > 1 else "")
            for name, one in given.items()
        )
        return Bound(
            f"{bounds}, or above 1.3 times the old version's",
            f"given: {' and '.join(quoted(one.evidence) for one in given.values())}; 1.3 times is "
            "assumed, so that a step stops before the limit is reached",
            evidence=tuple(one.evidence for one in given.values()),
        )
    own = next(iter(ground.shown.get("latency-alert", [])), None)
    if own is not None:
        return Bound(
            "above the bound of the repository's own alert, or above 1.3 times the old version's",
            f"{quoted(own)}; 1.3 times is assumed, so that a step stops before the limit is "
            "reached",
            evidence=(own,),
        )
    return Bound(
        f"above {shown(ASSUMED_LATENCY)} ms, or above 1.3 times the old version's",
        "assumed: " + ground.silent("latency", "latency", "nothing says what the caller waits for"),
        assumed=True,
        wanted="the latency at which the caller gives up",
    )


def limits(ground: Ground) -> dict[str, Figure]:
    """The given limits of latency by percentile; p95 where none was named."""
    return {
        kind.partition("-")[2] or "p95": one
        for kind, one in sorted(ground.figures.items())
        if kind.partition("-")[0] == "latency"
    }


def rollback(ground: Ground) -> Bound:
    """How long going back may take, and what that time costs."""
    given, price = ground.figures.get("rollback"), ground.figures.get("cost-hour")
    minutes = given.value if given else ASSUMED_ROLLBACK
    how = (
        f"given: {quoted(given.evidence)}"
        if given
        else ("assumed: an alias and a restart need no more" + _unread(ground))
    )
    if price is not None:
        loss = money(loss_of(price.value * minutes / 60), price.sign)
        how += (
            f"; at {quoted(price.evidence)} these minutes cost about {loss}, on top of the time "
            "to the alert"
        )
    places = tuple(one.evidence for one in (given, price) if one)
    return Bound(
        f"at most {lasting(minutes)}, rehearsed within the last 90 days",
        how,
        assumed=given is None,
        wanted="" if given else "the time that a rehearsed rollback takes",
        evidence=places,
    )


def _unread(ground: Ground) -> str:
    said = ground.silent("rollback", "rollback-time", "")
    return f" ({said})" if said else ""


def loss_of(value: float) -> float:
    """A loss to two digits: it is an order of size, no invoice."""
    # Half a step counts up: a loss is not made smaller.
    return rounded(value * (1 + 1e-9))


def ready(ground: Ground) -> Bound:
    """When the scores of a batch have to be there."""
    evidence = ground.slot("form") or ground.slot("latency")
    clock = _clock(evidence.text) if evidence else ""
    if clock and evidence:
        return Bound(f"later than {clock}", f"given: {quoted(evidence)}", evidence=(evidence,))
    return Bound(
        "later than 06:00",
        "assumed: before the working day begins",
        assumed=True,
        wanted="the time at which the scores are read",
    )


def _clock(text: str) -> str:
    found = re.search(r"\b(\d{1,2}):(\d{2})\b|\b(\d{1,2})\s?(am|pm)\b", text, re.IGNORECASE)
    return found[0] if found else ""
