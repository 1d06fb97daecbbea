"""That the list behind a universal word is made of other claims of the report which hold.

And that they are what the sentence counts: "each command passes" stands on commands that passed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mlops_agent.contracts.report import Assertion, Claim, Enumerated
from mlops_agent.report.prose.outcome import outcome_problem

NOUNS = {
    "command": "command",
    "probe": "probe",
    "line": "line",
    "file": "diff",
    "finding": "finding",
}
"""What a sentence may count, and the kind of assertion that it stands on."""
_NOUN = re.compile(rf"\b({'|'.join(NOUNS)})s?\b", re.IGNORECASE)


def check(assertion: Enumerated, text: str, claims: Mapping[str, Claim]) -> str:
    """Return the first item that does not stand for a verified claim.

    Args:
        assertion: the list.
        text: the text of the claim that the list belongs to, which cannot be its own proof.
        claims: the report's claims by text, as far as they have been judged.
    """
    if len(set(assertion.items)) != len(assertion.items):
        return "the list names the same claim twice"
    for item in assertion.items:
        claim = claims.get(item)
        if claim is None or item == text:
            return f"the list's item {item!r} is no other claim of the report"
        if not claim.verified:
            return f"the list's item {item!r} is not verified"
        if problem := _other_thing(text, item, list(_stands_on(claim, claims, len(claims)))):
            return problem
    return ""


def _other_thing(text: str, item: str, assertions: list[Assertion]) -> str:
    kinds = {one.kind for one in assertions}
    for noun in _NOUN.findall(text):
        if NOUNS[noun.lower()] not in kinds:
            return f"the list's item {item!r} is about no {noun.lower()}"
    problem = outcome_problem(text, assertions)
    return f"the list's item {item!r}: {problem}" if problem else ""


def _stands_on(claim: Claim, claims: Mapping[str, Claim], depth: int) -> Iterator[Assertion]:
    """What a claim asserts, through lists of lists."""
    for one in claim.asserts:
        if not isinstance(one, Enumerated):
            yield one
        elif depth:
            for item in one.items:
                if item in claims:
                    yield from _stands_on(claims[item], claims, depth - 1)
