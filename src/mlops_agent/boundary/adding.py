"""Words that bring up a further matter: "also", "unrelated", "one more thing", "has no tests".

Owns the telling of such a matter from what only explains an ask, by its words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mlops_agent.boundary.expressions import Expression
from mlops_agent.boundary.reading import Cut

_NEAR = 120
"""So many characters before a matter say at the most that it is a further one."""
_FURTHER = (
    r"also|separate(?:ly)?|unrelated(?:ly)?|besides|by the way|btw|meanwhile|p\.?s|one more"
    r"|second(?:ly)?|finally|lastly|additionally|in addition|apart from that|furthermore"
    r"|au\u00dferdem|ausserdem|zudem|par ailleurs|de plus|adem\u00e1s|inoltre|daarnaast|ponadto"
)
ADDED = Expression(
    rf"\b(?:{_FURTHER}|too|as well|third(?:ly)?|last|two|plus|on top|moreover|at the end"
    r"|(?:other|another|different|next|second|third|last|further|new) "
    r"(?:thing|matter|topic|point|request|ask|item|issue|subject|question|task)"
    r"|while (?:you(?:'re| are)|we(?:'re| are)|there|at it)|then there(?:'s| is)|and then"
    r"|daneben|ferner|aussi|\u00e9galement|tambi\u00e9n|aparte|anche|al\u00e9m disso|tamb\u00e9m"
    r"|ook|poza tym|te\u017c)\b",
    re.IGNORECASE,
)
"""Brings up a matter beside another."""
LACKING = Expression(
    r"\b(?:needs?|lacks?|missing|(?:has|have|is|are|there(?:'s| is)) (?:no|nobody|never|too)"
    r"|wants?|wanted|requires?|required|should|ought|due|overdue|owed|nobody|no one"
    r"|too (?:much|many))\b",
    re.IGNORECASE,
)
"""Tells that something is missing, or due."""
SETTLED = Expression(
    r"\b(?:fine|closed|done|finished|already|unchanged|won't|isn't|aren't|is not|are not"
    r"|not part|stays?|stay(?:ed)? as|no change|needs? no|nothing|out of scope|handled|sorted"
    r"|not? (?:needed|required|involved|affected|touched)|right|healthy|green|leave|keeps?)\b"
    r"|\u4e0d|\u306a\u3044|\u3042\u308a\u307e\u305b\u3093",
    re.IGNORECASE,
)
"""Tells that nothing is to be done."""
_APART = Expression(
    r"(?:(?<=[.;!?\n)] )|(?<=[.;!?)]\n)|(?<=\n\n)|(?<=, and )|(?<=, ))(?:and |then |but )?"
    rf"(?:{_FURTHER}|(?:the )?other|another|then also|we also need|i also|while (?:you|we)"
    r"|after that|two[,:])\b",
    re.IGNORECASE,
)


def beside(text: str, told: Sequence[tuple[Cut, bool]], chosen: Sequence[Cut]) -> Iterator[Cut]:
    """Of what is told, with whether it is an item beside asks: what is no part of the asks.

    An item counts as it is, what stands behind an ask where its words bring it up.
    """
    first = min((one.end for one in chosen), default=0)
    own = {(one.start, one.end) for one in chosen}
    spans = sorted({*own, *((cut.start, cut.end) for cut, _ in told)})
    before = {span[0]: last[1] for last, span in pairwise([(0, 0), *spans])}
    for cut, item in told:
        since = before[cut.start]
        if (cut.start, cut.end) in own or since > cut.start:
            continue
        further = text[max(since, cut.start - _NEAR) : cut.start]
        if item or (cut.start >= first and brings_up(cut.text, further)):
            yield cut


def brings_up(said: str, before: str) -> bool:
    """Whether words add a matter, with what stands right before them: a link, or a lack told."""
    if SETTLED.search(said):
        return False
    return bool(ADDED.search(before) or ADDED.search(said) or LACKING.search(said))


def parts_of(text: str, blocks: Sequence[tuple[int, int, bool]]) -> Iterator[tuple[int, int]]:
    """Where the items of lists, and matters that are brought up apart, begin and end."""
    for start, end, listed in blocks:
        if listed:
            yield start, end
            continue
        begins = [one.start() for one in _APART.finditer(text, start, end)]
        if begins:
            yield from zip([start, *begins], [*begins, end], strict=True)
