"""The judges of editors and of interpreters whose language is not read here.

What they do is unknown, unless a live mutation is spelt out in what they are told.
"""

from __future__ import annotations

import re

from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.options import sort_out
from mlops_agent.sandbox.policy.plain import only_live
from mlops_agent.vocabulary.program_words import Program, programs

_SHELL_OUT = re.compile(r":?!\s*([^\n|]+)|system\(['\"](.+?)['\"]\)")
_QUOTED = re.compile(r"\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'|`((?:\\.|[^`\\])*)`")
_ARGUMENTS = re.compile(r"\(([^()]*)\)")
MOST_TEXTS = 40
LONGEST = 20_000


def judge_editor(program: Program, call: Call) -> Finding:
    """Judge vim and its like by the commands they are given."""
    given = sort_out(program, call.words[1:])
    texts = given.values(*program.text)
    texts += [word[1:] for word in given.operands if word.startswith("+")]
    found = Finding("unknown", f"{call.name} can do anything from its commands")
    for text in texts:
        for match in _SHELL_OUT.finditer(text[:LONGEST]):
            found = found.or_graver(only_live(call.nested(match[1] or match[2])))
    return found


def judge_interpreter(program: Program, call: Call) -> Finding:
    """Judge perl, ruby, node and their like: a script is unknown, so is code given as text."""
    given = sort_out(program, call.words[1:])
    if given.has("--version", "-v", "-V", "--help") and not given.operands:
        return Finding("read_only", f"{call.name} says what it is")
    found = Finding("unknown", f"what {call.name} runs is not read here")
    texts = given.values(*program.text)
    if call.stdin is not None:
        texts.append(call.stdin)
    for text in texts:
        found = found.or_graver(spelt_out(text, call))
    return found


def spelt_out(code: str, call: Call) -> Finding:
    """A live mutation that quoted texts of some code spell out, in one or as a list, or nothing."""
    found = Finding("read_only", "")
    for number, match in enumerate(_QUOTED.finditer(code[:LONGEST])):
        text = match[1] or match[2] or match[3] or ""
        if number >= MOST_TEXTS or " " not in text:
            continue
        found = call.nested(text)
        if found.effect == "live_mutation":
            return found
    for number, match in enumerate(_ARGUMENTS.finditer(code[:LONGEST])):
        words = [one[1] or one[2] or one[3] or "" for one in _QUOTED.finditer(match[1])]
        if number < MOST_TEXTS and len(words) > 1:
            found = call.argv(words) if words[0] in programs() else found
            if found.effect == "live_mutation":
                return found
    return Finding("read_only", "")
