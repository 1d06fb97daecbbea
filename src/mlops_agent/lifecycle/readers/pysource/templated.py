"""Template text (Go, Jinja) in Python source, masked so that the rest parses on its own lines.

Control text vanishes, text alone on its lines leaves them blank, and a value becomes the word MARK:
a name where code stands, a hole where a text stands. Nothing is rendered.
"""

from __future__ import annotations

import re

MARK = "template_value"
"""The word that stands for a template's value; folding makes a `{}` hole of it in a text."""

SUFFIXES = (".tmpl", ".jinja", ".jinja2", ".j2", ".tpl", ".template")

_TEMPLATE = re.compile(
    r"\{\{-?\s*`[^`]*`\s*-?\}\}|\{\{(?:[^{}]|\{[^{}]*\})*\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL
)
_CONTROL_WORDS = frozenset(("if", "else", "end", "range", "with", "define", "block", "skip"))
"""First words of Go template actions that print nothing where they stand."""


def is_template(path: str) -> bool:
    """Tell whether a file's name says that it is a template."""
    return path.endswith(SUFFIXES)


def mask(text: str) -> str:
    """Return `text` with its template text masked; the number of lines stays."""
    parts: list[str] = []
    end = 0
    for match in _TEMPLATE.finditer(text):
        parts += [text[end : match.start()], _replacement(match, text)]
        end = match.end()
    return "".join([*parts, text[end:]])


def _replacement(match: re.Match[str], text: str) -> str:
    piece = match[0]
    breaks = "".join(re.findall(r"\r\n|\r|\n", piece))
    if not _is_value(piece) or _alone(text, match.start(), match.end()):
        return breaks
    return MARK + breaks


def _is_value(piece: str) -> bool:
    if not piece.startswith("{{"):
        return False
    word = piece[2:-2].strip("- \t\r\n").partition(" ")[0]
    return word not in _CONTROL_WORDS


def _alone(text: str, start: int, end: int) -> bool:
    before = text[text.rfind("\n", 0, start) + 1 : start]
    stop = text.find("\n", end)
    after = text[end : stop if stop >= 0 else len(text)]
    return not before.strip() and not _TEMPLATE.sub("", after).strip()
