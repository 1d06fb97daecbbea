"""Turns script text that stands inside another file into Command facts with that file's lines."""

from __future__ import annotations

import posixpath
import re
import textwrap
from dataclasses import dataclass
from itertools import pairwise

from mlops_agent.lifecycle.facts import Command, Fact, ImageRef, Requirement
from mlops_agent.lifecycle.readers.dependencies import requirement_of
from mlops_agent.lifecycle.readers.embedded import (
    inline_python,
    looks_like_python,
    python_facts,
)
from mlops_agent.lifecycle.readers.shell_commands import ShellCommand, shell_commands
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Leaf, Node, Sequence

MAX_COMMAND_TEXT = 2000
_CONTINUATION = re.compile(r"(?<!\s)\s*\\\r?\n\s*")
_INSTALLERS = (
    ("pip", "install"),
    ("pip3", "install"),
    ("uv", "pip", "install"),
    ("python", "-m", "pip", "install"),
    ("python3", "-m", "pip", "install"),
    ("uv", "add"),
    ("poetry", "add"),
)
# Options whose value is the next word.
_INSTALL_VALUES = frozenset(
    {"-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-i", "--index-url"}
    | {"--extra-index-url", "-f", "--find-links", "-t", "--target", "--prefix", "--root"}
    | {"--platform", "--python", "--group", "--trusted-host", "--python-version", "--no-binary"}
    | {"--only-binary", "--cache-dir", "--timeout", "--progress-bar", "--upgrade-strategy"}
)
# Options of `docker run` that take no value.
_IMAGE_FLAGS = frozenset(
    {"-d", "-i", "-t", "-it", "-ti", "-dit", "--rm", "--detach", "--interactive", "--tty"}
    | {"--init", "--privileged", "--read-only", "--no-healthcheck", "-P", "--publish-all"}
)


@dataclass(frozen=True, slots=True)
class Script:
    """Shell text with the 1-based file line of its first line."""

    text: str
    line: int


def script_of(leaf: Leaf, source: Source) -> Script:
    """The shell text of a YAML scalar such that line N of it stands at `line` + N - 1.

    Folded and multi-line plain scalars are taken from the stored lines, with continuations where
    YAML folds, so that commands keep their own lines.
    """
    if leaf.style == "|":
        return Script(leaf.text, leaf.line + 1)
    if leaf.style == ">":
        raw = textwrap.dedent("\n".join(source.lines[leaf.line : leaf.end_line]))
        return Script(_continued(raw.split("\n")), leaf.line + 1)
    if not leaf.style and leaf.end_line > leaf.line:
        first = source.lines[leaf.line - 1][leaf.column :]
        rest = [line.strip() for line in source.lines[leaf.line : leaf.end_line]]
        return Script(_continued([first, *rest]), leaf.line)
    return Script(leaf.text, leaf.line)


def command_facts(
    script: Script,
    source: Source,
    *,
    origin: str,
    owner: str,
    working_directory: str = "",
    pipefail: bool = False,
) -> list[Fact]:
    """The Commands of a script, with the Requirements and images that they name.

    Args:
        script: the text and where it stands.
        source: the file.
        origin: the system, as in the fact `Command`.
        owner: the step, stage, target or object.
        working_directory: where the script starts, relative to the root.
        pipefail: whether the system's shell sets it.
    """
    found: list[Fact] = []
    for command in shell_commands(script.text, pipefail=pipefail):
        fact = _fact(command, script, source, origin, owner, working_directory)
        found.append(fact)
        found.extend(named_in(fact))
        inline = inline_python(command.argv)
        if inline:
            found += python_facts(inline, source, fact.line, fact.end_line)
        elif command.stdin and command.argv[0].startswith("python"):
            last = fact.end_line + command.stdin.count("\n") + 1
            found += python_facts(command.stdin, source, fact.line + 1, last)
    return found


def argv_fact(
    node: Node, source: Source, *, origin: str, owner: str, working_directory: str = ""
) -> list[Fact]:
    """The Command of an argv written as a sequence of scalars; `sh -c TEXT` is split further."""
    words = [n for n in node.nodes if isinstance(n, Leaf)] if isinstance(node, Sequence) else []
    if not words:
        return []
    argv = tuple(word.text for word in words)
    inner: list[Fact] = []
    for word in words:
        if looks_like_python(word.text):
            inner += python_facts(word.text, source, word.line, word.end_line)
    for place, word in enumerate(words[1:-1], 1):
        if word.text in ("-c", "-ec", "-lc", "-exc", "-euc", "-cx", "-xc") and _is_shell(argv[0]):
            script = script_of(words[place + 1], source)
            commands = command_facts(
                script, source, origin=origin, owner=owner, working_directory=working_directory
            )
            return commands + inner
    fact = Command(
        path=source.path,
        line=words[0].line,
        end_line=max(words[0].line, source.clamp(words[-1].end_line)),
        origin=origin,
        owner=owner,
        argv=argv,
        text=" ".join(argv)[:MAX_COMMAND_TEXT],
        working_directory=working_directory,
        after="",
        rescue="",
    )
    return [fact, *named_in(fact), *inner]


def named_in(command: Command) -> list[Fact]:
    """What an install or container command names: Requirements (source "pip") and ImageRefs."""
    return [*_installed(command), *_images(command)]


def _fact(
    command: ShellCommand, script: Script, source: Source, origin: str, owner: str, folder: str
) -> Command:
    line = source.clamp(script.line + command.line - 1)
    return Command(
        path=source.path,
        line=line,
        end_line=max(line, source.clamp(script.line + command.end_line - 1)),
        origin=origin,
        owner=owner,
        argv=command.argv,
        text=_CONTINUATION.sub(" ", command.text)[:MAX_COMMAND_TEXT],
        working_directory=_directory(folder, command.folder),
        after=command.after,
        rescue=command.rescue[:MAX_COMMAND_TEXT],
    )


def _directory(start: str, step: str) -> str:
    """`start` moved by `cd step`; what cannot be known (an expansion, home) is kept as written."""
    if not step or step.startswith(("/", "$", "~")):
        return step or start
    joined = posixpath.normpath(posixpath.join(start, step))
    return "" if joined == "." else joined


def _is_shell(name: str) -> bool:
    return posixpath.basename(name) in ("sh", "bash", "zsh", "dash")


def _continued(lines: list[str]) -> str:
    """Lines as YAML folds them: a single break between two unindented lines is a blank."""
    parts: list[str] = []
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else ""
        folds = bool(line.strip()) and bool(following.strip())
        folds = folds and not line[:1].isspace() and not following[:1].isspace()
        parts.append(line + " \\" if folds and not line.endswith("\\") else line)
    return "\n".join(parts)


def _installed(command: Command) -> list[Requirement]:
    argv = command.argv
    start = next((len(i) for i in _INSTALLERS if argv[: len(i)] == i), 0)
    found: list[Requirement] = []
    skip = False
    for word in argv[start:] if start else ():
        if skip or word.startswith("-"):
            skip = not skip and word in _INSTALL_VALUES
            continue
        if "/" in word or word.startswith((".", "$")) or word.endswith((".whl", ".txt", ".gz")):
            continue
        requirement = requirement_of(
            word, path=command.path, line=command.line, source="pip", group=command.owner
        )
        if requirement:
            found.append(requirement)
    return found


def _images(command: Command) -> list[ImageRef]:
    argv = command.argv
    if len(argv) < 3 or argv[0] not in ("docker", "podman", "nerdctl"):
        return []
    if argv[1] == "buildx":
        argv = (argv[0], *argv[2:])
    role, images = "", list[str]()
    if argv[1] == "build":
        role, images = "build", _option_values(argv, ("-t", "--tag"))
    elif argv[1] == "run":
        role, images = "run", _first_argument(argv[2:])
    return [
        ImageRef(
            path=command.path,
            line=command.line,
            end_line=command.end_line,
            image=image,
            role=role,
            owner=command.owner,
        )
        for image in images
    ]


def _option_values(argv: tuple[str, ...], names: tuple[str, ...]) -> list[str]:
    values = [b for a, b in pairwise(argv) if a in names]
    return values + [a.split("=", 1)[1] for a in argv if a.startswith("--tag=")]


def _first_argument(words: tuple[str, ...]) -> list[str]:
    """The image of `docker run`: the first word that is neither an option nor its value."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = "=" not in word and word not in _IMAGE_FLAGS
        else:
            return [word]
    return []
