"""The judge of copying programs: to another place is a live mutation, from there a read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.places import why_outside
from mlops_agent.sandbox.policy.words import UNREAD, shown
from mlops_agent.vocabulary.program_words import Program

HOST = ":"
"""As a way of saying `remote`: HOST:PATH, as scp and rclone have it."""
_HOST_PATH = re.compile(r"[^/]+:.*", re.DOTALL)


def judge_copy(program: Program, call: Call) -> Finding:
    """Judge a program that does nothing but copy (scp, rsync)."""
    from mlops_agent.sandbox.policy.options import sort_out
    from mlops_agent.sandbox.policy.plain import by_options, rehearsed

    given = sort_out(program, call.words[1:])
    found = copied(program, call.name, given.operands)
    found = rehearsed(program, call, given, None, found)
    return found.or_graver(by_options(program, call, given, None))


def copied(program: Program, name: str, operands: Sequence[str]) -> Finding:
    """What copying between these operands does: the last one is where it goes to."""
    if len(operands) < 2:
        return Finding("unknown", f"{name} does not say where it copies to")
    *sources, target = operands
    if _is_remote(program, target):
        return Finding("live_mutation", f"{name} writes to {shown(target)}")
    from_afar = any(_is_remote(program, source) for source in sources)
    if UNREAD in target and not from_afar:
        return _to_somewhere(program, name, sources)
    found = Finding("repo_write", f"{name} copies files of the worktree")
    if from_afar:
        found = Finding("network_read", f"{name} fetches files")
    for place in (target, *(one for one in sources if not _is_remote(program, one))):
        if why := why_outside(place):
            found = found.at_least("unknown", shown(why))
    return found


def _to_somewhere(program: Program, name: str, sources: Sequence[str]) -> Finding:
    """Copying to a place that is not known: elsewhere, where one side has to be elsewhere."""
    if HOST in program.remote or any(UNREAD in source for source in sources):
        return Finding("unknown", f"where {name} copies to is not known beforehand")
    return Finding("live_mutation", f"{name} copies local files to another place")


def _is_remote(program: Program, word: str) -> bool:
    if any(prefix != HOST and word.startswith(prefix) for prefix in program.remote):
        return True
    return HOST in program.remote and _HOST_PATH.match(word) is not None
