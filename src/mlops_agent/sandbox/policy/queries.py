"""The judge of database clients: a statement that only asks is a read, any other a mutation."""

from __future__ import annotations

import re

from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.options import meets, sort_out
from mlops_agent.sandbox.policy.places import why_outside
from mlops_agent.sandbox.policy.statements import bare, changes, to_storage
from mlops_agent.sandbox.policy.throwaway import softened
from mlops_agent.sandbox.policy.words import UNREAD, shown
from mlops_agent.vocabulary.program_words import Program

_ASKS = re.compile(
    r"\s*(select|show|describe|desc|explain|with|values|pragma|table|list|\\d\S*|\.tables|\.schema)\b",
    re.IGNORECASE,
)
_SHELL = re.compile(r"\\!\s*([^\n]*)|^\s*\.(?:shell|system)\s+([^\n]*)", re.MULTILINE)


def judge_sql(program: Program, call: Call) -> Finding:
    """Judge the statements given by options, operands or a here-document.

    `skip` operands name the database; a program with `places` works on a file of the worktree.
    """
    given = sort_out(program, call.words[1:])
    found = Finding("read_only", "")
    for option in program.options:
        for _ in meets(option, program, given):
            found = found.at_least(option.effect, f"{call.name} {option.names[0]}: {option.why}")
    texts = given.values(*program.text)
    if not texts:
        texts = given.operands[program.skip :]
    if call.stdin is not None:
        texts = [*texts, call.stdin]
    if not texts:
        return found.at_least("unknown", f"what {call.name} is told to do comes from elsewhere")
    local = program.places
    for text in texts:
        found = found.or_graver(_statement(text, call, local=local))
    if local:
        for place in given.operands[: program.skip]:
            if why := why_outside(place):
                found = found.at_least("unknown", shown(why))
    return softened(program, call, given, None, found)


def _statement(text: str, call: Call, *, local: bool) -> Finding:
    found = Finding("read_only", f"{call.name} asks a file of the worktree")
    if not local:
        found = Finding("network_read", f"{call.name} asks a database")
    for match in _SHELL.finditer(text):
        found = found.at_least("unknown", f"{call.name} runs a shell command")
        found = found.or_graver(call.nested(match[1] or match[2] or ""))
    said = bare(_SHELL.sub("", text))
    if to_storage(text):
        return found.at_least("live_mutation", f"{call.name} writes to a remote store")
    if changes(said):
        if local:
            return found.at_least("repo_write", f"{call.name} changes a file of the worktree")
        return found.at_least("live_mutation", f"{call.name} changes a database")
    if UNREAD in text or not all(_ASKS.match(one) for one in said.split(";") if one.strip()):
        return found.at_least("unknown", f"{call.name}: the statement cannot be read")
    return found
