"""Whether a command line's exit code is that of its work: `pytest || true` always ends with 0.

Asked of the commands that a report counts as passed, not of those that it merely quotes.
"""

from __future__ import annotations

import re
import shlex

_SPLITS = {"||", ";", ";;", "&", "\n"}
_JOINS = {"&&", "|", "|&"}
"""A pipe counts like `&&`: command lines are run with pipefail, so a part that fails shows."""
_REDIRECTED = re.compile(r"\d*[<>]&\d*-?|&>{1,2}")
_IDLE = frozenset({"true", ":", "echo", "printf", "exit", "cd", "test", "[", "sleep", "pwd"})
_TURNING = frozenset(
    [
        "!",
        "set",
        "shopt",
        "trap",
        "eval",
        "source",
        ".",
        "alias",
        "unalias",
        "exec",
        "bash",
        "sh",
        "zsh",
        "dash",
        "env",
        "command",
        "builtin",
        "function",
        "if",
        "while",
        "until",
        "for",
        "case",
        "select",
        "time",
        "coproc",
        "{",
        "}",
    ]
)
"""Words that a part can begin with and that change how it, or what comes after it, ends."""
_QUOTED = re.compile(r"(?<![$\\])'[^']*'|(?<![$\\])\"(?:[^\"\\]|\\.)*\"")
_NESTED = re.compile(r"[()]|[<>]\(|\$'|\$\"")
_ASSIGNED = re.compile(r"\w+=.*", re.DOTALL)


def masking(command: str) -> str:
    """Say in what way a command line can end with 0 whatever its work came to, or return "".

    Only simple commands joined by `&&` and pipes are clear; loops, lists and substitutions are not.
    """
    try:
        words = list(_lexer(command))
    except ValueError:
        return "can't be read as a command line"
    joined = next((word for word in words if word in _SPLITS), "")
    if joined:
        return f"joins commands by {joined!r}"
    if _NESTED.search(_QUOTED.sub("", command)) or "`" in command or "$(" in command:
        return "holds a command inside of another"
    simple = [_first(one) for one in _simple(words)]
    turned = next((word for word in simple if word in _TURNING), "")
    if turned:
        return f"can end otherwise by {turned!r}"
    if all(word in _IDLE for word in simple):
        return "does nothing that could fail"
    return ""


def _lexer(command: str) -> shlex.shlex:
    plain = _REDIRECTED.sub(" ", command.strip())
    lexer = shlex.shlex(plain, posix=True, punctuation_chars=";&|\n")
    lexer.whitespace = " \t\r"
    lexer.whitespace_split = True
    lexer.commenters = ""
    return lexer


def _simple(words: list[str]) -> list[list[str]]:
    simple: list[list[str]] = [[]]
    for word in words:
        if word in _JOINS:
            simple.append([])
        else:
            simple[-1].append(word)
    return simple


def _first(words: list[str]) -> str:
    return next((word for word in words if not _ASSIGNED.fullmatch(word)), "true")
