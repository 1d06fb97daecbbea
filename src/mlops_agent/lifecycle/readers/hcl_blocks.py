"""A small reader of HCL's structure: blocks, attributes, literals; other expressions as text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from mlops_agent.lifecycle.facts import Scalar
from mlops_agent.lifecycle.unreadable import UnreadableError

MAX_DEPTH = 40
MAX_EXPRESSION = 2000
"""Characters kept of an expression's text."""

_BLANK = re.compile(r"(?:\s|#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))+", re.DOTALL)
_LINE_BLANK = re.compile(r"(?:[ \t\r]|#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))+", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\Z")
_HEREDOC = re.compile(r"<<-?\s*([A-Za-z_]\w*)\r?\n")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_WORD_VALUES: dict[str, Scalar] = {"true": True, "false": False, "null": None}


@dataclass(slots=True)
class Expression:
    """A value: a literal's value or the source text; `items` are the parts of a list or object."""

    value: Scalar
    line: int
    items: list[tuple[str, Expression]] | None = None


@dataclass(slots=True)
class Block:
    """A block: its word, labels, attributes and inner blocks, with 1-based lines."""

    word: str
    labels: tuple[str, ...]
    line: int
    end_line: int = 0
    attributes: list[tuple[str, Expression]] = field(default_factory=list[tuple[str, Expression]])
    blocks: list[Block] = field(default_factory=list["Block"])


def blocks_of(text: str) -> list[Block]:
    """The top-level blocks of an HCL text; top-level attributes (tfvars) as one block "".

    Raises:
        UnreadableError: a block or string is not closed, or nested deeper than MAX_DEPTH.
    """
    root = Block("", (), 1)
    parser = _Parser(text)
    parser.body(root, 0)
    root.end_line = text.count("\n") + 1
    return root.blocks + ([root] if root.attributes else [])


class _Parser:
    """A cursor over the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [i for i, char in enumerate(text) if char == "\n"]

    def body(self, block: Block, depth: int) -> None:
        """Attributes and blocks up to the closing brace (depth 0: to the end)."""
        if depth > MAX_DEPTH:
            raise UnreadableError(f"HCL nested deeper than {MAX_DEPTH} levels (line {block.line})")
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text):
                if depth:
                    raise UnreadableError(f"HCL block is not closed (line {block.line})")
                return
            if self.text[self.at] == "}" and depth:
                block.end_line = self._line()
                self.at += 1
                return
            self._statement(block, depth)

    def _statement(self, block: Block, depth: int) -> None:
        start = self._line()
        word = self._name()
        if word is None:
            self.at += 1
            return
        self._skip(_LINE_BLANK)
        if self.text.startswith("=", self.at) and not self.text.startswith("==", self.at):
            self.at += 1
            block.attributes.append((word, self._expression(depth + 1, "\n")))
            return
        labels: list[str] = []
        while (label := self._name()) is not None:
            labels.append(label)
            self._skip(_LINE_BLANK)
        if self.text.startswith("{", self.at):
            self.at += 1
            inner = Block(word, tuple(labels), start, start)
            self.body(inner, depth + 1)
            block.blocks.append(inner)

    def _name(self) -> str | None:
        """An identifier or quoted label at the cursor."""
        if self.text.startswith('"', self.at):
            start = self.at
            self._string()
            return self.text[start + 1 : self.at - 1]
        match = _WORD.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match[0]

    def _expression(self, depth: int, stop: str) -> Expression:
        """A value up to a character of `stop` or a closing bracket outside of all brackets."""
        self._skip(_LINE_BLANK if "\n" in stop else _BLANK)
        start, line = self.at, self._line()
        opener = self.text[start : start + 1]
        if opener in ("[", "{") and depth <= MAX_DEPTH:
            items = self._collection(depth, opener)
            end = self.at
            self._skip(_LINE_BLANK)
            if self.at >= len(self.text) or self.text[self.at] in stop + ")]}":
                # `[for x in y : z]` and `{for ...}` are no list or object of known parts
                known = not re.match(r"[\[{]\s*for\b", self.text[start:end])
                return Expression(self._source(start, end), line, items if known else None)
        self.at = start
        self._raw(stop)
        return Expression(_literal(self._source(start, self.at)), line)

    def _collection(self, depth: int, opener: str) -> list[tuple[str, Expression]]:
        items: list[tuple[str, Expression]] = []
        self.at += 1
        closer = _CLOSING[opener]
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text):
                raise UnreadableError(f"HCL {opener} is not closed (line {self._line()})")
            char = self.text[self.at]
            if char == closer:
                self.at += 1
                return items
            before = self.at
            if char == ",":
                self.at += 1
            elif opener == "[":
                items.append((str(len(items)), self._expression(depth + 1, ",")))
            else:
                self._pair(items, depth)
            self.at = max(self.at, before + 1)

    def _pair(self, items: list[tuple[str, Expression]], depth: int) -> None:
        start = self.at
        if self.text[start] in '"(' or _WORD.match(self.text, start):
            self._raw("=:,\n")
        key = self.text[start : self.at].strip().strip('"')
        self._skip(_BLANK)
        if self.text[self.at : self.at + 1] in ("=", ":") and key:
            self.at += 1
            items.append((key, self._expression(depth + 1, ",\n")))

    def _raw(self, stop: str) -> None:
        """Move over expression text to a stop character outside of brackets and strings."""
        depth = 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == '"':
                self._string()
                continue
            heredoc = _HEREDOC.match(self.text, self.at) if char == "<" else None
            if heredoc:
                self._heredoc(heredoc)
                continue
            comment = char in "#/" and _LINE_BLANK.match(self.text, self.at)
            if comment and depth == 0 and not comment[0].startswith("/*"):
                return
            if comment:
                self.at = comment.end()
                continue
            if depth == 0 and (char in stop or char in ")]}"):
                return
            depth += (char in "([{") - (char in ")]}")
            self.at += 1

    def _heredoc(self, match: re.Match[str]) -> None:
        closing = re.compile(rf"^[ \t]*{match[1]}[ \t\r]*$", re.MULTILINE)
        end = closing.search(self.text, match.end())
        self.at = end.end() if end else len(self.text)

    def _string(self) -> None:
        """Move behind the string at the cursor; `${}` inside may hold strings of its own."""
        line = self._line()
        self.at += 1
        depth = 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "\\":
                self.at += 1
            elif char in "$%" and self.text.startswith("{", self.at + 1):
                depth += 1
                self.at += 1
            elif char == "{" and depth:
                depth += 1
            elif char == "}" and depth:
                depth -= 1
            elif char == '"' and depth:
                self._nested_string()
                continue
            elif char == '"':
                self.at += 1
                return
            self.at += 1
        raise UnreadableError(f"HCL string is not closed (line {line})")

    def _nested_string(self) -> None:
        end = re.compile(r'"(?:\\.|[^"\\])*"?', re.DOTALL).match(self.text, self.at)
        self.at = end.end() if end else self.at + 1

    def _source(self, start: int, end: int) -> str:
        return self.text[start:end].strip()[:MAX_EXPRESSION]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()

    def _line(self) -> int:
        return bisect_right(self.breaks, self.at - 1) + 1


def _literal(text: str) -> Scalar:
    if text in _WORD_VALUES:
        return _WORD_VALUES[text]
    if _NUMBER.match(text):
        return float(text) if any(c in text for c in ".eE") else int(text)
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('\\"', '"')
    heredoc = _HEREDOC.match(text)
    if heredoc:
        return text[heredoc.end() :].rsplit("\n", 1)[0]
    return text
