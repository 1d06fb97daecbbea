"""What a simple command would do, by the vocabulary of programs.

Owns the walk from a program's name to a finding: wrappers looked through, verbs, options, dry runs,
copies, places. Programs that carry code of their own (shells, sed, find, Python) have a judge each.
"""

from __future__ import annotations

from collections.abc import Callable

from mlops_agent.sandbox.policy import carriers, copying, editing, plain, python, shells, streams
from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.git import judge_git
from mlops_agent.sandbox.policy.making import judge_make
from mlops_agent.sandbox.policy.queries import judge_sql
from mlops_agent.sandbox.policy.words import GLOB, LISTED, SUPPLIED, UNREAD, shown
from mlops_agent.vocabulary.program_words import Program, programs

_BINARIES = frozenset({"/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin"})

Judge = Callable[[Program, Call], Finding]
_JUDGES: dict[str, Judge] = {
    "plain": plain.judge_plain,
    "awk": streams.judge_awk,
    "copy": copying.judge_copy,
    "editor": editing.judge_editor,
    "find": carriers.judge_find,
    "git": judge_git,
    "interpreter": editing.judge_interpreter,
    "make": judge_make,
    "python": python.judge_python,
    "remote": carriers.judge_remote,
    "sed": streams.judge_sed,
    "shell": shells.judge_shell,
    "sql": judge_sql,
    "wrapper": carriers.judge_wrapper,
}


def judge_words(call: Call) -> Finding:
    """What the words of a simple command would do.

    A word that is not known may also be nothing at all; where what is left is a live mutation, the
    command is one.
    """
    found = _as_written(call)
    if found.effect != "live_mutation" and any(UNREAD in word for word in call.words):
        left = [word.replace(UNREAD, "") for word in call.words]
        left = [new for new, old in zip(left, call.words, strict=True) if new or not old]
        if left and (emptied := call.trial(left)).effect == "live_mutation":
            return emptied
    return found


def _as_written(call: Call) -> Finding:
    head = call.words[0]
    if any(mark in head for mark in (UNREAD, LISTED, GLOB, SUPPLIED)):
        return Finding("unknown", f"the program's name {shown(head)} is computed")
    program = programs().get(call.name)
    found = _JUDGES[program.kind](program, call) if program else _stranger(call)
    folder = head.rpartition("/")[0]
    if folder and folder not in _BINARIES:
        return found.at_least("unknown", f"{shown(head)} is a program of its own")
    return found


def _stranger(call: Call) -> Finding:
    """A program that nobody has described, which may run the command in its operands."""
    found = Finding("unknown", f"what {shown(call.name)} does is not known here")
    return found.or_graver(carriers.live_suffix(call.words[1:], call))
