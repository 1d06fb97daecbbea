"""A clause that asks into cuts: one for each thing that it asks for.

Owns verb, object, purpose and the parts of a coordinated object. What counts as an ask at all,
`gathering` decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mlops_agent.boundary.clauses import Clause
from mlops_agent.boundary.objects import Phrase, coordinated, phrase, sliced
from mlops_agent.boundary.reading import Cut, Form
from mlops_agent.boundary.sentences import Sentence
from mlops_agent.boundary.words import words

_WANTING = frozenset({"need", "want", "require", "needs", "wants", "requires", "like"})
_MEANT = frozenset({"it", "this", "that", "them", "these", "those"})
_DONE_TO = frozenset(
    {"to", "back", "gone", "off", "out", "done", "rebuilt", "rewritten", "gate", "running"}
)
_LONGEST_ANNOUNCEMENT = 110


def asked(text: str, s: Sentence, clause: Clause) -> list[Cut]:
    """The cuts of an ask; none where it has no words."""
    found = phrase(text, s, clause)
    purpose = ""
    if clause.purpose >= 0:
        purpose = sliced(text, s, clause.purpose, clause.purpose_end)
    parts = [(found.begin, found.end)]
    joined = found.verb.split(" ")[0].lower() in words().joining
    if found.object and not joined and (not clause.opening.subject or _after_verb(clause, found)):
        parts = list(coordinated(s, found.begin, found.end))
    cuts = _parted(text, s, clause, parts) if len(parts) > 1 else _whole(text, s, clause, found)
    form = clause.opening.form
    return [replace(one, form=form, verb=found.verb, purpose=purpose) for one in cuts]


def _after_verb(clause: Clause, found: Phrase) -> bool:
    """ "The board wants X and Y": the object stands behind the verb, not before it."""
    return clause.opening.subject and found.begin > clause.opening.verb


def noted(text: str, s: Sentence, clause: Clause, form: Form) -> list[Cut]:
    """The cuts of a clause without a verb of asking: the clause is the object."""
    parts = [(clause.begin, clause.end)]
    if form == "order":
        parts = list(coordinated(s, clause.begin, clause.end))
    return [replace(one, form=form) for one in _parted(text, s, clause, parts)]


def vague(cut: Cut) -> bool:
    """Whether the object is a mere pronoun, or missing."""
    low = cut.object.lower()
    return not low or low in words().vague or low.removeprefix("the ") in words().vague


def generic(cut: Cut) -> bool:
    """Whether it asks for help or a look only: what about, other words have to say."""
    return vague(cut) and cut.verb.lower() in words().generic


def announces(cut: Cut) -> bool:
    """Whether it only counts what is asked for next to it ("two documents")."""
    if len(cut.object) > _LONGEST_ANNOUNCEMENT:
        return False
    told = cut.object.lower().replace(":", " ").split()
    known = words()
    for near in (told[:5], told[-5:]):
        for place, word in enumerate(near):
            counted = word in known.numbers
            if counted and any(one.strip(",.") in known.announced for one in near[place + 1 :]):
                return True
    return False


def again(cut: Cut) -> bool:
    """Whether it only says that, or why, what was asked for is wanted: "we need it by May"."""
    if cut.form != "wish" or cut.verb.lower() not in _WANTING:
        return False
    first, second, *_ = [*cut.object.lower().split(), "", ""]
    return (
        first.strip(",") in _MEANT
        and second.strip(",") not in _DONE_TO
        and not second.endswith("ed")
    )


def about_handing(cut: Cut) -> bool:
    """Whether it says who gets the work or how to answer, and asks for no work itself."""
    told = cut.object.lower().split()
    verb = cut.verb.lower().split(" ")[0]
    return (
        verb in words().handing
        and (not told or told[0].strip(",") in words().handed)
        and (len(told) < 6)
    )


def _whole(text: str, s: Sentence, clause: Clause, found: Phrase) -> Iterator[Cut]:
    yield from _cut(text, s, clause.begin, clause.end, found.object)


def _parted(
    text: str, s: Sentence, clause: Clause, parts: Sequence[tuple[int, int]]
) -> Iterator[Cut]:
    tail = _shared_tail(text, s, parts) if len(parts) > 1 else ""
    for number, (begin, end) in enumerate(parts):
        last = number == len(parts) - 1
        said = sliced(text, s, begin, end)
        bare = tail and not last and not _has_tail(s, begin, end)
        yield from _cut(
            text,
            s,
            begin if number else clause.begin,
            clause.end if last else end,
            f"{said} {tail}" if bare else said,
        )


def _shared_tail(text: str, s: Sentence, parts: Sequence[tuple[int, int]]) -> str:
    """ "The gate and the canary for churn": what the last part says of both."""
    begin, end = parts[-1]
    shared = words().shared
    for place in range(begin + 1, end):
        if s.low[place] in shared:
            return sliced(text, s, place, end)
    return ""


def _has_tail(s: Sentence, begin: int, end: int) -> bool:
    return any(s.low[place] in words().shared for place in range(begin + 1, end))


def _cut(text: str, s: Sentence, begin: int, end: int, thing: str) -> Iterator[Cut]:
    said = sliced(text, s, begin, end)
    if said:
        start = text.index(said, s.starts[begin])
        yield Cut(start, start + len(said), said, "order", object=thing)
