"""What a command line would do, as a judgement with reasons.

It explains and audits; it does not enforce: the sandbox does. So it may be wrong on the strict
side, and where a text cannot be read it says `unknown`, never something milder.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from mlops_agent.sandbox.policy.calls import NOTHING_AROUND, Around, Call, Finding
from mlops_agent.sandbox.policy.crude import crude
from mlops_agent.sandbox.policy.parsing import parse
from mlops_agent.sandbox.policy.programs import judge_words
from mlops_agent.sandbox.policy.variables import readings
from mlops_agent.sandbox.policy.verdicts import Judgement, Part, shortened, together
from mlops_agent.sandbox.policy.walking import NO_INPUT, Input, starts_beside, walk
from mlops_agent.sandbox.policy.words import Values, cleaned, shown

if TYPE_CHECKING:
    from tree_sitter import Node

LONGEST = 20_000
"""Characters up to which a line is parsed; a longer one is unknown, or worse by its bare text.

The parser's recovery from errors takes a second for as many in the worst case. Shells within shells
may be read more than once, so that their share shrinks with the depth.
"""
LONGEST_TWICE = 4000
"""Characters up to which a text for another shell is read with this one's variables as well."""
DEEPEST = 10
"""Shells within shells that are looked into."""
MOST_WRAPPERS = 24
NO_VALUES: Values = {}
_ASSIGNS = re.compile(r"=|\bfor\b|\bselect\b|\bread|\bprintf\b|\bmapfile\b|\bgetopts\b")


def judge(command: str, *, own_loopback: bool = False) -> Judgement:
    """What this command line would do. Never raises, whatever the text is.

    `own_loopback` says that it runs where the machine's own addresses reach nothing of the host.
    """
    return _judged(command, own_loopback)


@lru_cache(maxsize=256)
def _judged(command: str, own_loopback: bool) -> Judgement:
    return _Reading(around=Around(own_loopback)).line(cleaned(command), {})


def judge_argv(words: Sequence[str]) -> Judgement:
    """What a program started with exactly these words, by no shell, would do."""
    if not words:
        return together([])
    if sum(map(len, words)) > LONGEST:
        return together([crude(shlex.join(words), "the command is too long to be read")])
    reading = _Reading()
    found = reading.simple([cleaned(word) for word in words])
    whole = Part(shortened(shlex.join(words)), found.effect, found.reason)
    return together([whole, *reading.parts])


class _Reading:
    """One text being judged; texts that it hands to another shell are readings of their own.

    While `trying`, a command is only supposed to be one; nothing further is supposed in it.
    """

    def __init__(
        self, depth: int = 0, *, trying: bool = False, around: Around = NOTHING_AROUND
    ) -> None:
        self.parts: list[Part] = []
        self._seen: set[Part] = set()
        self._depth = depth
        self._trying = trying
        self._around = around
        self._values: Values = {}

    def line(self, text: str, values: Values) -> Judgement:
        """Judge a whole text."""
        if len(text) > LONGEST // max(self._depth, 1):
            return together([crude(text, "the command line is too long to be read")])
        if self._depth > DEEPEST:
            return together([crude(text, "too many shells within shells")])
        root = parse(text)
        if self._around.own_loopback and "&" in text and starts_beside(root):
            self._around = replace(self._around, background=True)
        self._steps(text, root, values)
        if root.has_error:
            self._note(crude(text, "the command line does not parse"))
        if "\r" in text or "\0" in text:
            self._note(Part(shortened(text), "unknown", "it holds a control character"))
        return together(self.parts)

    def simple(
        self,
        words: Sequence[str],
        stdin: Input = NO_INPUT,
        wraps: int = 0,
        variables: Values = NO_VALUES,
    ) -> Finding:
        """Judge one simple command; what it runs in turn becomes a part of its own."""
        if wraps > MOST_WRAPPERS:
            part = crude(shlex.join(words), "more wrappers than are looked through")
            return Finding(part.effect, part.reason)

        def inner(other: Sequence[str]) -> Finding:
            found = self.simple(other, stdin, wraps + 1, variables)
            self._note(Part(shortened(shown(" ".join(other))), found.effect, found.reason))
            return found

        def trial(other: Sequence[str]) -> Finding:
            if self._trying:
                return Finding("unknown", "")
            reading = _Reading(self._depth, trying=True, around=self._around)
            return reading.simple(other, stdin, wraps + 1, variables)

        around = replace(self._around, variables=variables) if variables else self._around
        return judge_words(
            Call(words, stdin.text, stdin.listed, self._nested, inner, trial, around)
        )

    def _steps(self, text: str, root: Node, outer: Values) -> None:
        tries = readings(root, outer) if _ASSIGNS.search(text) else [dict(outer)]
        for values in tries:
            self._values = values
            for step in walk(root, values):
                if isinstance(step, Part):
                    self._note(step)
                    continue
                found = self.simple(step.words, step.stdin, variables=step.variables)
                self._note(Part(step.text, found.effect, found.reason))

    def _note(self, part: Part) -> None:
        if part not in self._seen:
            self._seen.add(part)
            self.parts.append(part)

    def _nested(self, text: str) -> Finding:
        """Judge a text for another shell, which may or may not get this one's variables."""
        inner = self._below(text, {})
        twice = self._values and "$" in text and len(text) <= LONGEST_TWICE
        if twice and inner.effect != "live_mutation":
            informed = self._below(text, self._values)
            inner = informed if informed.effect == "live_mutation" else inner
        for part in inner.parts:
            self._note(part)
        return Finding(inner.effect, inner.reason)

    def _below(self, text: str, values: Values) -> Judgement:
        reading = _Reading(self._depth + 1, trying=self._trying, around=self._around)
        return reading.line(text, values)
