"""Deeds in the parts of a report that no evidence stands behind: summary, trade-off, live checks.

What an author thinks is the author's; what somebody did or saw (tested, rehearsed, passed) is a
fact of the run, and belongs into a claim.
"""

from __future__ import annotations

import re

_DONE = re.compile(
    r"\b(?:(?:was|were|is|are|has been|have been|had been|i|we) (?:\w+ly )?"
    r"(?:tested|rehearsed|verified|validated|checked|drilled|confirmed|proven|proved|exercised"
    r"|reviewed|approved|rolled back)"
    r"|(?:tests?|suite|probes?|rehearsal|drill|rollback|promotion|pipeline|alert)"
    r" (?:\w+ )?(?:pass(?:es|ed)?|succeed(?:s|ed)?|works?|worked)"
    r"|and (?:passed|passes|succeeded|worked))\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"(`+).+?\1", re.DOTALL)


def deed_problems(text: str) -> list[str]:
    """Name each deed that a text tells."""
    told = dict.fromkeys(match[0] for match in _DONE.finditer(_CODE.sub(" ", text)))
    return [f"{one!r} tells what was done: make it a claim" for one in told]
