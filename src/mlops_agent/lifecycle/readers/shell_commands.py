"""Finds the simple commands of a shell text, and how the script treats the failure of each.

Understands and-or lists, pipelines, groups, functions and the usual compound commands as far as
that question needs. `set -e`, `set +e` and `set -o pipefail` are followed in the text's order.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise

from mlops_agent.lifecycle.readers.shell_words import Token, tokens_of

MAX_NESTING = 12
"""Compound commands inside each other."""
MAX_SUBSTITUTION = 4
"""Command substitutions inside each other: each level is split again."""
MAX_RESCUE = 300
"""Characters kept of what stands after `||`."""
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\[[^\]]*\])?\+?=")
_SEPARATORS = frozenset({";", "&", "\n", ";;", ";&", ";;&"})
_SKIPPED = frozenset({"elif", "then", "else", "do", "!", "time"})
_COMPOUNDS = {
    "{": "}",
    "if": "fi",
    "while": "done",
    "until": "done",
    "for": "done",
    "select": "done",
    "case": "esac",
}
"""Opening word of a compound command, and the word that closes it."""
_SHELLS = frozenset({"sh", "bash", "/bin/sh", "/bin/bash", "zsh", "dash"})


@dataclass(frozen=True, slots=True)
class ShellCommand:
    """A simple command. `line` and `end_line` are 1-based in the text that was split.

    `after` and `rescue` are as in the fact `Command`; `folder` is where `cd` left the script,
    relative to where it began; `stdin` the body of its heredoc.
    """

    argv: tuple[str, ...]
    text: str
    line: int
    end_line: int
    after: str
    rescue: str
    folder: str
    stdin: str


def shell_commands(text: str, *, pipefail: bool = False) -> list[ShellCommand]:
    """The simple commands of a shell text in order, those in substitutions and `sh -c` included.

    Args:
        text: the script.
        pipefail: whether the shell starts with `pipefail` set.
    """
    return _Parser(text, pipefail, 0).commands()


class _Parser:
    """Walks the tokens once; `found` collects commands, whose ends decide how they are marked."""

    def __init__(self, text: str, pipefail: bool, nesting: int) -> None:
        self.text = text
        self.nesting = nesting
        self.breaks = [i for i, char in enumerate(text) if char == "\n"]
        self.tokens = tokens_of(text)
        self.at = 0
        self.closers: list[str] = []
        self.pipefail = pipefail
        self.ignoring = False
        self.folder = ""
        self.found: list[ShellCommand] = []

    def commands(self) -> list[ShellCommand]:
        self._list("")
        return self.found

    def _list(self, closer: str) -> None:
        """And-or lists up to the closing word or parenthesis, or to the end."""
        self.closers.append(closer)
        pattern = closer == "esac"
        while (token := self._token()) is not None and not self._closing(token):
            before = self.at
            if token.kind == "op" and token.value in _SEPARATORS:
                pattern = pattern or (closer == "esac" and len(token.value) > 1)
                self.at += 1
            elif pattern:
                self._case_pattern()
                pattern = False
            else:
                self._and_or()
            if self.at == before:
                self.at += 1  # an operator that closes nothing
        self.closers.pop()

    def _closing(self, token: Token) -> bool:
        kind = "op" if self.closers[-1] == ")" else "word"
        return token.kind == kind and not token.quoted and token.value == self.closers[-1]

    def _and_or(self) -> None:
        first = len(self.found)
        rescues: list[tuple[int, int]] = []
        while True:
            self._pipeline()
            token = self._operator("&&", "||")
            if token is None:
                break
            if token.value == "||":
                rescues.append((len(self.found), token.end))
            self.at += 1
            self._newlines()
        end = self.tokens[min(self.at, len(self.tokens)) - 1].end if self.at else 0
        for upto, start in rescues:
            rescue = self.text[start : min(end, start + MAX_RESCUE)].strip()
            for place in range(first, upto):
                command = self.found[place]
                if not command.rescue:  # the nearest `||` is the one that takes the failure
                    after = command.after if command.after == "pipe" else "or"
                    self.found[place] = replace(command, after=after, rescue=rescue)
            first = upto

    def _pipeline(self) -> None:
        first = len(self.found)
        last = first
        while True:
            self._element()
            if self._operator("|", "|&") is None:
                break
            last = len(self.found)
            self.at += 1
            self._newlines()
        if self.pipefail:
            return
        for place in range(first, last):
            self.found[place] = replace(self.found[place], after="pipe")

    def _element(self) -> None:
        """One element of a pipeline: a compound command, or words up to the next operator."""
        while (token := self._token()) is not None and self._skipped(token):
            pass
        if token is None or self._closing(token):
            return
        if token.kind == "op":
            if token.value == "(":
                self._subshell()
        elif token.value in _COMPOUNDS and not token.quoted and token.kind == "word":
            self._compound(token.value)
        else:
            self._simple()

    def _skipped(self, token: Token) -> bool:
        """Step over a word that only leads in a command: `then`, `!`, the head of a function."""
        if token.kind != "word" or token.quoted:
            return False
        head = [t.value for t in self.tokens[self.at + 1 : self.at + 3]] == ["(", ")"]
        if token.value not in _SKIPPED and token.value != "function" and not head:
            return False
        self.at += 3 if head else 2 if token.value == "function" else 1
        self._newlines()
        return True

    def _case_pattern(self) -> None:
        """`a|b)` at the start of a case's item."""
        while (token := self._token()) is not None and token.value not in (")", "\n"):
            self.at += 1
        if self._operator(")") is not None:
            self.at += 1

    def _compound(self, opener: str) -> None:
        self.at += 1
        if opener in ("for", "select", "case"):
            stop = "in" if opener == "case" else "do"
            while (token := self._token()) is not None and token.value not in (stop, "\n"):
                self.at += 1
            self.at += 1
        self._inside(_COMPOUNDS[opener])

    def _subshell(self) -> None:
        folder, pipefail, ignoring = self.folder, self.pipefail, self.ignoring
        self.at += 1
        self._inside(")")
        self.folder, self.pipefail, self.ignoring = folder, pipefail, ignoring

    def _inside(self, closer: str) -> None:
        """A compound command's list, its closing word and redirections."""
        if len(self.closers) > MAX_NESTING:
            return
        self._list(closer)
        self.at += 1
        while (token := self._token()) is not None and token.kind == "redirect":
            self.at += 1

    def _simple(self) -> None:
        start = self.at
        words, first, last = self._words()
        if first is None or last is None:
            return
        redirects = [t for t in self.tokens[start : self.at] if t.kind == "redirect"]
        argv = _without_assignments(words)
        command = ShellCommand(
            argv=tuple(word.value for word in argv),
            text=self.text[first.start : last.end],
            line=self._line(first.start),
            end_line=self._line(max(first.start, last.end - 1)),
            after="ignored" if self.ignoring else "",
            rescue="",
            folder=self.folder,
            stdin=next((r.inner[0][0] for r in redirects if r.inner), ""),
        )
        for word in words:
            for inner, start in word.inner:
                self._nested(inner, start)
        if argv:
            self.found.append(command)
            self._effects(command.argv)
            self._shell_text(argv)

    def _words(self) -> tuple[list[Token], Token | None, Token | None]:
        words: list[Token] = []
        first: Token | None = None
        last: Token | None = None
        test = ""
        while (token := self._token()) is not None:
            if token.kind == "op" and (not test or token.value == "\n"):
                break
            if token.kind == "word" or test:
                words.append(token)
                if len(words) == 1 and token.value == "[[":
                    test = "]]"
                elif test and token.value == test:
                    test = ""
            first, last = first or token, token
            self.at += 1
        return words, first, last

    def _effects(self, argv: tuple[str, ...]) -> None:
        if argv[0] == "set":
            self._options(argv[1:])
        elif argv[0] in ("cd", "pushd", "popd"):
            self.folder = _joined(self.folder, argv[-1]) if len(argv) > 1 else ""

    def _options(self, options: tuple[str, ...]) -> None:
        for place, option in enumerate(options):
            following = options[place + 1] if place + 1 < len(options) else ""
            letters = option[1:] if option[:1] in "-+" else ""
            if "e" in letters or (letters.endswith("o") and following == "errexit"):
                self.ignoring = option[0] == "+"
            if letters.endswith("o") and following == "pipefail":
                self.pipefail = option[0] == "-"

    def _shell_text(self, argv: list[Token]) -> None:
        """The script of `sh -c "..."`, when it is one word."""
        if argv[0].value not in _SHELLS:
            return
        for option, script in pairwise(argv[1:]):
            if option.value.startswith("-") and option.value.endswith("c"):
                self._nested(script.value, script.start)
                return

    def _nested(self, text: str, start: int) -> None:
        if self.nesting >= MAX_SUBSTITUTION or not text.strip():
            return
        inner = _Parser(text, self.pipefail, self.nesting + 1)
        inner.folder, inner.ignoring = self.folder, self.ignoring
        shift = self._line(start) - 1
        last = len(self.breaks) + 1
        for command in inner.commands():
            line = min(command.line + shift, last)
            end_line = min(command.end_line + shift, last)
            self.found.append(replace(command, line=line, end_line=end_line))

    def _token(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _operator(self, *values: str) -> Token | None:
        token = self._token()
        return token if token and token.kind == "op" and token.value in values else None

    def _newlines(self) -> None:
        while self._operator("\n") is not None:
            self.at += 1

    def _line(self, offset: int) -> int:
        return bisect_right(self.breaks, offset - 1) + 1 if offset else 1


def _without_assignments(words: list[Token]) -> list[Token]:
    """The words from the command's name on: `NAME=value` before it is its environment."""
    for place, word in enumerate(words):
        if not _ASSIGNMENT.match(word.value):
            return words[place:]
    return []


def _joined(folder: str, step: str) -> str:
    if step.startswith(("/", "$", "~", "-")) or not folder:
        return "" if step == "-" else step
    return f"{folder}/{step}"
