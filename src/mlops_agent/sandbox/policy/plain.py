"""The judge of programs that are all verbs, options and operands, which most are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlops_agent.contracts.policy import Effect
from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.carriers import MOST_SUFFIXES, live_suffix, run_by
from mlops_agent.sandbox.policy.copying import copied
from mlops_agent.sandbox.policy.options import Given, meets, sort_out
from mlops_agent.sandbox.policy.places import is_own_of_git, why_outside
from mlops_agent.sandbox.policy.statements import alters
from mlops_agent.sandbox.policy.throwaway import softened
from mlops_agent.sandbox.policy.verbs import Verb, verb_of
from mlops_agent.sandbox.policy.words import shown
from mlops_agent.vocabulary.program_words import Program

_HELP = frozenset({"--help", "-help", "-h"})
_ASKS = frozenset({"--version", "-version", "-V", "version", "help", "--help", "-help", "-h"})
_MILD = frozenset({"read_only", "repo_write", "network_read"})
_URL = "://"
_NAMED = re.compile(r"^[\w-]+=")
"""The name before a command in an option's value: `exec=COMMAND`, `ProxyCommand=COMMAND`."""
DOES: dict[Effect, str] = {
    "read_only": "only reads",
    "repo_write": "writes files of the worktree",
    "network_read": "reads over the network or from a live system",
    "unknown": "cannot be told from its words",
    "live_mutation": "changes a live system",
}


def judge_plain(program: Program, call: Call) -> Finding:
    """Judge by verb, then by the options that change its meaning, then by the paths it names."""
    words = list(call.words[1:])
    if len(words) == 1 and words[0] in _ASKS:
        return Finding("read_only", f"{call.name} says what it is")
    given = sort_out(program, words)
    verb = verb_of(program, given)
    found = by_verb(program, call, given, verb)
    if _asks_help(program, words, found):
        return Finding("read_only", f"{call.name} shows its help")
    found = found.or_graver(by_statements(program, call, given))
    found = rehearsed(program, call, given, verb, found)
    found = found.or_graver(by_options(program, call, given, verb))
    found = softened(program, call, given, verb, found)
    return found.or_graver(by_places(program, given, verb, found))


def by_verb(program: Program, call: Call, given: Given, verb: Verb | None) -> Finding:
    """What the verb says, or the program's usual effect where it has none."""
    for phrase in program.runs:
        if tuple(given.operands[: len(phrase)]) == phrase:
            return run_by(program, call, _after(phrase, call.words[1:]))
    for phrase in program.carries:
        if tuple(given.operands[: len(phrase)]) == phrase:
            inner = _carried(given, given.operands[len(phrase) :], call)
            if inner.effect == "live_mutation":
                return inner
    for phrase in program.copies:
        if tuple(given.operands[: len(phrase)]) == phrase:
            return copied(program, call.name, given.operands[len(phrase) :])
    return _by_phrase(program, call, given, verb)


def by_statements(program: Program, call: Call, given: Given) -> Finding:
    """Whether a statement that some verb takes (`bq query`) changes more than it asks."""
    for phrase in program.statements:
        if tuple(given.operands[: len(phrase)]) == phrase:
            texts = [*given.operands[len(phrase) :], *given.values(*program.statement_options)]
            if any(alters(text) for text in texts):
                return Finding("live_mutation", f"{call.name} changes {program.target}")
    return Finding("read_only", "")


def _by_phrase(program: Program, call: Call, given: Given, verb: Verb | None) -> Finding:
    if tuple(given.operands) in program.alone:
        return Finding("read_only", f"{call.name} {given.operands[0]} lists")
    if verb is not None:
        return Finding(verb.effect, said(program, f"{call.name} {verb.text}", verb.effect))
    if not given.operands:
        return Finding(program.bare, said(program, call.name, program.bare))
    what = f"{call.name} {given.operands[0]}" if program.verbs else call.name
    return Finding(program.otherwise, said(program, shown(what), program.otherwise))


def _carried(given: Given, words: Sequence[str], call: Call) -> Finding:
    """A live mutation among the words for a container, its entry point taken into account."""
    for entry in given.values("--entrypoint"):
        for at in range(1, min(len(words), MOST_SUFFIXES)):
            found = call.trial([entry, *words[at:]])
            if found.effect == "live_mutation":
                return found
    return live_suffix(words, call)


def _after(phrase: Sequence[str], words: Sequence[str]) -> Sequence[str]:
    """The words behind a phrase, options between its words passed over."""
    wanted = list(phrase)
    for at, word in enumerate(words, start=1):
        if word == wanted[0]:
            wanted.pop(0)
            if not wanted:
                return words[at:]
    return ()


def said(program: Program, what: str, effect: Effect) -> str:
    """The reason of an effect, with the program's own word for what it changes."""
    if effect == "live_mutation" and program.target:
        return f"{what} changes {program.target}"
    return f"{what} {DOES[effect]}"


def _asks_help(program: Program, words: Sequence[str], found: Finding) -> bool:
    """Whether the last word asks for help; not where it may be another option's value."""
    if found.effect == "unknown" or not words or words[-1] not in _HELP or "--" in words:
        return False
    if words[-1] == "-h" and ("-h" in program.takes or not program.verbs):
        return False
    return len(words) < 2 or not words[-2].startswith("-")


def rehearsed(
    program: Program, call: Call, given: Given, verb: Verb | None, found: Finding
) -> Finding:
    """The finding of a dry run, where an option makes it one and none of its kin unmakes it."""
    for rehearsal in program.rehearsals:
        if found.effect == "unknown" or not _of_verb(rehearsal.verbs, verb):
            continue
        names = {one.partition("=")[0] for one in rehearsal.options}
        contrary = {f"--no-{one.lstrip('-')}" for one in names}
        said = [(name, value) for name, value in given.options if name in names | contrary]
        kin = [(name, value) for name, value in said if name in names]
        if (
            kin
            and said[-1][0] in names
            and all(
                name in rehearsal.options
                if value is None
                else f"{name}={value}" in rehearsal.options
                for name, value in kin
            )
        ):
            if rehearsal.effect == "unknown":
                return Finding("unknown", f"where {call.name} {kin[0][0]} leads is not known here")
            return Finding(rehearsal.effect, f"{call.name} only rehearses ({kin[0][0]})")
    return found


def by_options(program: Program, call: Call, given: Given, verb: Verb | None) -> Finding:
    """The gravest of the options that change what the command does."""
    found = Finding("read_only", "")
    for option in program.options:
        if not _of_verb(option.verbs, verb):
            continue
        for value in meets(option, program, given):
            found = found.or_graver(
                Finding(option.effect, f"{call.name} {option.names[0]}: {option.why}")
            )
            if option.program and value:
                for text in {value, _NAMED.sub("", value)}:
                    found = found.or_graver(only_live(call.nested(text)))
    return found


def only_live(found: Finding) -> Finding:
    """The finding if it is a live mutation, else one that says nothing."""
    return found if found.effect == "live_mutation" else Finding("read_only", "")


def _of_verb(phrases: Sequence[str], verb: Verb | None) -> bool:
    return not phrases or (verb is not None and any(verb.text.startswith(one) for one in phrases))


def by_places(program: Program, given: Given, verb: Verb | None, found: Finding) -> Finding:
    """Whether an operand or an option's value leads out of the worktree, where that counts."""
    if not program.places or found.effect not in _MILD:
        return Finding("read_only", "")
    operands = list(verb.rest) if verb else given.operands
    if not program.text or not given.values(*program.text):
        operands = operands[program.skip :]
    values = [v for name, v in given.options if v is not None and name not in program.text]
    for word in [*operands, *values]:
        if _URL in word:
            continue
        if why := why_outside(word):
            return Finding("unknown", shown(why))
        if found.effect != "read_only" and is_own_of_git(word):
            return Finding("unknown", f"{shown(word)} is git's own: a file there can be a program")
    return Finding("read_only", "")
