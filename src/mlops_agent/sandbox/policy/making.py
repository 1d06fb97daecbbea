"""The judge of make and of other task runners: what a target does is not in its name.

Targets whose names are common for checks are taken for writes in the worktree; all others are
unknown, a deployment's among them.
"""

from __future__ import annotations

from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.options import meets, sort_out
from mlops_agent.sandbox.policy.places import why_outside
from mlops_agent.sandbox.policy.verbs import find
from mlops_agent.sandbox.policy.words import shown
from mlops_agent.vocabulary.program_words import Program


def judge_make(program: Program, call: Call) -> Finding:
    """Judge each target; no target is unknown, since it is whatever comes first."""
    given = sort_out(program, call.words[1:])
    if given.has("--version", "--help") and not given.operands:
        return Finding("read_only", f"{call.name} says what it is")
    found = Finding("read_only", "")
    for option in program.options:
        for _ in meets(option, program, given):
            found = found.at_least(option.effect, f"{call.name} {option.names[0]}: {option.why}")
    for _, value in given.options:
        if value is not None and (why := why_outside(value)):
            found = found.at_least("unknown", shown(why))
    if not given.operands:
        return found.at_least(program.bare, f"what {call.name} does is in its file")
    for target in given.operands:
        verb = find(program, [target])
        if verb is None or "=" in target:
            what = f"what {call.name} {shown(target)} does is in its file"
            found = found.at_least(program.otherwise, what)
        else:
            found = found.at_least(verb.effect, f"{call.name} {target} is a check by its name")
    return found
