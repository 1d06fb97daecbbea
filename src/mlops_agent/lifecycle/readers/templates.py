"""Masks template text (Go, Helm, Jinja) so that the file around it parses with its lines kept.

A control line becomes blank; a value becomes one word that `restore` turns back into the template
text. Nothing is rendered: what a template would produce stays unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
# `${{ }}` is a CI expression and valid YAML as it stands.
_BRACES = re.compile(
    r"(?<!\$)\{\{(?>\"[^\"\n]*\"|`[^`\n]*`|[^{}\"`]|\{(?!\{)|\}(?!\})|[\"`]){0,800}+\}\}"
    r"|\{%(?>(?!%\}|\{%).){0,800}+%\}|\{#(?>(?!#\}|\{#).){0,800}+#\}",
    re.DOTALL,
)  # bounded: unclosed braces must not make every later one scan to the end
_CONTROL = re.compile(r"\{\{-?\s*(?:if|else|end|range|with|define|block|/\*)(?![\w.])")
_UNQUOTED = re.compile(r"(?m)^[ \t]*(?:\{\{|\{%|\{#)|(?:[:\-,\[]|[^\s'\"])[ \t]*(?<!\$)\{\{(?!\{)")

MAX_CONTROL_LINE = 3000
"""Characters of a line that may be template control text alone."""


@dataclass(frozen=True, slots=True)
class Masked:
    """Template text taken out of a file: the text to parse, and the pieces by their number."""

    text: str
    pieces: tuple[str, ...]

    def restore(self, text: str) -> str:
        """Put the template text back into a piece of what was parsed."""
        if _OPEN not in text:
            return text
        return _PLACE.sub(self._piece, text)

    def _piece(self, match: re.Match[str]) -> str:
        place = int(match[1])
        return self.pieces[place] if place < len(self.pieces) else match[0]


def looks_templated(text: str) -> bool:
    """Whether template braces stand where YAML or Python would misread them."""
    if "{{" not in text and "{%" not in text:
        return False
    return _UNQUOTED.search(text) is not None


def mask(text: str) -> Masked:
    """Replace template text by same-line placeholders; the number of lines does not change."""
    pieces: list[str] = []

    def replaced(match: re.Match[str]) -> str:
        piece = match[0]
        newlines = "\n" * piece.count("\n")
        # Control text, and what renders to lines of its own, leaves nothing on its line.
        block = "nindent" in piece or _CONTROL.match(piece) or not piece.startswith("{{")
        if block or _alone(text, match.start(), match.end()):
            return newlines
        pieces.append(piece)
        return f"{_OPEN}{len(pieces) - 1}{_CLOSE}{newlines}"

    return Masked(_BRACES.sub(replaced, text), tuple(pieces))


def _alone(text: str, start: int, end: int) -> bool:
    """Whether nothing but blanks and other template text shares the first and last line."""
    first = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    stop = stop if stop >= 0 else len(text)
    if stop - first > MAX_CONTROL_LINE:
        return False
    before, after = text[first:start], text[end:stop]
    return not _BRACES.sub("", before).strip() and not _BRACES.sub("", after).strip()
