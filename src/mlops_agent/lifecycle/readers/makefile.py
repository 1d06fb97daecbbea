"""Reads Makefiles: targets with their prerequisites, and the commands of their recipes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from mlops_agent.lifecycle.facts import Command, ConfigObject, Fact, Job, Workflow
from mlops_agent.lifecycle.readers.scripts import Script, command_facts
from mlops_agent.lifecycle.readers.source import Source, joined_path

_ASSIGNMENT = re.compile(
    r"\s*(?:export\s+|override\s+)*(?P<name>[\w.-]+)\s*(?P<op>::?=|\?=|\+=|!=|=)\s*(?P<value>.*)\Z",
    re.DOTALL,
)
_RULE = re.compile(r"(?P<targets>[^:#=\t][^:#=]*)::?(?!=)(?P<rest>.*)\Z", re.DOTALL)
_INCLUDE = re.compile(r"[-s]?include\s+(?P<files>.+)")
_VARIABLE = re.compile(r"\$[({]([\w.-]+)[)}]")
_CALL = re.compile(r"\$\((?!shell\s)([a-z-]+)\s[^()]*\)|\$\{([a-z-]+)\s[^{}]*\}")
MAX_ROUNDS = 4
"""Variables inside variables are followed this deep."""
MAX_VALUE = 500
MAX_EXPANDED = 20_000
"""Characters of a variable's value, and of a text, beyond which nothing is put in."""


@dataclass(slots=True)
class _Target:
    """A rule being read; `recipe` holds its lines with their first file line."""

    name: str
    needs: tuple[str, ...]
    line: int
    end_line: int
    recipe: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


def read(path: str, text: str) -> list[Fact]:
    """A Workflow (system "make"), a Job a target, and the Commands of the recipes.

    Variables that the file sets to plain text are put in; others stay as `${NAME}`. A line with
    the prefix `-` is `ignored`, as is a recipe under `.IGNORE`.

    Args:
        path: relative to the root, POSIX.
        text: the file's text.
    """
    return _Reader(Source(path, tuple(text.split("\n")))).facts()


class _Reader:
    """One pass over the logical lines, then the facts."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.variables: dict[str, str] = {}
        self.targets: list[_Target] = []
        self.includes: list[tuple[int, str]] = []
        self.defining = False

    def facts(self) -> list[Fact]:
        for line, end_line, text in _logical_lines(self.source.lines):
            self._take(line, end_line, text)
        special = {t.name: t for t in self.targets if t.name.startswith(".")}
        ignored = special.get(".IGNORE")
        found: list[Fact] = [self._workflow(), *self._included()]
        for target in self.targets:
            if target.name in special:
                continue
            ignoring = ignored is not None and (not ignored.needs or target.name in ignored.needs)
            found += self._target(target, ignoring, ".ONESHELL" in special)
        return found

    def _take(self, line: int, end_line: int, text: str) -> None:
        bare = text.strip()
        if self.defining or bare.startswith("define "):
            self.defining = not bare.startswith("endef")
        elif text.startswith("\t") and self.targets:
            self.targets[-1].recipe.append((line, text[1:]))
            self.targets[-1].end_line = end_line
        elif bare and not bare.startswith("#"):
            self._statement(line, end_line, bare)

    def _statement(self, line: int, end_line: int, text: str) -> None:
        include = _INCLUDE.match(text)
        assignment = _ASSIGNMENT.match(text)
        rule = _RULE.match(text)
        if include:
            self.includes.append((line, include["files"]))
        elif assignment:
            value = assignment["value"].split(" #")[0].strip()
            if assignment["op"] == "+=":
                value = f"{self.variables.get(assignment['name'], '')} {value}".strip()
            self.variables[assignment["name"]] = value[: MAX_VALUE + 1]
        elif rule:
            needs, _, inline = rule["rest"].partition(";")
            needs = self._expanded(needs.split("#")[0].replace("|", " "))
            for name in self._expanded(rule["targets"]).split():
                target = _Target(name, tuple(needs.split()), line, end_line)
                if inline.strip():
                    target.recipe.append((line, inline.strip()))
                self.targets.append(target)

    def _expanded(self, text: str) -> str:
        """Variables put in; what stays unknown is written so that a shell sees a variable."""
        text = text.replace("$(MAKE)", "make").replace("${MAKE}", "make").replace("$$", "\x00")
        for _ in range(MAX_ROUNDS if len(text) <= MAX_EXPANDED else 0):
            replaced = _VARIABLE.sub(self._variable, text)
            if replaced == text or len(replaced) > MAX_EXPANDED:
                break
            text = replaced
        text = _CALL.sub(lambda m: "${" + (m[1] or m[2]) + "}", text)
        text = re.sub(r"\$\(([\w.-]+)\)", r"${\1}", text).replace("$(shell ", "$(")
        return text.replace("\x00", "$")

    def _variable(self, match: re.Match[str]) -> str:
        value = self.variables.get(match[1])
        if value is None or "\n" in value or "\\" in value or len(value) > MAX_VALUE:
            return match[0]
        return value

    def _target(self, target: _Target, ignoring: bool, oneshell: bool) -> list[Fact]:
        found: list[Fact] = [
            Job(
                path=self.source.path,
                line=target.line,
                end_line=target.end_line,
                system="make",
                workflow=self.source.path,
                name=target.name,
                needs=target.needs,
                condition="",
                environment="",
                uses="",
                image="",
                timeout=False,
            )
        ]
        flags = f"{self.variables.get('SHELL', '')} {self.variables.get('.SHELLFLAGS', '')}"
        folder = ""
        for line, text in target.recipe:
            prefix = text[: len(text) - len(text.lstrip("@-+ \t"))]
            commands = command_facts(
                Script(self._expanded(text[len(prefix) :]), line),
                self.source,
                origin="make",
                owner=target.name,
                working_directory=folder or self.source.folder,
                pipefail="pipefail" in flags,
            )
            if oneshell:
                last = [c for c in commands if isinstance(c, Command)]
                folder = last[-1].working_directory if last else folder
            found += [_ignored(fact, ignoring or "-" in prefix) for fact in commands]
        return found

    def _workflow(self) -> Workflow:
        return Workflow(
            path=self.source.path,
            line=1,
            end_line=len(self.source.lines),
            system="make",
            name=self.source.path,
            triggers=(),
            schedules=(),
            upstream=(),
            concurrency=False,
        )

    def _included(self) -> list[ConfigObject]:
        return [
            ConfigObject(
                path=self.source.path,
                line=line,
                end_line=line,
                family="make",
                api="",
                kind="include",
                name=joined_path(self.source.folder, file),
                namespace="",
                entries=(),
            )
            for line, files in self.includes
            for file in self._expanded(files).split()
        ]


def _ignored(fact: Fact, ignoring: bool) -> Fact:
    if ignoring and isinstance(fact, Command) and not fact.after:
        return replace(fact, after="ignored")
    return fact


def _logical_lines(lines: tuple[str, ...]) -> list[tuple[int, int, str]]:
    """Lines with their continuations; recipe lines keep the backslash for the shell."""
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(lines):
        start = at
        recipe = lines[at].startswith("\t")
        parts = [lines[at].rstrip("\r")]
        while parts[-1].endswith("\\") and at + 1 < len(lines):
            at += 1
            parts.append(lines[at].rstrip("\r"))
        at += 1
        text = "\n".join(parts) if recipe else " ".join(p.removesuffix("\\") for p in parts)
        found.append((start + 1, at, text))
    return found
