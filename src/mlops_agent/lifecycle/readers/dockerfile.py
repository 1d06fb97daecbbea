"""Reads Dockerfiles: base images, stages, the commands that build and start the image."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from mlops_agent.lifecycle.facts import Command, ConfigObject, Entry, Fact, ImageRef
from mlops_agent.lifecycle.readers.scripts import Script, command_facts, named_in
from mlops_agent.lifecycle.readers.source import Source

_INSTRUCTION = re.compile(r"\s*(?P<name>[A-Za-z]+)(?:\s+|\Z)(?P<rest>.*)\Z", re.DOTALL)
_FLAG = re.compile(r"(?:--[a-z-]+(?:=\S*)?\s+)+")
_HEREDOC = re.compile(r"<<-?\s*[\"']?([A-Za-z_][A-Za-z0-9_]*)[\"']?")
_CONTINUATION = re.compile(r"\\\s*?(?:\n|\Z)")
_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|\$([A-Za-z_]\w*)")


@dataclass(slots=True)
class _Stage:
    """A build stage being read."""

    name: str
    image: str
    line: int
    end_line: int
    folder: str = ""
    entries: list[Entry] = field(default_factory=list[Entry])
    counts: dict[str, int] = field(default_factory=dict[str, int])

    def add(self, key: str, value: str, line: int) -> None:
        """Keep a repeatable instruction under the next free number."""
        place = self.counts.get(key, 0)
        self.counts[key] = place + 1
        self.entries.append(Entry(key=f"{key}.{place}", value=value, line=line))


@dataclass(frozen=True, slots=True)
class _Instruction:
    name: str
    rest: str
    line: int
    end_line: int
    body: str


def read(path: str, text: str) -> list[Fact]:
    """Facts of a Dockerfile.

    ImageRef (role "base", owner the stage) for each outside image; Command (origin "docker") for
    RUN, CMD, ENTRYPOINT and HEALTHCHECK; a ConfigObject (family "docker", kind "Stage") a stage
    with entries `from`, `copy.N.source.M`, `copy.N.target`, `workdir.N`, `user.N`, `expose.N`,
    `env.NAME`, `arg.NAME`, `label.N`, `cmd.N`, `entrypoint.N`.

    Args:
        path: relative to the root, POSIX.
        text: the file's text.
    """
    return _Reader(Source(path, tuple(text.split("\n")))).facts()


class _Reader:
    """One pass over the instructions."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Fact] = []
        self.arguments: dict[str, str] = {}
        self.stages: list[_Stage] = []
        self.names: set[str] = set()

    def facts(self) -> list[Fact]:
        for instruction in _instructions(self.source.lines):
            self._take(instruction)
        self.found.extend(self._object(stage) for stage in self.stages)
        return self.found

    def _take(self, at: _Instruction) -> None:
        if at.name == "ARG" and not self.stages:
            name, _, value = at.rest.partition("=")
            self.arguments[name.strip()] = value.strip().strip("\"'")
        if at.name == "FROM":
            self._stage(at)
        if not self.stages:
            return
        stage = self.stages[-1]
        stage.end_line = at.end_line
        if at.name in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"):
            self._command(at, stage)
        elif at.name in ("COPY", "ADD"):
            _copied(at, stage)
        elif at.name == "WORKDIR":
            stage.folder = at.rest.strip()
            stage.add("workdir", stage.folder, at.line)
        elif at.name in ("USER", "EXPOSE", "LABEL", "VOLUME"):
            stage.add(at.name.lower(), at.rest.strip(), at.line)
        elif at.name in ("ENV", "ARG"):
            _variables(at, stage)

    def _stage(self, at: _Instruction) -> None:
        words = _FLAG.sub("", at.rest + " ").split()
        if not words:
            return
        image = _VARIABLE.sub(self._argument, words[0])
        named = len(words) > 2 and words[1].lower() == "as"
        name = words[2] if named else str(len(self.stages))
        local = image.lower() in self.names
        self.names.add(name.lower())
        self.stages.append(_Stage(name, image, at.line, at.end_line))
        self.stages[-1].entries.append(Entry(key="from", value=image, line=at.line))
        if local or image == "scratch":
            return
        self.found.append(
            ImageRef(
                path=self.source.path,
                line=at.line,
                end_line=at.end_line,
                image=image,
                role="base",
                owner=name,
            )
        )

    def _argument(self, match: re.Match[str]) -> str:
        value = self.arguments.get(match[1] or match[3]) or match[2]
        return value or match[0]

    def _command(self, at: _Instruction, stage: _Stage) -> None:
        flags = _FLAG.match(at.rest)
        rest = at.rest[flags.end() :] if flags else at.rest
        if at.name == "HEALTHCHECK":
            rest = re.sub(r"\ACMD\s+", "", rest)
        argv = _exec_form(rest)
        key = at.name.lower()
        for word in argv or ([rest.strip()] if at.name != "RUN" else []):
            stage.add(key, word, at.line)
        if argv:
            self._argv(at, stage, argv)
            return
        shift = at.rest[: len(at.rest) - len(rest)].count("\n")
        script = Script(rest, at.line + shift)
        if at.body and _HEREDOC.match(rest):
            script = Script(at.body, at.line + 1)
        self.found += command_facts(
            script, self.source, origin="docker", owner=stage.name, working_directory=stage.folder
        )

    def _argv(self, at: _Instruction, stage: _Stage, argv: list[str]) -> None:
        if len(argv) == 3 and argv[0].endswith("sh") and argv[1].endswith("c"):
            self.found += command_facts(
                Script(argv[2], at.line),
                self.source,
                origin="docker",
                owner=stage.name,
                working_directory=stage.folder,
            )
            return
        fact = Command(
            path=self.source.path,
            line=at.line,
            end_line=at.end_line,
            origin="docker",
            owner=stage.name,
            argv=tuple(argv),
            text=at.rest.strip(),
            working_directory=stage.folder,
            after="",
            rescue="",
        )
        self.found += [fact, *named_in(fact)]

    def _object(self, stage: _Stage) -> ConfigObject:
        return ConfigObject(
            path=self.source.path,
            line=stage.line,
            end_line=stage.end_line,
            family="docker",
            api="",
            kind="Stage",
            name=stage.name,
            namespace="",
            entries=tuple(stage.entries),
        )


def _copied(at: _Instruction, stage: _Stage) -> None:
    flags = _FLAG.match(at.rest)
    rest = at.rest[flags.end() :] if flags else at.rest
    words = _exec_form(rest) or rest.split()
    if flags and "--from=" in flags[0]:
        source = flags[0].split("--from=", 1)[1].split()[0]
        stage.entries.append(
            Entry(key=f"copy.{stage.counts.get('copy', 0)}.from", value=source, line=at.line)
        )
    place = stage.counts.get("copy", 0)
    stage.counts["copy"] = place + 1
    for number, word in enumerate(words[:-1]):
        stage.entries.append(Entry(key=f"copy.{place}.source.{number}", value=word, line=at.line))
    if len(words) > 1:
        stage.entries.append(Entry(key=f"copy.{place}.target", value=words[-1], line=at.line))


def _variables(at: _Instruction, stage: _Stage) -> None:
    pairs = re.findall(r"(?<!\w)([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|\S*)", at.rest)
    if not pairs:
        name, _, value = at.rest.strip().partition(" ")
        pairs = [(name, value.strip())] if name else []
    for name, value in pairs:
        key = f"{at.name.lower()}.{name}"
        stage.entries.append(Entry(key=key, value=value.strip("\"'"), line=at.line))


def _exec_form(rest: str) -> list[str]:
    """The words of a JSON array, or [] for the shell form."""
    bare = _CONTINUATION.sub(" ", rest).strip()
    if not bare.startswith("["):
        return []
    try:
        words = json.loads(bare)
    except (ValueError, RecursionError):
        return []
    return [str(word) for word in words] if isinstance(words, list) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _instructions(lines: tuple[str, ...]) -> list[_Instruction]:
    """Instructions with continuation lines joined; comment lines inside become blank ones."""
    found: list[_Instruction] = []
    at = 0
    while at < len(lines):
        start = at
        kept = [lines[at].rstrip("\r")]
        if not kept[0].strip() or kept[0].lstrip().startswith("#"):
            at += 1
            continue
        while kept[-1].rstrip().endswith("\\") and at + 1 < len(lines):
            at += 1
            line = lines[at].rstrip("\r")
            kept.append("\\" if not line.strip() or line.lstrip().startswith("#") else line)
        at += 1
        match = _INSTRUCTION.match("\n".join(kept))
        if match is None:
            continue
        name = match["name"].upper()
        body: list[str] = []
        if name in ("RUN", "COPY", "ADD"):
            for delimiter in _HEREDOC.findall(match["rest"]):
                while at < len(lines) and lines[at].strip() != delimiter:
                    body.append(lines[at].rstrip("\r"))
                    at += 1
                at += 1
        end = min(max(at, start + 1), len(lines))
        rest = match["rest"] if name == "RUN" else _CONTINUATION.sub(" ", match["rest"])
        found.append(_Instruction(name, rest, start + 1, end, "\n".join(body)))
    return found
