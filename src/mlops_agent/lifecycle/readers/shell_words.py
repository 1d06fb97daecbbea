"""Splits shell text into words, operators and redirections, with offsets; never runs or expands.

Quotes are taken off, expansions stay as written, heredoc bodies and comments are skipped. CI and
template expressions (`${{ }}`, `{{ }}`) are one piece of a word. Any text gives some tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_PLAIN = re.compile(r"[^\s'\"\\$`|&;()<>{#\n]+")
_OPERATOR = re.compile(r"&&|\|\||;;&|;;|;&|\|&|[;|&()\n]")
_REDIRECT = re.compile(r"&>>|&>|<<<|<<-|<<|>>|>\||>&|<&|<>|[<>]")
_BLANK = re.compile(r"(?:[ \t\r\f\v]|\\\r?\n)+")
_EXPRESSION = re.compile(r"\$?\{\{.{0,500}?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, an operator or a redirection with its target.

    `start` and `end` are offsets in the text; `inner` are the command substitutions of a word:
    their text and the offset at which it starts; of a heredoc its body. `quoted` tells that quotes
    stood in the word.
    """

    kind: str
    value: str
    start: int
    end: int
    inner: tuple[tuple[str, int], ...] = ()
    quoted: bool = False


def tokens_of(text: str) -> list[Token]:
    """The tokens of a shell text in order; unclosed quotes run to the end of the text."""
    return _Scanner(text).scan()


class _Scanner:
    """A cursor over the text; heredocs wait in `pending` until their line ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at: int = 0
        self.tokens: list[Token] = []
        self.pending: list[tuple[str, bool, int]] = []
        self.parts: list[str] = []
        self.inner: list[tuple[str, int]] = []

    def scan(self) -> list[Token]:
        while True:
            blank = _BLANK.match(self.text, self.at)
            if blank:
                self.at = blank.end()
            if self.at >= len(self.text):
                return self.tokens
            self._next()

    def _next(self) -> None:
        if self.text[self.at] == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
            return
        if self._process_substitution():
            return
        redirect = _REDIRECT.match(self.text, self.at)
        if redirect:
            self._redirect(redirect[0])
            return
        operator = _OPERATOR.match(self.text, self.at)
        if operator:
            self.tokens.append(Token("op", operator[0], self.at, operator.end()))
            self.at = operator.end()
            if operator[0] == "\n":
                self._skip_heredocs()
            return
        self._word()

    def _process_substitution(self) -> bool:
        if self.text[self.at : self.at + 2] not in ("<(", ">("):
            return False
        start = self.at
        self.at += 1
        self._parenthesis(start)
        inner = ((self.text[start + 2 : max(start + 2, self.at - 1)], start + 2),)
        self.tokens.append(Token("word", self.text[start : self.at], start, self.at, inner))
        return True

    def _redirect(self, operator: str) -> None:
        start = self.at
        previous = self.tokens[-1] if self.tokens else None
        if previous and previous.end == start and previous.value.isdigit() and not previous.quoted:
            start = self.tokens.pop().start  # the `2` of `2>`
        self.at += len(operator)
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
        target = ""
        if self.at < len(self.text) and not _OPERATOR.match(self.text, self.at):
            before = len(self.tokens)
            self._word()
            # Where another `<` or `>` follows there is no word.
            target = self.tokens.pop().value if len(self.tokens) > before else ""
        if operator in ("<<", "<<-") and target:
            self.pending.append((target, operator == "<<-", len(self.tokens)))
        self.tokens.append(Token("redirect", operator + target, start, self.at))

    def _skip_heredocs(self) -> None:
        for delimiter, tabs, place in self.pending:
            start = end = self.at
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                line = self.text[self.at : end].rstrip("\r")
                before = self.at
                self.at = min(end + 1, len(self.text))
                if (line.lstrip("\t") if tabs else line).rstrip() == delimiter:
                    end = before
                    break
            body = self.text[start:end]
            self.tokens[place] = replace(self.tokens[place], inner=((body, start),))
        self.pending.clear()

    def _word(self) -> None:
        start = self.at
        self.parts, self.inner = [], []
        quoted = False
        while self.at < len(self.text):
            plain = _PLAIN.match(self.text, self.at)
            if plain:
                self.parts.append(plain[0])
                self.at = plain.end()
                continue
            char = self.text[self.at]
            if char in " \t\r\n\f\v|&;()<>":
                break
            quoted = quoted or char in "'\"\\"
            self._piece(char)
        if self.at == start:  # a character that no rule above takes, as an odd kind of blank
            self.at += 1
            return self.parts.append("")
        value = "".join(self.parts)
        self.tokens.append(Token("word", value, start, self.at, tuple(self.inner), quoted))
        return None

    def _piece(self, char: str) -> None:
        if char == "'":
            self._single()
        elif char == '"':
            self._double()
        elif char == "\\":
            self._escape()
        elif char in "$`" or (char == "{" and self.text.startswith("{{", self.at)):
            self._expansion()
        else:
            self.parts.append(char)
            self.at += 1

    def _single(self) -> None:
        end = self.text.find("'", self.at + 1)
        end = len(self.text) if end < 0 else end
        self.parts.append(self.text[self.at + 1 : end])
        self.at = min(end + 1, len(self.text))

    def _escape(self) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if following != "\n":
            self.parts.append(following)
        self.at = min(self.at + 2, len(self.text))

    def _double(self) -> None:
        self.at += 1
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == '"':
                self.at += 1
                return
            if char == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                if following in ("$", "`", '"', "\\"):
                    self.parts.append(following)
                elif following != "\n":
                    self.parts.append("\\" + following)
                self.at += 2
            elif char in "$`":
                self._expansion()
            else:
                self.parts.append(char)
                self.at += 1

    def _expansion(self) -> None:
        """`$x`, `${x}`, `$(x)`, backticks and template expressions: kept as written."""
        start = self.at
        text = self.text
        expression = _EXPRESSION.match(text, start)
        if expression:
            self.at = expression.end()
        elif text.startswith("$(", start):
            self.at = start + 1
            self._parenthesis(start)
            if not text.startswith("$((", start):
                self.inner.append((text[start + 2 : max(start + 2, self.at - 1)], start + 2))
        elif text.startswith("${", start):
            end = text.find("}", start)
            self.at = len(text) if end < 0 else end + 1
        elif text[start] == "`":
            end = text.find("`", start + 1)
            self.at = len(text) if end < 0 else end + 1
            self.inner.append((text[start + 1 : max(start + 1, self.at - 1)], start + 1))
        else:
            self.at = start + 1
        self.parts.append(text[start : self.at])

    def _parenthesis(self, start: int) -> None:
        """Move behind the parenthesis that closes the one at the cursor."""
        depth = 0
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char == "\\":
                self.at += 1
            elif char == "'":
                end = text.find("'", self.at + 1)
                self.at = len(text) if end < 0 else end
            elif char == '"':
                self.at = _closing_quote(text, self.at)
            elif char == "(":
                depth += 1
            elif char == ")":
                depth -= 1
                if depth == 0:
                    self.at += 1
                    return
            self.at += 1
        self.at = len(text)


def _closing_quote(text: str, at: int) -> int:
    """The offset of the double quote that closes the one at `at`, or of the text's end."""
    at += 1
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return min(at, len(text))
