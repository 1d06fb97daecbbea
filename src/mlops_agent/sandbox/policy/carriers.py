"""The judges of programs that run another command: wrappers, find, ssh."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.options import Given, meets, sort_out, takes_next
from mlops_agent.sandbox.policy.places import why_outside
from mlops_agent.sandbox.policy.variables import setting
from mlops_agent.sandbox.policy.words import SUPPLIED, UNREAD, shown
from mlops_agent.vocabulary.program_words import Program, programs

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
MOST_SUFFIXES = 24
_FAR_PLACE = re.compile(r"(?<=\s)~?/+(?=\w)")
_RUNS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
_WRITES = frozenset({"-fprint", "-fprint0", "-fprintf", "-fls"})
_PATTERNS = frozenset(
    {"-name", "-iname", "-path", "-ipath", "-wholename", "-regex", "-iregex", "-lname", "-printf"}
)
_NOTHING = Finding("read_only", "")


def judge_wrapper(program: Program, call: Call) -> Finding:
    """Look through env, nohup, timeout, sudo, xargs and the like at what they run."""
    return run_by(program, call, call.words[1:])


def run_by(program: Program, call: Call, words: Sequence[str]) -> Finding:
    """What a wrapper's words (its own options, then the command) would do."""
    inner, found, given = _unwrapped(program, words)
    if program.supplies and inner:
        inner = _filled(inner, given, call)
    if any(given.has(*rehearsal.options) for rehearsal in program.rehearsals):
        return Finding("read_only", f"{call.name} names programs")
    for option in program.options:
        for value in meets(option, program, given):
            found = found.or_graver(Finding(option.effect, f"{call.name}: {option.why}"))
            if option.program and value:
                found = found.or_graver(call.nested(value))
    if not inner:
        return found.at_least(program.bare, f"{call.name} runs nothing that is named")
    if program.joins:
        return found.or_graver(call.nested(" ".join(inner)))
    return found.or_graver(call.argv(inner))


def _unwrapped(program: Program, words: Sequence[str]) -> tuple[list[str], Finding, Given]:
    """The words that a wrapper runs, what its own words do, and its own options."""
    at, own, found = 0, list[str](), _NOTHING
    skip = program.skip
    while at < len(words):
        word = words[at]
        if word == "--":
            at += 1
            break
        if word.startswith("-") and word != "-":
            takes = takes_next(program, word)
            own += words[at : at + 1 + takes]
            at += 1 + takes
            continue
        assigned = _ASSIGNMENT.fullmatch(word)
        if assigned and program.assigns:
            found = found.or_graver(setting(assigned[1], assigned[2]))
        elif skip > 0:
            skip -= 1
        else:
            break
        at += 1
    inner = list(words[at:])
    return inner, found, sort_out(program, own)


def _filled(inner: Sequence[str], given: Given, call: Call) -> list[str]:
    """The words of xargs' command with what comes from its input in its place or at the end."""
    marks = given.values("-I", "-i", "--replace")
    given_words = SUPPLIED if call.listed else UNREAD
    if marks:
        return [_supplied(word, [*marks, "{}"], given_words) for word in inner]
    return [*inner, given_words]


def _supplied(word: str, marks: Sequence[str], by: str = SUPPLIED) -> str:
    """A word with the places filled in where a wrapper puts what it was given."""
    for mark in marks:
        word = word.replace(mark, by) if mark else word
    return word


def live_suffix(words: Sequence[str], call: Call) -> Finding:
    """A live mutation that begins at one of these words, or a finding that says nothing."""
    known = programs()
    for at in range(min(len(words), MOST_SUFFIXES)):
        if words[at].rpartition("/")[2] in known:
            found = call.trial(words[at:])
            if found.effect == "live_mutation":
                return found
    return _NOTHING


def judge_find(program: Program, call: Call) -> Finding:
    """Judge find by its actions: what it runs, deletes and writes, and where it looks."""
    found, words = Finding("read_only", f"{program.names[0]} lists files"), list(call.words)
    at = 1
    while at < len(words):
        word = words[at]
        at += 1
        if word in _RUNS:
            end = next((i for i in range(at, len(words)) if words[i] in (";", "+")), len(words))
            run = [_supplied(word, ("{}",)) for word in words[at:end]]
            found = found.or_graver(call.argv(run or ["true"]))
            at = end + 1
        elif word == "-delete":
            found = found.at_least("repo_write", "find -delete removes files")
        elif word in _WRITES or word == "-files0-from":
            place = words[at] if at < len(words) else ""
            found = found.at_least("repo_write", f"find {word} writes a file")
            found = found.or_graver(_place(place))
            at += 1
        elif word in _PATTERNS:
            at += 1
        elif not word.startswith("-") and word not in ("(", ")", "!"):
            found = found.or_graver(_place(word))
    return found


def _place(word: str) -> Finding:
    why = why_outside(word)
    return Finding("unknown", shown(why)) if why else _NOTHING


def judge_remote(program: Program, call: Call) -> Finding:
    """Judge ssh: a command that only reads there is a live read, one that writes a mutation."""
    from mlops_agent.sandbox.policy.plain import by_options

    given, rest = _split_remote(program, call.words[1:])
    found = by_options(program, call, given, None)
    if not rest:
        return found.at_least("unknown", f"{call.name} opens a session elsewhere")
    # Places there are not places here: a path of the other machine is no way out of the worktree.
    inner = call.nested(_FAR_PLACE.sub("", " ".join(rest)))
    if inner.effect == "read_only":
        return found.at_least("network_read", f"{call.name} reads on another machine")
    if inner.effect == "repo_write":
        return Finding("live_mutation", f"on another machine: {inner.reason}")
    return found.or_graver(inner)


def _split_remote(program: Program, words: Sequence[str]) -> tuple[Given, list[str]]:
    """The options before the host, and the words after it."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in program.takes else 1
    return sort_out(program, words[:at]), list(words[at + 1 :])
