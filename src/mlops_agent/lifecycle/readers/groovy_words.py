"""Splits a Jenkinsfile's Groovy into words, strings and braces with lines; nothing is evaluated."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SKIP = re.compile(r"(?:[ \t\r\f\v]|//[^\n]*|/\*.*?(?:\*/|\Z))+", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_][\w.]*|\d[\w.]*")
_TRIPLE = re.compile(r"'''(.*?)(?:'''|\Z)|\"\"\"(.*?)(?:\"\"\"|\Z)", re.DOTALL)
_SINGLE = re.compile(r"'((?:\\.|[^'\\\n])*)'?|\"((?:\\.|[^\"\\\n])*)\"?")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a string (its text), or one other character; `line` is where it starts."""

    kind: str
    text: str
    line: int
    end_line: int


def tokens_of(text: str) -> list[Token]:
    """The tokens in order; comments are left out, newlines kept as tokens."""
    found: list[Token] = []
    at, line = 0, 1
    while at < len(text):
        skip = _SKIP.match(text, at)
        if skip:
            line += skip[0].count("\n")
            at = skip.end()
            continue
        token, end = _token(text, at, line)
        found.append(token)
        line, at = token.end_line, end
        if token.text == "\n" and token.kind == "sign":
            line += 1
    return found


def _token(text: str, at: int, line: int) -> tuple[Token, int]:
    quoted = _TRIPLE.match(text, at) or _SINGLE.match(text, at)
    if quoted:
        body = quoted[1] if quoted[1] is not None else quoted[2] or ""
        value = _ESCAPE.sub(lambda m: _ESCAPES.get(m[1], _kept(m[1])), body)
        return Token("string", value, line, line + quoted[0].count("\n")), quoted.end()
    word = _WORD.match(text, at)
    if word:
        return Token("word", word[0], line, line), word.end()
    return Token("sign", text[at], line, line), at + 1


def _kept(char: str) -> str:
    """What an escape leaves; a continued line stays one, so that line numbers do."""
    return "\\\n" if char == "\n" else char
