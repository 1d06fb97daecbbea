"""The territories' phrases found in a text: the longest wins over what it contains.

Owns the index over the phrases and the search in it. What a phrase counts for is its territory's;
whose an ask is then is `owning`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from mlops_agent.boundary.packed import Stated, packed, packed_text, unpacked
from mlops_agent.boundary.stemming import first_stem, stems
from mlops_agent.vocabulary.siblings import Sibling, siblings
from mlops_agent.vocabulary.territories import GAP, Level, territories

COUNTS: dict[Level, float] = {
    "always": 9.0,
    "overrides": 5.0,
    "decides": 3.0,
    "speaks": 1.6,
    "leans": 0.8,
    "barely": 0.3,
}
"""What a phrase of a level adds to its territory."""
MOST_MET = 20_000
"""So many words are kept with the phrases that begin with them, or that none does."""
GAP_WORDS = 5
"""As many words may stand where a phrase has a gap."""
_OWN: Level = "decides"
"""The level of the phrases that a sibling's entry brings along."""
_TEAMS: Level = "always"
"""The level of those that a team names: they make a request its skill's own."""


class Found(NamedTuple):
    """A phrase in a text: the words `start` to `end`, and what it adds to which territory."""

    phrase: str
    start: int
    end: int
    counts: dict[str, float]


class _Entry(NamedTuple):
    phrase: str
    stems: tuple[str, ...]
    after: tuple[str, ...]
    counts: dict[str, float]


class _Entries(NamedTuple):
    """The phrases that begin with a stem: that stem alone, longer ones by the second, with a gap.

    Most are told to be none of a text's by one look at the second stem, or at one behind the gap.
    """

    alone: _Entry | None
    longer: dict[str, list[_Entry]]
    gapped: list[_Entry]


@dataclass(slots=True)
class Index:
    """Phrases by the stem of their first word; those of a word are taken apart when it is met.

    `shipped` are those of the territories as `packed` keeps them, `stated` all others.
    """

    stated: dict[str, list[Stated]] = field(default_factory=dict[str, list[Stated]])
    shipped: Mapping[str, str] = field(default_factory=dict[str, str])
    met: dict[str, _Entries | None] = field(default_factory=dict[str, "_Entries | None"])

    def entries(self, word: str) -> _Entries | None:
        """The phrases that begin with a stem, each once with all that it counts for."""
        if word not in self.met:
            if not self.shipped and word not in self.stated:
                return None
            if len(self.met) >= MOST_MET:
                self.met.clear()
            shipped = unpacked(self.shipped[word]) if word in self.shipped else ()
            stated = [*shipped, *self.stated.get(word, ())]
            self.met[word] = _by_second(_merged(stated)) if stated else None
        return self.met[word]

    def begun(self, words: Sequence[str]) -> list[tuple[int, _Entries]]:
        """The places of a text where phrases may begin, with those."""
        if not self.shipped and self.stated.keys().isdisjoint(words):
            return []
        met, found = self.met, list[tuple[int, _Entries]]()
        for at, word in enumerate(words):
            entries = met[word] if word in met else self.entries(word)
            if entries is not None:
                found.append((at, entries))
        return found


@cache
def standard_index() -> Index:
    """The index over the territories as they are shipped."""
    return index_of(())


def index_of(roster: Sequence[Sibling]) -> Index:
    """The index over the territories and the objects of a roster's entries."""
    shipped = packed(_weights())
    if shipped is None:
        return index_over([*shipped_phrases(), *_objects(roster, _TEAMS)])
    return Index(index_over(_objects(roster, _TEAMS)).stated, shipped)


def index_over(stated: Iterable[Stated]) -> Index:
    """The index over phrases, each with the name that it counts for, and how much."""
    index = Index(defaultdict(list))
    for name, count, phrase in stated:
        first = _stem_of(phrase.partition(" ")[0]) or first_stem(phrase)
        if first:
            index.stated[first].append((name, count, phrase))
    return index


@cache
def _stem_of(begin: str) -> str:
    """The first stem of the many phrases that begin so; empty where no word is in it."""
    return first_stem(begin)


def prepared() -> str:
    """What `packed.json` has to hold."""
    return packed_text(index_over(shipped_phrases()).stated, _weights())


def shipped_phrases() -> Iterable[Stated]:
    """The phrases of all territories and siblings."""
    for territory in territories():
        for level, phrases in territory.phrases.items():
            for phrase in phrases:
                yield territory.name, COUNTS[level], phrase
    yield from _objects(siblings())


def _objects(skills: Iterable[Sibling], level: Level = _OWN) -> Iterable[Stated]:
    for skill in skills:
        for phrase in skill.objects:
            yield skill.name, COUNTS[level], phrase


def _weights() -> str:
    return repr((COUNTS, _OWN))


def _merged(stated: Iterable[Stated]) -> Iterable[_Entry]:
    entries: dict[tuple[tuple[str, ...], tuple[str, ...]], _Entry] = {}
    for name, count, phrase in stated:
        before, _, after = phrase.partition(GAP)
        parts = (tuple(stems(before)), tuple(stems(after)))
        entry = entries.setdefault(parts, _Entry(phrase, *parts, {}))
        entry.counts[name] = max(entry.counts.get(name, 0.0), count)
    return entries.values()


def _by_second(entries: Iterable[_Entry]) -> _Entries:
    alone: _Entry | None = None
    longer: dict[str, list[_Entry]] = {}
    gapped: list[_Entry] = []
    for one in entries:
        if one.after:
            gapped.append(one)
        elif len(one.stems) > 1:
            longer.setdefault(one.stems[1], []).append(one)
        else:
            alone = one
    return _Entries(alone, longer, gapped)


def find(words: Sequence[str], index: Index) -> list[Found]:
    """The phrases in a text of stems, none within a longer one, in the order they stand in."""
    begun = index.begun(words)
    if not begun:
        return []
    text = tuple(words)
    kept = _outermost(_whole(text, begun))
    present = frozenset(text)
    gapped = [
        Found(entry.phrase, start, end, entry.counts)
        for at, entries in begun
        for entry in entries.gapped
        if entry.after[0] in present
        for start, end in _near(text, at, entry.stems, entry.after)
        if not _hidden(at, len(entry.stems), kept, entry)
        and not _hidden(_other(at, start, end, entry), len(entry.after), kept, entry)
    ]
    return sorted([*kept, *gapped], key=lambda one: (one.start, one.end))


def _whole(words: tuple[str, ...], begun: Iterable[tuple[int, _Entries]]) -> list[Found]:
    """The phrases without a gap that stand in a text."""
    found: list[Found] = []
    last = len(words) - 1
    for at, (alone, longer, _) in begun:
        if alone is not None:
            found.append(Found(alone.phrase, at, at + 1, alone.counts))
        if at < last and words[at + 1] in longer:
            for one in longer[words[at + 1]]:
                end = at + len(one.stems)
                if words[at:end] == one.stems:
                    found.append(Found(one.phrase, at, end, one.counts))
    return found


def _near(
    words: tuple[str, ...], at: int, one: tuple[str, ...], other: tuple[str, ...]
) -> list[tuple[int, int]]:
    """Where `one` stands at a place, with `other` after or before it at most a gap away."""
    end = at + len(one)
    if words[at:end] != one:
        return []
    size = len(other)
    for start in range(end, min(end + GAP_WORDS, len(words)) + 1):
        if words[start : start + size] == other:
            return [(at, start + size)]
    for start in range(max(0, at - size - GAP_WORDS), at - size + 1):
        if words[start : start + size] == other:
            return [(start, end)]
    return []


def _other(at: int, start: int, end: int, entry: _Entry) -> int:
    """Where what comes after the gap begins; it may stand before."""
    return end - len(entry.after) if start == at else start


def _hidden(start: int, size: int, kept: Sequence[Found], entry: _Entry) -> bool:
    """Whether a part lies in a longer phrase that says whose it is otherwise."""
    return any(
        one.start <= start
        and start + size <= one.end
        and one.end - one.start > size
        and not one.counts.keys() & entry.counts.keys()
        for one in kept
    )


def _outermost(found: list[Found]) -> list[Found]:
    taken: set[int] = set()
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        span = range(one.start, one.end)
        if taken.isdisjoint(span):
            kept.append(one)
            taken.update(span)
    return kept
