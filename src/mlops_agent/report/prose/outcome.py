"""Words for how something ended: passes, fails, red, green. They must agree with the exit codes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlops_agent.contracts.report import Assertion, CommandRan, ProbeTurned

_GOOD = re.compile(r"\b(pass(?:es|ed)?|succeed(?:s|ed)?|green)\b", re.IGNORECASE)
_BAD = re.compile(r"\b(fail(?:s|ed)?|red|break(?:s)?|broke)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|never|no longer|cannot|n't|without)(?: \w+){0,2} ?$", re.IGNORECASE)


# Which colour goes with which tree, within one clause and before the other colour is named.
_TURNS = re.compile(
    r"\b(?P<colour>red|green)\b(?:(?!\b(?:red|green)\b)[^.;])*?\b(?P<tree>base|before|proposed|proposal|after)\b",
    re.IGNORECASE,
)
_COLOUR = {
    "base": "red",
    "before": "red",
    "proposed": "green",
    "proposal": "green",
    "after": "green",
}


def outcome_problem(plain: str, assertions: Sequence[Assertion]) -> str:
    """Return a word of success over failures alone, or one of failure over successes alone.

    Sentences without a command or probe behind them are left to the other checks.
    """
    ends = [one.exit_code == 0 for one in assertions if isinstance(one, CommandRan)]
    for one in assertions:
        # A probe that turned was seen in both colours.
        ends += [True, False] if isinstance(one, ProbeTurned) else []
    if not ends:
        return ""
    for turn in (
        _TURNS.finditer(plain) if any(isinstance(a, ProbeTurned) for a in assertions) else ()
    ):
        if _COLOUR[turn["tree"].lower()] != turn["colour"].lower():
            return f"the probe was not {turn['colour'].lower()} on the tree that is named"
    good = _said(_GOOD, plain, False) | _said(_BAD, plain, True)
    bad = _said(_BAD, plain, False) | _said(_GOOD, plain, True)
    if good and not any(ends):
        return f"the sentence says {sorted(good)[0]!r}, and nothing that is asserted passed"
    if bad and all(ends):
        return f"the sentence says {sorted(bad)[0]!r}, and nothing that is asserted failed"
    return ""


def _said(pattern: re.Pattern[str], plain: str, negated: bool) -> set[str]:
    return {
        match[0].lower()
        for match in pattern.finditer(plain)
        if bool(_NOT.search(plain[: match.start()])) is negated
    }
