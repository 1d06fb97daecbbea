"""What a team's own roster changes in whose an ask is, and what is said of that.

Owns the border: a roster comes with a repository, so its objects take nothing that our own phrases
claim. What it does decide is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlops_agent.boundary.leaning import Learned
from mlops_agent.boundary.owning import FIRM, Owned, evidence, own
from mlops_agent.boundary.phrases import index_of, standard_index
from mlops_agent.boundary.reading import Reading
from mlops_agent.contracts.skill import OURS
from mlops_agent.vocabulary.siblings import Sibling, siblings

DECIDED = "The team's own roster decided that {name} has a part; without it: {other}."
REPLACED = "{name} is the team's own entry on the roster, not the standard skill."


def own_entries(roster: Sequence[Sibling]) -> list[Sibling]:
    """The entries of a roster that are the team's own, not as they are shipped."""
    shipped = {one.name: one for one in siblings()}
    return [one for one in roster if shipped.get(one.name) != one]


def owned_by(
    reading: Reading, roster: Sequence[Sibling], known: Learned | None = None
) -> tuple[list[Owned], list[str]]:
    """The owner of each cut for a roster, and notes on what entries of the team's own decided."""
    added = own_entries(roster)
    usual = own(reading, standard_index(), known)
    if not added:
        return usual, []
    theirs = own(reading, index_of(added), known)
    settled = [
        before if _is_claimed(before) else after
        for before, after in zip(usual, theirs, strict=True)
    ]
    return settled, list(dict.fromkeys(_notes(usual, settled, added)))


def _is_claimed(one: Owned) -> bool:
    """Whether an ask is ours, and phrases of ours in its own words say so."""
    return one.owner == OURS and any(
        found.counts.get(OURS, 0.0) >= FIRM
        for found in evidence(one.cut.text, standard_index(), one.cut).found
    )


def _notes(
    usual: Sequence[Owned], settled: Sequence[Owned], added: Sequence[Sibling]
) -> Iterator[str]:
    names = {one.name for one in added}
    for before, after in zip(usual, settled, strict=True):
        if after.owner not in names:
            continue
        if after.owner == before.owner:
            yield REPLACED.format(name=after.owner)
        else:
            yield DECIDED.format(name=after.owner, other=before.owner or "not clear")
