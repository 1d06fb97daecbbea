"""The gates' needs and the questions of guided mode, as data, read once a process.

`slots.toml` holds what each gate needs to know and the patterns by which a request answers it,
`words.toml` the parts of those patterns, `questions.toml` which slots are asked together. Whether a
text answers a slot is the workflow's to find.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, cast

from mlops_agent.contracts.gates import OPEN_GATES, OpenGate
from mlops_agent.vocabulary.errors import VocabularyError
from mlops_agent.vocabulary.prepared import listed

FOLDER = Path(__file__).parent
_WORD = re.compile(r"<([a-z]+)>")
_DEPTH = 5
_TAKEN_BACK = ("negation", "doubt", "wanted", "elsewhere")


@dataclass(frozen=True, slots=True)
class Slot:
    """One need of a gate; names are unique over all gates.

    `core` slots come before the others of a gate. `says` and `states` are the patterns
    of answers, the first taken back by a negation before it, `bare` those that are enough in an
    answer to the slot's own question; `repository` names what answers it in a repository,
    `unsettled` the rules whose findings take that back, `external` the stage that the settings may
    name as done elsewhere. Where `wanted`, an order for the thing is no answer.
    """

    name: str
    gate: OpenGate
    core: bool
    ask: str
    brief: str
    default: str
    says: tuple[re.Pattern[str], ...]
    states: tuple[re.Pattern[str], ...]
    bare: tuple[re.Pattern[str], ...] = ()
    repository: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    external: str = ""
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """Slots that are asked in one question, the weightiest first; `options` are whole answers."""

    id: str
    slots: tuple[str, ...]
    why: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateWords:
    """All slots by name, in the order of the gates; the questions in the order of their weight.

    `enough` are, for each gate, the sets of slots any of which settles its main points.
    `negation`, `doubt`, `wanted` and `elsewhere` take an answer back. `versioning_tools`,
    `rollout_keys` and `files` (names by kind) are globs and names by which a repository answers.
    """

    slots: dict[str, Slot]
    questions: tuple[Asking, ...]
    most_questions: int
    most_slots: int
    enough: dict[OpenGate, tuple[frozenset[str], ...]]
    versioning_tools: tuple[str, ...]
    rollout_keys: tuple[str, ...]
    files: dict[str, tuple[str, ...]]
    negation: re.Pattern[str]
    doubt: re.Pattern[str]
    wanted: re.Pattern[str]
    elsewhere: re.Pattern[str]

    def of_gate(self, gate: OpenGate) -> tuple[Slot, ...]:
        """The slots of one gate."""
        return tuple(slot for slot in self.slots.values() if slot.gate == gate)


@cache
def gate_words() -> GateWords:
    """The slots and questions; raises VocabularyError where a file does not follow its form."""
    parts = _raw("words.toml")
    words, seen = cast("dict[str, str]", parts["words"]), parts["repository"]
    asked = _raw("questions.toml")
    try:
        slots = [_slot(one, words) for one in _raw("slots.toml")["slot"]]
        questions = tuple(
            Asking(one["id"], tuple(one["slots"]), one["why"], tuple(one["options"]))
            for one in asked["question"]
        )
        made = GateWords(
            {slot.name: slot for slot in slots},
            questions,
            asked["most_questions"],
            asked["most_slots"],
            {gate: tuple(map(frozenset, sets)) for gate, sets in asked["enough"].items()},
            tuple(seen["versioning_tools"]),
            tuple(seen["rollout_keys"]),
            {kind: tuple(names) for kind, names in seen["files"].items()},
            *(pattern_of(parts["taken_back"][key], words) for key in _TAKEN_BACK),
        )
    except (KeyError, TypeError, re.error) as error:
        raise VocabularyError(f"{FOLDER.name}: {error}") from error
    _check(made, slots)
    return made


@cache
def no_answer() -> re.Pattern[str]:
    """What a whole reply says that leaves a question to its default (`replies.toml`)."""
    raw = _raw("replies.toml")
    said = "|".join(raw["declined"])
    return re.compile(f"{raw['before']}(?:{said}){raw['after']}", re.IGNORECASE | re.DOTALL)


def _raw(name: str) -> dict[str, Any]:
    return listed(FOLDER / name)


def _slot(raw: dict[str, Any], words: dict[str, str]) -> Slot:
    def patterns(key: str) -> tuple[re.Pattern[str], ...]:
        return tuple(pattern_of(text, words) for text in raw.get(key, ()))

    named = pattern_of(words["entry"].replace("KEY", raw["keys"]), words)
    known = {field.name for field in fields(Slot)} | {"keys"}
    if unknown := set(raw) - known:
        raise VocabularyError(f"slots.toml: {raw['name']}: unknown {', '.join(sorted(unknown))}")
    return Slot(
        name=raw["name"],
        gate=raw["gate"],
        core=raw["core"],
        ask=raw["ask"],
        brief=raw["brief"],
        default=raw["default"],
        says=patterns("says"),
        states=(named, *patterns("states")),
        bare=patterns("bare"),
        repository=tuple(raw.get("repository", ())),
        unsettled=tuple(raw.get("unsettled", ())),
        external=raw.get("external", ""),
        wanted=raw.get("wanted", False),
    )


def pattern_of(text: str, words: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """A pattern of these files: `<name>` in it stands for a part of `words.toml`, case for none."""
    parts = words if words is not None else cast("dict[str, str]", _raw("words.toml")["words"])
    for _ in range(_DEPTH):
        text = _WORD.sub(lambda found: parts[found[1]], text)
    return re.compile(text, re.IGNORECASE)


def _check(made: GateWords, slots: list[Slot]) -> None:
    """Every slot has a name of its own and is asked by one question; every gate a core."""
    asked = [name for one in made.questions for name in one.slots]
    if len(made.slots) != len(slots) or sorted(asked) != sorted(made.slots):
        raise VocabularyError("each slot needs a name of its own and one question")
    for gate in OPEN_GATES:
        if not any(slot.core for slot in made.of_gate(gate)):
            raise VocabularyError(f"{gate} has no core slot")
    for gate in OPEN_GATES:
        if not made.enough[gate] or frozenset[str]().union(*made.enough[gate]) - set(made.slots):
            raise VocabularyError(f"{gate}: enough of which slots?")
