"""That the list behind a universal word is made of other claims of the report which hold."""

from __future__ import annotations

from collections.abc import Mapping

from mlops_agent.contracts.report import Claim, Enumerated


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
    return ""
