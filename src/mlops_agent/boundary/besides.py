"""A second matter that is told and not asked for ("Also the belt UI has no tests"): an ask too.

Owns when what is told behind an ask, or as an item of a list, counts as one: where its own words
clearly speak for somebody who is asked for nothing else. What explains an ask stays told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mlops_agent.boundary.leaning import Learned, leaning, learned
from mlops_agent.boundary.owning import NOBODY, VAGUE, Owned, evidence
from mlops_agent.boundary.phrases import standard_index
from mlops_agent.boundary.reading import Cut, Reading
from mlops_agent.boundary.stemming import stems

SHOWN = 2.5
"""The least score of a matter's own words that shows whose it is."""
AHEAD = 2.0
"""By as much it has to be ahead of everybody who is asked for something."""
OF_WORDS = 0.6
"""What the leaning of its single words counts beside its phrases."""


def with_besides(reading: Reading, owned: Sequence[Owned], known: Learned | None = None) -> Reading:
    """A reading with what is told beside its asks among them, where that is somebody else's."""
    asked = {one.owner for one in owned if one.owner}
    added = [cut for cut in reading.beside if asked and _is_another(cut, asked, known or learned())]
    if not added:
        return reading
    said = {cut.text for cut in added}
    return replace(
        reading,
        cuts=tuple(sorted([*reading.cuts, *added], key=lambda cut: cut.start)),
        context=tuple(one for one in reading.context if one not in said),
    )


def _is_another(cut: Cut, asked: set[str], known: Learned) -> bool:
    shown = evidence(cut.text, standard_index(), cut).scores
    lean = leaning(stems(cut.text), known)
    scores = {
        owner: shown.get(owner, 0.0) + OF_WORDS * lean.get(owner, 0.0) for owner in {*shown, *lean}
    }
    best = max(sorted(scores), key=lambda owner: scores[owner], default=NOBODY)
    if best in asked or best in (NOBODY, VAGUE) or not shown.get(best):
        return False
    most = max(scores.get(owner, 0.0) for owner in asked)
    return scores[best] >= SHOWN and scores[best] - max(most, 0.0) >= AHEAD
