"""The judge of shells and of their built-ins that run text: bash -c, eval, source, trap."""

from __future__ import annotations

from collections.abc import Sequence

from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.carriers import live_suffix
from mlops_agent.sandbox.policy.places import why_outside
from mlops_agent.vocabulary.program_words import Program

_TAKES_WORD = frozenset({"-o", "+o", "-O", "+O", "--rcfile", "--init-file"})
_FILES_RUN = frozenset({"--rcfile", "--init-file"})


def judge_shell(_program: Program, call: Call) -> Finding:
    """Judge a shell or a built-in that runs text."""
    words = call.words[1:]
    if call.name == "eval":
        return call.nested(" ".join(words)) if words else Finding("read_only", "eval of nothing")
    if call.name == "trap":
        return _trap(words, call)
    if call.name == "alias":
        return _aliases(words, call)
    if call.name in {"source", "."}:
        return Finding("unknown", "what a sourced file does cannot be told from its name")
    return _shell(words, call)


def _shell(words: Sequence[str], call: Call) -> Finding:
    text, at, found = False, 0, Finding("read_only", "")
    while at < len(words) and words[at].startswith(("-", "+")) and words[at] not in ("-", "--"):
        word = words[at]
        if word.partition("=")[0] in _FILES_RUN:
            found = found.at_least("unknown", f"{call.name} {word} runs a file")
        if not word.startswith("--") and word[0] == "-" and "c" in word[1:] and word[1] not in "oO":
            text = True
        at += 2 if word in _TAKES_WORD else 1
    rest = list(words[at:])
    if rest and list(words[:at]) == ["-n"]:
        return _place(rest[0], Finding("read_only", f"{call.name} -n only parses"))
    if text and rest and rest[0] == "--":
        rest = rest[1:]
    if text and rest:
        return found.or_graver(call.nested(rest[0])).or_graver(live_suffix(rest[1:], call))
    if rest and rest[0] not in ("-", "--", "/dev/stdin"):
        return found.at_least("unknown", f"what the script {rest[0]} does cannot be told")
    if call.stdin is not None:
        return found.or_graver(call.nested(call.stdin))
    return found.at_least("unknown", f"{call.name} runs text that comes from elsewhere")


def _place(word: str, found: Finding) -> Finding:
    why = why_outside(word)
    return found.at_least("unknown", why) if why else found


def _trap(words: Sequence[str], call: Call) -> Finding:
    operands = [word for word in words if word not in ("-l", "-p", "--", "-")]
    return call.nested(operands[0]) if len(operands) > 1 else Finding("read_only", "trap lists")


def _aliases(words: Sequence[str], call: Call) -> Finding:
    found = Finding("read_only", "alias names a command")
    for word in words:
        name, sign, value = word.partition("=")
        if sign and name:
            found = found.or_graver(call.nested(value))
    return found
