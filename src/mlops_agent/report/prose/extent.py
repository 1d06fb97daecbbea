"""Words that speak of a whole: each, every, never, no other. They need more than one example.

A single command or line can't bear them out. What can is a list of verified claims, a search that
found nothing, paths proven equal, or git's own diff.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlops_agent.contracts.report import Absent, Assertion, DiffIs, Enumerated, Untouched

# From the re-check of 170 claims: the overstated ones are of this kind.
_WORDS = re.compile(
    r"\b(each|every|everything|everywhere|everyone|any|anything|anywhere|all|always|never|none"
    r"|no (?:other|one|further|more)|nobody|nothing|nowhere|the only|entire|entirely|whole|wholly"
    r"|fully|completely|under no circumstances|in no case|without exception)\b",
    re.IGNORECASE,
)
_IDIOMS = re.compile(
    r"\b(at all|any (?:longer|more)|no more than|all but|after all)\b", re.IGNORECASE
)
_BEARERS = (Enumerated, Absent, Untouched, DiffIs)


def unborne(plain: str, assertions: Sequence[Assertion]) -> str:
    """Name a universal word that no assertion of the claim bears out, or return "".

    Args:
        plain: the sentence without its quotes.
        assertions: what the claim asserts.
    """
    if any(isinstance(assertion, _BEARERS) for assertion in assertions):
        return ""
    found = _WORDS.search(_IDIOMS.sub(" ", plain))
    if found is None:
        return ""
    return f"the word {found[0]!r} speaks of a whole: give the list, or drop it"
