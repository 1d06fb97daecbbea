"""A program's words sorted into options, their values, and operands, as the program would.

Two readings are kept where an option is not known: it may take the next word as its value, or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from mlops_agent.vocabulary.program_words import OptionWord, Program

_SHORTEST = 5
"""Characters from which a beginning of a long option counts for it, as getopt takes it."""


@dataclass(slots=True)
class Given:
    """The options (name, value or None) and operands of one command.

    `fewer` are the operands if each option that is not known takes the next word; `after` are the
    words after a lone `--`.
    """

    options: list[tuple[str, str | None]] = field(default_factory=list[tuple[str, str | None]])
    operands: list[str] = field(default_factory=list[str])
    fewer: list[str] = field(default_factory=list[str])
    after: list[str] | None = None

    def values(self, *names: str) -> list[str]:
        """The values that options of these names have."""
        return [value for name, value in self.options if name in names and value is not None]

    def has(self, *names: str) -> bool:
        """Whether one of these options is there (`--name` or `--name=VALUE` exactly)."""
        return any(
            name in names or (value is not None and f"{name}={value}" in names)
            for name, value in self.options
        )


def sort_out(program: Program, words: Sequence[str]) -> Given:
    """Sort a program's words (without its name)."""
    given = Given()
    at, swallow = 0, False
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            given.after = list(words[at:])
            given.operands += given.after
            given.fewer += given.after
            break
        if not word.startswith("-") or word == "-":
            given.operands.append(word)
            if not swallow:
                given.fewer.append(word)
            swallow = False
            continue
        name, value, known, at = _option(program, words, word, at)
        given.options += [(one, None) for one in name[:-1]] + [(name[-1], value)]
        swallow = not known and value is None
    return given


def takes_next(program: Program, word: str) -> bool:
    """Whether an option word takes the word after it as its value."""
    if "=" in word or word in program.takes:
        return word in program.takes
    if word.startswith("--") or program.long_dash:
        return False
    first = next((at for at, one in enumerate(word[1:]) if f"-{one}" in program.takes), None)
    return first is not None and first == len(word) - 2


def _option(
    program: Program, words: Sequence[str], word: str, at: int
) -> tuple[list[str], str | None, bool, int]:
    """The names in one option word, the last one's value, whether it is known, the next place."""
    name, sign, value = word.partition("=")
    if word.startswith("--") or program.long_dash or name in program.takes:
        if sign:
            return [name], value, True, at
        if name in program.takes:
            return [name], words[at] if at < len(words) else None, True, at + 1
        return [name], None, False, at
    names: list[str] = []
    for place, letter in enumerate(word[1:], start=2):
        names.append(f"-{letter}")
        if names[-1] in program.takes:
            if place < len(word):
                return names, word[place:].removeprefix("="), True, at
            return names, words[at] if at < len(words) else None, True, at + 1
    return names, None, len(word) > 2, at


def meets(option: OptionWord, program: Program, given: Given) -> Iterator[str]:
    """The values (empty where there is none) with which an option of the vocabulary was given."""
    if option.cancelled_by and given.has(*option.cancelled_by):
        return
    for name, value in given.options:
        if not any(_is(name, known, program) for known in option.names):
            continue
        said = (value or "").lower()
        if option.unless and said in option.unless:
            continue
        if option.values and not any(fnmatchcase(said, one) for one in option.values):
            continue
        yield value or ""


def _is(name: str, known: str, program: Program) -> bool:
    if name == known:
        return True
    if len(name) < _SHORTEST or not name.startswith("--") or name in program.takes:
        return False
    return known.startswith(name)
