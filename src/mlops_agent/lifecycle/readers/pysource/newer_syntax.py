"""Syntax newer than the running Python, rewritten so that it parses; every line stays a line.

Owns two forms that need no new nodes: f-strings that reuse their quotes or hold backslashes (PEP
701, Python 3.12), and `except A, B:` (PEP 758, Python 3.14). Whatever else is new stays unread.
"""

from __future__ import annotations

import re

_EXCEPT = re.compile(r"(?m)^([ \t]*except\s+)([\w.]+(?:\s*,\s*[\w.]+)+)(\s*:)")
_START = re.compile(r"#[^\r\n]*|(?P<prefix>\b[a-zA-Z]{1,2})?(?P<quote>\"\"\"|'''|\"|')")
_NESTING_LIMIT = 8


def parenthesised_handlers(text: str) -> str:
    """Return `text` with `except A, B:` written as `except (A, B):`."""
    return _EXCEPT.sub(r"\1(\2)\3", text)


def plain_fstrings(text: str) -> str:
    """Return `text`, of the same length, with the strings inside f-strings made to fit 3.11.

    A nested string takes the other quotes, or becomes a name of as many underscores where it holds
    those quotes too or a backslash.
    """
    out = list(text)
    at = 0
    while (found := _START.search(text, at)) is not None:
        if found[0].startswith("#"):
            at = found.end()
        elif _is_format(found):
            at = _format_end(text, found, out, 0)
        else:
            at = _string_end(text, found)
    return "".join(out)


def _is_format(start: re.Match[str]) -> bool:
    return "f" in (start["prefix"] or "").lower()


def _string_end(text: str, start: re.Match[str]) -> int:
    quote = start["quote"]
    at = start.end()
    while at < len(text) and not text.startswith(quote, at):
        if len(quote) == 1 and text[at] in "\r\n":
            return at
        at += 2 if text[at] == "\\" else 1
    return min(len(text), at + len(quote))


def _format_end(text: str, start: re.Match[str], out: list[str], nesting: int) -> int:
    quote = start["quote"]
    at = start.end()
    depth = 0
    while at < len(text):
        char = text[at]
        if depth == 0 and text.startswith(quote, at):
            return at + len(quote)
        if (depth == 0 and text[at : at + 2] in ("{{", "}}")) or (depth == 0 and char == "\\"):
            at += 2
        elif depth and (inner := _START.match(text, at)) and inner["quote"]:
            at = _nested(text, inner, out, quote, nesting)
        elif len(quote) == 1 and char in "\r\n":
            return at
        else:
            depth = max(0, depth + (char == "{") - (char == "}"))
            at += 1
    return at


def _nested(text: str, inner: re.Match[str], out: list[str], quote: str, nesting: int) -> int:
    if _is_format(inner) and nesting < _NESTING_LIMIT:
        end = _format_end(text, inner, out, nesting + 1)
    else:
        end = _string_end(text, inner)
    first = inner.start("quote")
    body = text[first + 1 : end - 1]
    other = "'" if quote[0] == '"' else '"'
    deeper = _is_format(inner) and re.search("[\"']", body) is not None
    if deeper or "\\" in body or (inner["quote"] in (quote, quote[0]) and other in body):
        span = text[inner.start() : end]
        out[inner.start() : end] = [char if char in "\r\n" else "_" for char in span]
    elif inner["quote"] == quote[0]:
        out[first], out[end - 1] = other, other
    return end
