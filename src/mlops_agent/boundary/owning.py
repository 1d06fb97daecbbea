"""Whose an ask is: its object decides, then the rest of it, then what stands around it.

Owns the weighing of the phrases that were found. No evidence means no owner, not the likeliest.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mlops_agent.boundary.decided import Alternative
from mlops_agent.boundary.leaning import Learned, leaning, learned
from mlops_agent.boundary.naming import named_models
from mlops_agent.boundary.papers import is_paper
from mlops_agent.boundary.phrases import Found, Index, find, standard_index
from mlops_agent.boundary.reading import Cut, Reading
from mlops_agent.boundary.stemming import plain_words, stem, stems
from mlops_agent.contracts.skill import OURS

NOBODY = "nobody"
"""The territory of what is no engineer's of running systems."""
VAGUE = "vague"
"""What was learned of requests that show no owner: they lean to this."""
LEARNED = 1.0
OF_CUT = 0.45
"""What the leaning of single words counts beside phrases: of the request, of an ask."""
NAMED_MODEL = 2.0
OUR_RULE = 12.0
"""What one of our rules by its id counts: nobody else's finding is called so, wherever it is."""
RULES = 6
"""Characters of the id of a rule."""
RULE = re.compile(r"(?:dat|dep|mon|pip|reg|rep|sup)\d{3}", re.IGNORECASE)
IN_HEAD = 1.25
IN_PURPOSE = 0.4
"""What a phrase counts in the verb and its object's head, and in a purpose."""
IN_CONDITION = 0.4
"""What a phrase counts where an ask says when it holds ("... when the scores go flat")."""
WHEN = frozenset(
    re.findall(
        r"\w+", "when whenever if unless while once wenn sobald falls si quand cuando quando"
    )
)
ASKED_WHEN = frozenset(["for", "about", "of", "know", "decide", "check", "tell", "see", "say"])
"""What makes it no condition but what is asked ("a rule for when")."""
AFTER_ORDER = 2
"""So many words of an order come before its condition at the least."""
TOLD = 3.0
"""The most that a phrase counts in what is told beside the asks."""
BEFORE = 0.6
OF_TOPIC = 0.3
"""What a phrase counts in what a document is about, where the document's kind decides."""
NEAR = 240
"""What is told right before an ask counts, and how many characters of it are looked at."""
AROUND = 0.35
ALONE = 0.8
"""What the words around an ask count, and what they do where no ask shows an owner by itself."""
DAMPING = 0.6
NOBODY_AHEAD = 0.8
TOGETHER = 1.5
FIRM = 1.6
"""A phrase of this count says something by itself; bare heads alone ("the feature") say nothing."""
LONG = 10
"""What phrases and single words show together, in a request of so many words."""
VAGUE_AHEAD = 1.2
LINKS = frozenset(
    stem(word)
    for word in re.findall(
        r"\w+",
        """of for in on with that which to from at by about behind before after against per via so
        von fur mit auf des der vom zum zur du de pour dans sur para del do da di della van voor
        met op w z dla""",
    )
)
"""Words after which an object's modifiers stand, and no more its head."""
ENOUGH = 1.2
"""The least score that shows an owner."""
APART = 2.8
"""The least score of an ask's own words that gives it an owner beside the request's main one."""
AHEAD = 2.5
"""By as much it has to be ahead of the main one in those words."""
SURE = 0.6
"""Confidence from which the words of an ask are taken to show its owner."""
AROUND_ONLY = 0.59
"""The most confidence where no words of an ask show its owner, only what stands around it."""
PARTS, OF_PART, PART_SHOWN, PART_AHEAD = 2, 1.2, 0.1, 2.0
"""Of what a list's items, and what is brought up apart, say by themselves: how many there are at
the least, what the leaning of their words counts, the least score, and by how much it is ahead."""
SHARPNESS = 2.0
MOST_SCORE = 100.0
ALTERNATIVES = 3
LEAST_ALTERNATIVE = 0.05

Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class Owned:
    """An ask's owner (empty where none is shown), how sure that is (0 to 1), and why in words."""

    cut: Cut
    owner: str
    confidence: float
    why: str
    alternatives: tuple[Alternative, ...]
    scores: Scores


class Evidence(NamedTuple):
    """What a stretch of text says of whose it is."""

    scores: Scores
    found: tuple[Found, ...]
    words: tuple[str, ...]


def evidence(text: str, index: Index, cut: Cut | None = None, most: float = math.inf) -> Evidence:
    """What a text says of whose it is; of a cut, what its object's head says counts most.

    No phrase counts for more than `most`.
    """
    words = plain_words(text)
    bare = [stem(word) for word in words]
    found = find(bare, index)
    hidden = [one for one in found if one.end - one.start > 1 and OURS not in one.counts]
    for start, end in named_models(words):
        if not any(one.start <= start and end <= one.end for one in hidden):
            name = " ".join(words[start:end])
            found.append(Found(name, start, end, {OURS: NAMED_MODEL}))
    found += [
        Found(word, at, at + 1, {OURS: OUR_RULE})
        for at, word in enumerate(words)
        if len(word) == RULES and RULE.fullmatch(word)
    ]
    places = _places(cut)
    counted: dict[str, dict[str, float]] = {}
    since = _condition(words) if cut else len(words)
    for one in found:
        factor = IN_CONDITION if one.start > since else 1.0
        spanned = set(bare[one.start : one.end])
        factor *= _factor(spanned, places)
        about = OF_TOPIC if places.paper and spanned.isdisjoint(places.head) else 1.0
        for owner, count in one.counts.items():
            phrases = counted.setdefault(owner, {})
            counts = factor * min(count, most) * (1.0 if owner == OURS else about)
            phrases[one.phrase] = max(phrases.get(one.phrase, 0.0), counts)
    return Evidence(
        {owner: _damped(one.values()) for owner, one in counted.items()}, tuple(found), tuple(words)
    )


class _Places(NamedTuple):
    head: frozenset[str] = frozenset()
    explaining: frozenset[str] = frozenset()
    paper: bool = False


def _places(cut: Cut | None) -> _Places:
    if cut is None:
        return _Places()
    named = stems(cut.object) or stems(cut.text)
    ends = next((at for at, word in enumerate(named) if at and word in LINKS), len(named))
    head = {*stems(cut.verb), *named[:ends]}
    explaining = frozenset(stems(cut.purpose)) - set(named) - head
    return _Places(frozenset(head), explaining, is_paper(head))


def _condition(words: Sequence[str]) -> int:
    """Where an ask begins to say when it holds; its length where it does not."""
    for at, word in enumerate(words):
        if at >= AFTER_ORDER and word in WHEN and words[at - 1] not in ASKED_WHEN:
            return at
    return len(words)


def _factor(spanned: set[str], places: _Places) -> float:
    if spanned <= places.head:
        return IN_HEAD
    return IN_PURPOSE if spanned <= places.explaining else 1.0


def _damped(counts: Iterable[float]) -> float:
    """The sum of counts, the strongest whole and each further one less: many words are no proof."""
    ranked = sorted(counts, reverse=True)
    return sum(count * DAMPING**at for at, count in enumerate(ranked))


def own(reading: Reading, index: Index | None = None, known: Learned | None = None) -> list[Owned]:
    """The owner of each cut of a reading, in order."""
    index, known = index or standard_index(), known or learned()
    told = "\n".join(reading.context)
    told_of = evidence(told, index, most=TOLD)
    around = told_of.scores
    cuts = [evidence(_joined(cut), index, cut) for cut in reading.cuts]
    before = [_scaled(evidence(one, index).scores, BEFORE) for one in _told_before(reading)]
    asked = _sum(one.scores for one in cuts)
    shown = max(asked.values(), default=0.0) >= ENOUGH
    beside = AROUND if shown else ALONE
    words = stems("\n".join([told, *(_leaning_of(cut) for cut in reading.cuts)]))
    lean = _scaled(leaning(words, known), LEARNED)
    firm = {
        owner
        for one in (*cuts, told_of)
        for found in one.found
        for owner, count in found.counts.items()
        if count >= FIRM
    }
    main = _main(_sum([asked, _scaled(around, beside)]), lean, firm, len(words))
    owned: list[Owned] = []
    for cut, said, local in zip(reading.cuts, cuts, before, strict=True):
        others = _sum(one.scores for one in cuts if one is not said)
        of_cut = _scaled(leaning(stems(_leaning_of(cut)), known), OF_CUT)
        apart = _sum([said.scores, of_cut, local])
        total = _sum([apart, _scaled(around, beside), _scaled(others, AROUND), lean])
        mine = _main_of_part(reading, cut, main, index, known)
        owned.append(_told(cut, mine or _owner(apart, main), total, said))
    return owned


def _main_of_part(reading: Reading, cut: Cut, main: str, index: Index, known: Learned) -> str:
    """Whose the item of a list is by itself, where it clearly is not the request's main owner's."""
    parts = [part for part in reading.parts if any(_within(one, part) for one in reading.cuts)]
    inside = [part for part in parts if _within(cut, part)]
    if len(parts) < PARTS or not inside:
        return ""
    said = reading.text[slice(*inside[0])]
    shown = evidence(said, index)
    words = stems(said)
    lean = _scaled(leaning(words, known), OF_PART)
    firm = {owner for one in shown.found for owner, count in one.counts.items() if count >= FIRM}
    owner = _main(shown.scores, lean, firm, len(words))
    scores = _sum([shown.scores, lean])
    clear = owner and owner not in (main, NOBODY) and shown.scores.get(owner, 0.0) >= PART_SHOWN
    return owner if clear and scores[owner] - max(scores.get(main, 0.0), 0.0) >= PART_AHEAD else ""


def _within(cut: Cut, part: tuple[int, int]) -> bool:
    return part[0] <= cut.start < part[1]


def _leaning_of(cut: Cut) -> str:
    """The words of an ask that lean to somebody: of a document not those of what it is about."""
    named = plain_words(cut.object)
    ends = next((at for at, word in enumerate(named) if at and stem(word) in LINKS), len(named))
    head = f"{cut.verb} {' '.join(named[:ends])}"
    return head if ends < len(named) and is_paper(frozenset(stems(head))) else cut.text


def _joined(cut: Cut) -> str:
    """ "Roll the model back" with "roll back the model" before it: phrases have verbs whole."""
    apart = " " in cut.verb and cut.verb.lower() not in cut.text.lower()
    return f"{cut.verb} {cut.object}. {cut.text}" if apart else cut.text


def _told_before(reading: Reading) -> list[str]:
    """What the caller tells right before each ask, which a bare "go back" is about."""
    told: list[str] = []
    since = 0
    for cut in reading.cuts:
        between = reading.text[max(since, cut.start - NEAR) : cut.start]
        told.append("" if any(one in between for one in reading.excluded) else between)
        since = max(since, cut.end)
    return told


def _main(shown: Scores, lean: Scores, firm: set[str], length: int) -> str:
    """Whose most of a request is: nobody's only where next to nothing speaks for somebody."""
    scores = _sum([shown, lean])
    somebody = {one: score for one, score in scores.items() if one not in (NOBODY, VAGUE)}
    best = _best(somebody)
    nobody = scores.get(NOBODY, 0.0)
    if scores.get(VAGUE, 0.0) + VAGUE_AHEAD >= max(somebody.get(best, 0.0), nobody):
        return ""
    if nobody >= max(ENOUGH, NOBODY_AHEAD * somebody.get(best, 0.0)):
        return NOBODY
    together = length >= LONG and somebody.get(best, 0.0) >= TOGETHER
    enough = (best in firm and shown.get(best, 0.0) >= ENOUGH) or together
    return best if enough else ""


def _owner(said: Scores, main: str) -> str:
    somebody = {one: score for one, score in said.items() if one not in (NOBODY, VAGUE)}
    best = _best(somebody)
    if not best or best == main:
        return main
    shown = somebody[best] >= (APART if main else ENOUGH)
    return best if shown and somebody[best] - said.get(main, 0.0) >= AHEAD else main


def _best(scores: Scores) -> str:
    return max(sorted(scores), key=lambda owner: scores[owner], default="")


def _sum(parts: Iterable[Scores]) -> Scores:
    whole: Scores = {}
    for part in parts:
        for owner, score in part.items():
            whole[owner] = whole.get(owner, 0.0) + score
    return whole


def _scaled(scores: Scores, factor: float) -> Scores:
    return {owner: factor * score for owner, score in scores.items()}


def _told(cut: Cut, owner: str, total: Scores, said: Evidence) -> Owned:
    if not owner:
        return Owned(cut, "", 0.0, "nothing in it shows whose it is", (), total)
    shares = _shares(total)
    ranked = sorted(shares, key=lambda one: (-shares[one], one))
    others = tuple(
        Alternative(owner=one, confidence=round(shares[one], 2))
        for one in ranked
        if one != owner and shares[one] >= LEAST_ALTERNATIVE
    )
    telling = max(
        (one for one in said.found if owner in one.counts),
        key=lambda one: one.counts[owner],
        default=None,
    )
    confidence = round(min(shares[owner], 1.0 if telling else AROUND_ONLY), 2)
    why = _why(cut, owner, said, telling)
    return Owned(cut, owner, confidence, why, others[:ALTERNATIVES], total)


def _why(cut: Cut, owner: str, said: Evidence, telling: Found | None) -> str:
    if telling is None:
        return f"what stands around it is {owner}'s"
    words = said.words[telling.start : telling.end]
    role = "the object " if set(words) <= set(plain_words(cut.object)) else ""
    return f'{role}"{" ".join(words)}" is {owner}\'s'


def _shares(scores: Scores) -> Scores:
    """Scores as shares of one, beside an owner with no score at all."""
    raised = {
        owner: math.exp(min(score, MOST_SCORE) / SHARPNESS)
        for owner, score in scores.items()
        if owner != VAGUE
    }
    whole = sum(raised.values()) + 1.0
    return {owner: one / whole for owner, one in raised.items()}
