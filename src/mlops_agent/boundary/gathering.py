"""Blocks into cuts: which clauses count as asks, given all that the request says.

Owns the choice over the whole text: orders before notes, notes before symptoms, pronouns after
what they mean. It finds no owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from mlops_agent.boundary.adding import beside
from mlops_agent.boundary.adopting import points_to_first
from mlops_agent.boundary.asks import about_handing, again, announces, asked, generic, noted, vague
from mlops_agent.boundary.clauses import Clause, clauses
from mlops_agent.boundary.foreign import WITHOUT_BLANKS, asks_in_script, parts, stretches
from mlops_agent.boundary.frames import phrases
from mlops_agent.boundary.labels import role_of
from mlops_agent.boundary.language import sentence_language
from mlops_agent.boundary.objects import sliced
from mlops_agent.boundary.outline import Block
from mlops_agent.boundary.ranking import (
    ASIDE,
    ASKED,
    EXPECTED,
    NEVER,
    NOTE,
    SYMPTOM,
    TOLD,
    Place,
    elsewhere,
    only_links,
    rank_of,
)
from mlops_agent.boundary.reading import Cut
from mlops_agent.boundary.referring import Referents
from mlops_agent.boundary.sentences import Sentence, sentences
from mlops_agent.boundary.words import words

_SHORT_TOPIC = 4
_LONGEST_NEAR = 400
_SENTENCE_END = re.compile(r"[.!?\n]\s")
_TOLD = frozenset({NOTE, SYMPTOM, TOLD})
_LIKE_ENGLISH = frozenset({"en", ""})


class Gathered(NamedTuple):
    """The asks, and the caller's other words by what they are."""

    cuts: tuple[Cut, ...]
    context: tuple[str, ...]
    excluded: tuple[str, ...]
    beside: tuple[Cut, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cut and how well it counts.

    `empty` ones ask for nothing by themselves, `bare` ones have their object from elsewhere.
    """

    cut: Cut
    rank: int
    empty: bool = False
    bare: bool = False


@dataclass(slots=True)
class _Tray:
    """What was read so far. `announced` says that the next list, or colon, holds asks."""

    candidates: list[Candidate] = field(default_factory=list[Candidate])
    excluded: list[str] = field(default_factory=list[str])
    context: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    referents: Referents = field(default_factory=Referents)
    announced: bool = False
    near: list[str] = field(default_factory=list[str])
    asked: bool = False
    listed: dict[int, list[int]] = field(default_factory=dict[int, list[int]])

    def tell(self, start: int, said: str) -> None:
        """Put something told aside; what was told before an ask belongs to that ask."""
        self.context.append((start, said))
        self.remember(said)

    def remember(self, said: str) -> None:
        """Let the next asks know what was said before them."""
        if self.asked:
            self.near.clear()
            self.asked = False
        self.near.append(said)

    def ordered(self) -> bool:
        """Whether something was asked for already."""
        return any(one.rank == ASKED and not one.empty for one in self.candidates)

    def offer(self, cut: Cut, rank: int, *, empty: bool = False, bare: bool = False) -> None:
        """Take a cut as one that may count, with what was told before it."""
        near = ". ".join(self.near)[-_LONGEST_NEAR:]
        self.candidates.append(Candidate(replace(cut, near=near), rank, empty, bare))
        self.asked = True


def gather(text: str, blocks: Sequence[Block], language: str) -> Gathered:
    """Choose the asks of a request from its blocks."""
    tray = _Tray()
    for block in blocks:
        before, first = len(tray.candidates), True
        if block.inline and tray.candidates and tray.candidates[-1].bare:
            tray.candidates[-1] = replace(tray.candidates[-1], empty=True)
        for s in sentences(text, block.start, block.end):
            _read(text, s, block, language, tray, first)
            first = False
        if block.list:
            first_of = range(before, min(before + 1, len(tray.candidates)))
            tray.listed.setdefault(block.list, []).extend(first_of)
        else:
            tray.announced = _announces(text, block, tray)
    _raise_listed(tray)
    chosen, others = _chosen(tray.candidates)
    context = tray.context + [(one.cut.start, one.cut.text) for one in others]
    told = tuple(said for _, said in sorted(context))
    return Gathered(tuple(chosen), told, tuple(tray.excluded), tuple(_beside(text, chosen, tray)))


def _beside(text: str, chosen: Sequence[Cut], tray: _Tray) -> Iterable[Cut]:
    """What is told behind an ask as a matter of its own, or in a list beside it."""
    kept = set(chosen)
    lists = [
        places
        for places in tray.listed.values()
        if not kept.isdisjoint(tray.candidates[place].cut for place in places)
    ]
    items = {place for places in lists for place in places}
    told = [
        (one.cut, place in items)
        for place, one in enumerate(tray.candidates)
        if one.rank in _TOLD and not one.empty
    ]
    return beside(text, told, chosen)


def _announces(text: str, block: Block, tray: _Tray) -> bool:
    """Whether a block's end says that asks follow: "we need two documents", "please:"."""
    last = tray.candidates[-1] if tray.candidates else None
    if last is None or last.cut.end < block.start:
        return block.role == "asked"
    colon = text[block.start : block.end].rstrip().endswith(":")
    if colon and last.rank <= NOTE and not last.cut.verb:
        tray.candidates[-1] = replace(last, empty=True)
    ending = _SENTENCE_END.split(text[block.start : block.end].rstrip().removesuffix(":"))[-1]
    wanted = colon and role_of(ending.strip() or "-") == "asked"
    return announces(last.cut) or wanted or (colon and last.rank == ASKED)


def _raise_listed(tray: _Tray) -> None:
    """In a list in which one item is an order, the notes beside it are asks too."""
    for places in tray.listed.values():
        ranks = [tray.candidates[place].rank for place in places]
        if ASKED not in ranks:
            continue
        for place in places:
            one = tray.candidates[place]
            if one.rank == NOTE:
                tray.candidates[place] = replace(one, rank=ASKED)


def _chosen(candidates: Sequence[Candidate]) -> tuple[list[Cut], list[Candidate]]:
    """The candidates of the best rank there is; empty ones only where nothing else is asked."""
    if not candidates:
        return [], []
    full = [one for one in candidates if not one.empty]
    best = min(one.rank for one in full or candidates)
    chosen = [one for one in full or candidates if one.rank == best]
    helping = next((one for one in candidates if one.empty and one.cut.verb), None)
    if helping is not None and helping.rank < best and best > NOTE:
        chosen = _helped(helping, chosen[0])
    chosen = _apart(chosen)
    kept = {id(one.cut) for one in chosen}
    return [one.cut for one in chosen], [one for one in candidates if id(one.cut) not in kept]


def _apart(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Without those within another: a topic on its own beside what it is the topic of."""
    kept: list[Candidate] = []
    for one in sorted(chosen, key=lambda one: (one.cut.start, -one.cut.end)):
        if not kept or one.cut.start >= kept[-1].cut.end:
            kept.append(one)
    return kept


def _helped(request: Candidate, matter: Candidate) -> list[Candidate]:
    """ "The scores are flat. Can you help?": what is told is what help is asked for with."""
    return [replace(request, cut=replace(request.cut, object=matter.cut.text))]


def _read(text: str, s: Sentence, block: Block, language: str, tray: _Tray, first: bool) -> None:
    said = sliced(text, s, 0, len(s))
    if not said:
        return
    if block.role == "excluded":
        if s.low[0] not in words().polite and phrases("framed").after(s, 0) < 0:
            tray.excluded.append(said)
            return
        block = replace(block, role="free")
    if language == "mixed":
        language = sentence_language(said, "en")
    if language not in _LIKE_ENGLISH:
        _foreign(text, s, block, language, tray)
        return
    place = Place(block, first, tray.announced and block.list != 0)
    found = _one_note(clauses(s)) if block.list else clauses(s)
    for number, clause in enumerate(found):
        after = found[number + 1] if number + 1 < len(found) else None
        _place(text, s, clause, place, tray)
        if place.bare and after is not None and after.mark == ":" and tray.candidates:
            # "Set up: a dashboard; an alert": what comes next is what to set up.
            tray.candidates[-1] = replace(tray.candidates[-1], empty=True)
            place.announced = True
        place.bare = False
        topic = after is not None and after.mark == ":" and place.last_kind == "fragment"
        if topic and not block.list and number == 0 and tray.candidates:
            tray.candidates[-1] = replace(tray.candidates[-1], empty=True)
            place.topic = clause.begin if clause.end - clause.begin <= _SHORT_TOPIC else -1
        else:
            place.topic = -1
        place.number += 1


def _one_note(found: Sequence[Clause]) -> list[Clause]:
    """ "Anomaly model: evaluation gate, registration" is one item, not a topic and two."""
    kept: list[Clause] = []
    for one in found:
        fragments = kept and {kept[-1].opening.kind, one.opening.kind} == {"fragment"}
        if fragments and one.mark != ";":
            kept[-1] = replace(kept[-1], end=one.end)
        else:
            kept.append(one)
    return kept


def _place(text: str, s: Sentence, clause: Clause, place: Place, tray: _Tray) -> None:
    said = sliced(text, s, clause.begin, clause.end)
    kind = clause.opening.kind
    if not said:
        return
    start = s.starts[clause.begin]
    previous, place.last_kind = place.last_kind, kind
    denied = clause.opening.subject and s.low[clause.begin] in words().denying
    if kind == "excluded" or denied or (kind != "ask" and elsewhere(said)):
        tray.excluded.append(said)
        return
    aside = clause.opening.form == "question" and place.block.list and place.number
    if kind == "ask" and not aside:
        _ask(text, s, clause, place, tray)
        return
    rank = rank_of(s, clause, place, previous) if kind in ("fragment", "statement") else NEVER
    if rank == NEVER:
        tray.tell(start, said)
    else:
        form = "symptom" if kind == "statement" and rank > NOTE else "order"
        if place.topic >= 0 and not place.announced:
            # "Ranker: the p99 is bad": what stands before the colon is what it is about.
            found = noted(text, s, replace(clause, begin=place.topic), form)
        else:
            found = noted(text, s, clause, form)
        place.announced = place.announced or any(announces(one) for one in found)
        for one in found:
            tray.offer(one, rank, empty=announces(one))
        if rank > ASKED:
            tray.remember(said)
    if kind != "condition" or s.low[clause.begin] == "given":
        tray.referents.told(text, s, clause.begin, clause.end)


def _ask(text: str, s: Sentence, clause: Clause, place: Place, tray: _Tray) -> None:
    low = s.low[clause.begin : clause.end]
    if (s.asked and " ".join(low) in words().idle_questions) or only_links(low):
        return
    rank = {"context": ASIDE, "expected": EXPECTED}.get(place.block.role, ASKED)
    for cut in asked(text, s, clause):
        empty = about_handing(cut) or announces(cut) or points_to_first(cut.text)
        if again(cut):
            if tray.ordered():
                tray.remember(cut.text)
                continue
            empty = True
        place.announced = place.announced or announces(cut)
        if vague(cut):
            meant = tray.referents.meant(cut.object.lower())
            empty = empty or generic(cut)
            place.bare = not cut.object
            said = replace(cut, object=meant or cut.object)
            tray.offer(said, rank, empty=empty and not meant, bare=not cut.object)
        else:
            place.bare = _points_ahead(cut.object)
            named = tray.referents.named(cut.object) if cut.verb else cut.object
            if named == cut.object and cut.verb:
                tray.referents.object(named)
            tray.offer(replace(cut, object=named), rank, empty=empty)


def _points_ahead(named: str) -> bool:
    """ "We need it before the audit: ...": an object that only a colon's other side names."""
    said = named.lower().split(maxsplit=2)
    known = words()
    return (
        len(said) > 1
        and said[0] in known.pronouns
        and (said[1] in known.preposition or said[1] in known.stops)
    )


def _foreign(text: str, s: Sentence, block: Block, language: str, tray: _Tray) -> None:
    if language in WITHOUT_BLANKS:
        rank = ASKED if asks_in_script(text[s.starts[0] : s.ends[-1]]) or s.asked else SYMPTOM
        for start, end in stretches(text, s.starts[0], s.ends[-1]):
            said = text[start:end].strip()
            at = text.index(said, start)
            cut = Cut(at, at + len(said), said, "question" if s.asked else "order", object=said)
            tray.offer(cut, rank)
            if rank > ASKED:
                tray.remember(said)
        return
    asks = block.role == "asked"
    for part in parts(s, language, whole=block.list > 0):
        asks = asks or part.asks
        said = sliced(text, s, part.begin, part.end)
        if not said:
            continue
        if part.excluded:
            tray.excluded.append(said)
        if part.excluded or part.empty:
            continue
        at = text.index(said, s.starts[part.begin])
        verb = sliced(text, s, part.verb, part.verb + 1) if part.verb >= 0 else ""
        cut = Cut(at, at + len(said), said, "question" if s.asked else "order", verb, said)
        rank = ASIDE if block.role == "context" else ASKED if asks else SYMPTOM
        # What stands before a colon only announces what comes after it.
        after = text[s.ends[part.end - 1] : s.ends[-1]].lstrip()
        announces_more = after.startswith(":") and part.asks and not block.list
        tray.offer(cut, rank, empty=announces_more)
        if rank > ASKED:
            tray.remember(said)
