"""What command-line programs do, by their verbs and options: data, and its loader.

Owns reading `vocabulary/programs/*.toml` into frozen records, once a process. It refuses unknown
keys and effects, so that a misspelt entry is found by the first test. It judges nothing.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

from mlops_agent.contracts.policy import EFFECTS, Effect
from mlops_agent.vocabulary.loader import FOLDER, VocabularyError

T = TypeVar("T")
PROGRAMS = FOLDER / "programs"
NAMES = "names.toml"
"""The one file there that describes no program."""
KINDS = frozenset(
    {
        "plain",
        "awk",
        "copy",
        "editor",
        "find",
        "git",
        "interpreter",
        "make",
        "python",
        "remote",
        "sed",
        "shell",
        "sql",
        "wrapper",
    }
)


@dataclass(frozen=True, slots=True)
class OptionWord:
    """An option that changes what a command does.

    `values` are patterns of the only values that count, `unless` those that do not (lower case);
    `verbs` the phrases it belongs to; `cancelled_by` other options that take its meaning away.
    `program` says that its value is a command line.
    """

    names: tuple[str, ...]
    effect: Effect
    why: str
    values: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    cancelled_by: tuple[str, ...] = ()
    program: bool = False


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Options that make a command a rehearsal (a dry run): its effect is this one instead."""

    options: tuple[str, ...]
    effect: Effect
    verbs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a program finds the host that it changes.

    `hosts` are options; `*` stands for all operands, `1` for the first that is not in upper case.
    `detours` are options that can lead elsewhere, `here` the program's names that always mean this
    machine, `verbs` the only ones that count. `connections` may be named by any word.
    """

    hosts: tuple[str, ...]
    detours: tuple[str, ...] = ()
    here: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    connections: bool = False


@dataclass(frozen=True, slots=True)
class Store:
    """How a program is told which store its `verbs` change: by these options or variables."""

    options: tuple[str, ...]
    variables: tuple[str, ...]
    verbs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """One program. `verbs` are (phrase, effect), `takes` the options with a value of their own.

    `otherwise` holds where no phrase fits, `bare` where there is no operand. `skip` operands come
    before the command of a wrapper, or are no paths. `places` says whether operands may be paths;
    `remote` how an operand looks that lies elsewhere, `copies` the phrases that copy to or from
    there, `runs` those that another command follows, `carries` those among whose further operands
    another command may be, `alone` those that only read where nothing follows them. The values of
    `text` options are no paths, but a text (a pattern, a script, SQL) that then need not be an
    operand. A wrapper `assigns` variables before the command (env), `supplies` more words from its
    input (xargs), or `joins` its words to a shell's text. After the phrases in `statements` comes
    SQL, as operands or in `statement_options`.
    """

    names: tuple[str, ...]
    kind: str
    target: str
    takes: frozenset[str]
    verbs: tuple[tuple[tuple[str, ...], Effect], ...]
    otherwise: Effect
    bare: Effect
    options: tuple[OptionWord, ...]
    rehearsals: tuple[Rehearsal, ...]
    skip: int
    places: bool
    long_dash: bool
    remote: tuple[str, ...]
    text: frozenset[str]
    copies: tuple[tuple[str, ...], ...]
    carries: tuple[tuple[str, ...], ...]
    runs: tuple[tuple[str, ...], ...]
    alone: tuple[tuple[str, ...], ...]
    assigns: bool
    supplies: bool
    joins: bool
    statements: tuple[tuple[str, ...], ...]
    statement_options: tuple[str, ...]
    reach: Reach | None
    store: Store | None


@cache
def programs() -> dict[str, Program]:
    """Every known program under each of its names, read once a process."""
    return read_programs(PROGRAMS)


def read_programs(folder: Path) -> dict[str, Program]:
    """The programs that a folder's files describe. Raises VocabularyError on a malformed file."""
    found: dict[str, Program] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == NAMES:
            continue
        for raw in _read(path).get("program", []):
            program = _program(dict(raw), path.name)
            for name in program.names:
                if name in found:
                    raise VocabularyError(f"{path.name}: {name} is described twice")
                found[name] = program
    return found


@cache
def names() -> dict[str, tuple[str, ...]]:
    """The lists of `names.toml`: Python calls, modules and variables by what they come to."""
    raw = cast("dict[str, list[str]]", _read(PROGRAMS / NAMES))
    return {key: tuple(words) for key, words in raw.items()}


def _read(path: Path) -> dict[str, list[dict[str, object]]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise VocabularyError(f"{path.name}: {error}") from error


def _program(raw: dict[str, object], file: str) -> Program:
    where = f"{file}: {raw.get('names')}"
    otherwise = _effect(raw.pop("otherwise", "unknown"), where)
    kind = str(raw.pop("kind", "plain"))
    if kind not in KINDS:
        raise VocabularyError(f"{where}: unknown kind {kind!r}")
    made = Program(
        names=_words(raw.pop("names", "")),
        kind=kind,
        target=str(raw.pop("target", "")),
        takes=frozenset(_words(raw.pop("takes", ""))),
        bare=_effect(raw.pop("bare", otherwise), where),
        otherwise=otherwise,
        options=tuple(_option(one, where) for one in _tables(raw, "option")),
        rehearsals=tuple(_rehearsal(one, where) for one in _tables(raw, "rehearsal")),
        skip=cast("int", raw.pop("skip", 0)),
        places=raw.pop("places", True) is True,
        long_dash=raw.pop("long_dash", False) is True,
        remote=_words(raw.pop("remote", "")),
        text=frozenset(_words(raw.pop("text", ""))),
        verbs=_phrases(raw),
        copies=_plain_phrases(raw, "copies"),
        carries=_plain_phrases(raw, "carries"),
        runs=_plain_phrases(raw, "runs"),
        alone=_plain_phrases(raw, "alone"),
        assigns=raw.pop("assigns", False) is True,
        supplies=raw.pop("supplies", False) is True,
        joins=raw.pop("joins", False) is True,
        statements=_plain_phrases(raw, "statements"),
        statement_options=_words(raw.pop("statement_options", "")),
        reach=_reach(raw.pop("reach", None), where),
        store=_store(raw.pop("store", None), where),
    )
    return _closed(raw, where, made)


def _phrases(raw: dict[str, object]) -> tuple[tuple[tuple[str, ...], Effect], ...]:
    """The verb phrases: longer before shorter, plain before patterns, grave before mild.

    One that ends in any word at all comes after those that name their last word: `* list` tells
    more about `stack list` than `stack *` does.
    """
    found: list[tuple[tuple[str, ...], int, Effect]] = [
        (tuple(phrase.split()), rank, effect)
        for rank, effect in enumerate(EFFECTS)
        for phrase in cast("list[str]", raw.pop(effect, []))
    ]
    found.sort(
        key=lambda one: (
            -len(one[0]),
            one[0][-1] == "*",
            sum("*" in word for word in one[0]),
            -one[1],
        )
    )
    return tuple((phrase, effect) for phrase, _, effect in found)


def _plain_phrases(raw: dict[str, object], key: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(one.split()) for one in cast("list[str]", raw.pop(key, [])))


def _option(raw: dict[str, object], where: str) -> OptionWord:
    made = OptionWord(
        names=_words(raw.pop("names", "")),
        effect=_effect(raw.pop("effect", ""), where),
        why=str(raw.pop("why", "")),
        values=_words(raw.pop("values", "")),
        unless=_words(raw.pop("unless", "")),
        verbs=tuple(cast("list[str]", raw.pop("verbs", []))),
        cancelled_by=_words(raw.pop("cancelled_by", "")),
        program=raw.pop("program", False) is True,
    )
    return _closed(raw, where, made)


def _rehearsal(raw: dict[str, object], where: str) -> Rehearsal:
    made = Rehearsal(
        options=_words(raw.pop("options", "")),
        effect=_effect(raw.pop("effect", ""), where),
        verbs=tuple(cast("list[str]", raw.pop("verbs", []))),
    )
    return _closed(raw, where, made)


def _reach(table: object, where: str) -> Reach | None:
    if table is None:
        return None
    raw = dict(cast("dict[str, object]", table))
    made = Reach(
        hosts=_words(raw.pop("hosts", "")),
        detours=_words(raw.pop("detours", "")),
        here=_words(raw.pop("here", "")),
        verbs=tuple(cast("list[str]", raw.pop("verbs", []))),
        connections=raw.pop("connections", False) is True,
    )
    return _closed(raw, where, made)


def _store(table: object, where: str) -> Store | None:
    if table is None:
        return None
    raw = dict(cast("dict[str, object]", table))
    made = Store(
        options=_words(raw.pop("options", "")),
        variables=_words(raw.pop("variables", "")),
        verbs=tuple(cast("list[str]", raw.pop("verbs", []))),
    )
    return _closed(raw, where, made)


def _tables(raw: dict[str, object], key: str) -> list[dict[str, object]]:
    return [dict(one) for one in cast("list[dict[str, object]]", raw.pop(key, []))]


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(value).split())


def _effect(value: object, where: str) -> Effect:
    for effect in EFFECTS:
        if value == effect:
            return effect
    raise VocabularyError(f"{where}: unknown effect {value!r}")


def _closed(raw: dict[str, object], where: str, made: T) -> T:
    if raw:
        raise VocabularyError(f"{where}: unknown keys {sorted(raw)}")
    return made
