"""Blocks into cuts: which clauses count as asks, given all that the request says.

Owns the choice over the whole text: orders before notes, notes before symptoms, pronouns after
what they mean. It finds no owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from mlops_agent.boundary.clauses import Clause, clauses
from mlops_agent.boundary.objects import Phrase, coordinated, phrase, sliced
from mlops_agent.boundary.outline import Block
from mlops_agent.boundary.reading import Cut
from mlops_agent.boundary.referring import Referents
from mlops_agent.boundary.sentences import Sentence, sentences
from mlops_agent.boundary.words import words


@dataclass(frozen=True, slots=True)
class Gathered:
    """The asks, and the caller's other words by what they are."""

    cuts: tuple[Cut, ...]
    context: tuple[str, ...]
    excluded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cut that may count: `rank` 0 always does, 1 notes, 2 plans, 3 symptoms, 4 anything."""

    cut: Cut
    rank: int
    vague: bool = False


@dataclass(slots=True)
class _Tray:
    candidates: list[Candidate] = field(default_factory=list[Candidate])
    excluded: list[str] = field(default_factory=list[str])
    context: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    referents: Referents = field(default_factory=Referents)


def gather(text: str, blocks: Sequence[Block], language: str) -> Gathered:
    """Choose the asks of a request from its blocks."""
    tray = _Tray()
    for block in blocks:
        for s in sentences(text, block.start, block.end):
            _read(text, s, block, tray)
    chosen, others = _chosen(tray.candidates)
    context = tray.context + [(one.cut.start, one.cut.text) for one in others]
    return Gathered(tuple(chosen), tuple(told for _, told in sorted(context)), tuple(tray.excluded))


def _chosen(candidates: Sequence[Candidate]) -> tuple[list[Cut], list[Candidate]]:
    """The candidates of the best rank there is; vague ones only where nothing else is asked."""
    if not candidates:
        return [], []
    best = min(one.rank for one in candidates)
    ranked = [one for one in candidates if one.rank == best]
    clear = [one for one in ranked if not one.vague]
    chosen = clear or ranked
    if not clear and best == 0:
        chosen = ranked[:1]
    kept = {id(one) for one in chosen}
    return [one.cut for one in chosen], [one for one in candidates if id(one) not in kept]


def _read(text: str, s: Sentence, block: Block, tray: _Tray) -> None:
    said = sliced(text, s, 0, len(s))
    if not said:
        return
    if block.role == "excluded":
        tray.excluded.append(said)
        return
    if block.role == "context":
        tray.context.append((s.starts[0], said))
        tray.referents.told(text, s, 0, len(s))
        return
    for clause in clauses(s):
        _place(text, s, clause, block, tray)


def _place(text: str, s: Sentence, clause: Clause, block: Block, tray: _Tray) -> None:
    said = sliced(text, s, clause.begin, clause.end)
    kind = clause.opening.kind
    if not said:
        return
    if kind == "excluded" or (kind != "ask" and _elsewhere(said)):
        tray.excluded.append(said)
    elif kind == "ask":
        tray.candidates.extend(_asked(text, s, clause, block, tray))
    elif kind in ("fragment", "statement"):
        rank = _rank(s, clause, block)
        if rank < 0:
            tray.context.append((s.starts[clause.begin], said))
        else:
            tray.candidates.extend(_noted(text, s, clause, rank))
        tray.referents.told(text, s, clause.begin, clause.end)
    else:
        tray.context.append((s.starts[clause.begin], said))
        tray.referents.told(text, s, clause.begin, clause.end)


def _elsewhere(said: str) -> bool:
    low = said.lower()
    return any(one in low for one in words().elsewhere)


def _rank(s: Sentence, clause: Clause, block: Block) -> int:
    """How much a clause without an order counts as an ask; -1 for none."""
    known = words()
    low = s.low[clause.begin : clause.end]
    if low[0] in known.greetings and len(low) <= 6:
        return -1
    if clause.opening.kind == "fragment":
        if block.role == "asked" or (clause.added and len(low) > 1):
            return 0
        return 1 if len(low) > 1 else 4
    return 3 if any(word in known.trouble for word in low) else 4


def _noted(text: str, s: Sentence, clause: Clause, rank: int) -> Iterator[Candidate]:
    form = "order" if clause.opening.kind == "fragment" else "symptom"
    start, end = s.starts[clause.begin], s.ends[clause.end - 1]
    said = sliced(text, s, clause.begin, clause.end)
    start = text.index(said, start)
    end = start + len(said)
    yield Candidate(Cut(start, end, said, form, object=said), rank)


def _asked(
    text: str, s: Sentence, clause: Clause, block: Block, tray: _Tray
) -> Iterator[Candidate]:
    found = phrase(text, s, clause)
    purpose = ""
    if clause.purpose >= 0:
        purpose = sliced(text, s, clause.purpose, clause.purpose_end)
    low = found.object.lower()
    if s.asked and " ".join(s.low[clause.begin : clause.end]) in words().idle_questions:
        return
    vague = low in words().vague or low == ""
    generic = vague and found.verb.lower() in words().generic
    meant = tray.referents.meant(low) if vague else ""
    for piece in _pieces(text, s, clause, found):
        cut = Cut(
            piece.start,
            piece.end,
            piece.text,
            clause.opening.form,
            found.verb,
            meant or piece.object,
            purpose,
        )
        yield Candidate(cut, 0, generic and not meant)
    if not vague:
        tray.referents.object(found.object)


def _pieces(text: str, s: Sentence, clause: Clause, found: Phrase) -> Iterator[Cut]:
    parts = [(0, 0)]
    joined = found.verb.split(" ")[0].lower() in words().joining
    if not clause.opening.subject and not joined and found.object:
        parts = list(coordinated(s, found.begin, found.end))
    if len(parts) == 1:
        yield _cut(text, s, clause.begin, clause.end, found.object)
        return
    tail = _shared_tail(text, s, parts)
    for number, (begin, end) in enumerate(parts):
        last = number == len(parts) - 1
        said = sliced(text, s, begin, end)
        yield _cut(
            text,
            s,
            begin if number else clause.begin,
            clause.end if last else end,
            said if last or not tail or _has_tail(s, begin, end) else f"{said} {tail}",
        )


def _shared_tail(text: str, s: Sentence, parts: Sequence[tuple[int, int]]) -> str:
    begin, end = parts[-1]
    shared = words().shared
    for place in range(begin + 1, end):
        if s.low[place] in shared:
            return sliced(text, s, place, end)
    return ""


def _has_tail(s: Sentence, begin: int, end: int) -> bool:
    return any(s.low[place] in words().shared for place in range(begin + 1, end))


def _cut(text: str, s: Sentence, begin: int, end: int, thing: str) -> Cut:
    said = sliced(text, s, begin, end)
    start = text.index(said, s.starts[begin])
    return Cut(start, start + len(said), said, "order", object=thing)
