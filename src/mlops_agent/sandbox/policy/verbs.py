"""Finding what a program's operands say it should do: the longest phrase of its vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from mlops_agent.contracts.policy import Effect
from mlops_agent.sandbox.policy.options import Given
from mlops_agent.vocabulary.program_words import Program


@dataclass(frozen=True, slots=True)
class Verb:
    """A phrase that was found, its effect, and the operands that come after it."""

    phrase: tuple[str, ...]
    effect: Effect
    rest: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The phrase as one text."""
        return " ".join(self.phrase)


def verb_of(program: Program, given: Given) -> Verb | None:
    """What the operands say, or None where no phrase fits.

    Where an option that is not known may hold the verb's place, the graver reading counts.
    """
    for phrase in program.copies:
        if tuple(given.operands[: len(phrase)]) == phrase:
            return Verb(phrase, "live_mutation", tuple(given.operands[len(phrase) :]))
    first = find(program, given.operands)
    if given.fewer == given.operands:
        return first
    second = find(program, given.fewer)
    if first is None or (second is not None and second.effect == "live_mutation"):
        return second
    return first


def find(program: Program, operands: Sequence[str]) -> Verb | None:
    """The longest phrase that begins the operands; the graver of two that are as long."""
    for phrase, effect in program.verbs:
        if len(phrase) > len(operands):
            continue
        if all(_fits(word, token) for word, token in zip(operands, phrase, strict=False)):
            words = tuple(operands[: len(phrase)])
            return Verb(words, effect, tuple(operands[len(phrase) :]))
    return None


def _fits(word: str, token: str) -> bool:
    return word == token or ("*" in token and fnmatchcase(word, token))
