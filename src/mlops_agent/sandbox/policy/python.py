"""The judge of Python: -c by its code, -m by the program it starts, a script as unknown."""

from __future__ import annotations

from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.python_code import judge_code
from mlops_agent.vocabulary.program_words import Program, names, programs

_ASKS = frozenset({"-V", "-VV", "--version", "-h", "--help"})


def judge_python(program: Program, call: Call) -> Finding:
    """Judge a Python command line."""
    words, at = call.words[1:], 0
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        word = words[at]
        if word in _ASKS:
            return Finding("read_only", f"{call.name} says what it is")
        for flag in ("c", "m"):
            if not word.startswith("--") and flag in word[1:]:
                before, _, attached = word[1:].partition(flag)
                if any(f"-{letter}" in program.takes for letter in before):
                    break
                rest = [attached, *words[at + 1 :]] if attached else list(words[at + 1 :])
                return _code(rest, call) if flag == "c" else _module(rest, call)
        at += 2 if word in program.takes else 1
    if at < len(words) and words[at] != "-":
        return Finding("unknown", f"what the script {words[at]} does cannot be told from its name")
    if call.stdin is not None:
        return judge_code(call.stdin, call)
    return Finding("unknown", f"{call.name} runs code that comes from elsewhere")


def _code(words: list[str], call: Call) -> Finding:
    if not words:
        return Finding("read_only", "no code is given")
    return judge_code(words[0], call)


def _module(words: list[str], call: Call) -> Finding:
    if not words:
        return Finding("read_only", "no module is given")
    module, *rest = words
    if module == "timeit":
        # Its statements are one text a line; the values of its options are Python as well.
        return judge_code("\n".join(one for one in rest if not one.startswith("-")), call)
    pairs = (one.partition("=") for one in names()["module_programs"])
    name = {module_name: program for module_name, _, program in pairs}.get(module, module)
    if name in programs():
        return call.argv([name, *rest])
    return Finding("unknown", f"what the module {module} does is not known here")
