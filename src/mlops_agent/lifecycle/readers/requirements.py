"""Reads pip requirements and constraints files (`*.txt`, `*.in`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_agent.lifecycle.facts import ConfigObject, Fact
from mlops_agent.lifecycle.readers.dependencies import requirement_of
from mlops_agent.lifecycle.readers.source import Source, joined_path

_INCLUDE = re.compile(r"(?:-r|-c|--requirement|--constraint)[ =]?\s*(?P<file>\S+)")
_EDITABLE = re.compile(r"(?:-e|--editable)[ =]\s*(?P<target>\S+)")
_EGG = re.compile(r"#egg=([A-Za-z0-9._-]+)")
_COMMENT = re.compile(r"(?:^|\s)#.*")


def read(path: str, text: str) -> list[Fact]:
    """Requirements, and one ConfigObject (family "requirements") for each `-r`, `-c` and `-e`.

    Args:
        path: relative to the root, POSIX.
        text: the file's text.
    """
    source = Source(path, tuple(text.split("\n")))
    found: list[Fact] = []
    for line, content in _logical_lines(source.lines):
        included = _INCLUDE.match(content)
        editable = _EDITABLE.match(content)
        if included:
            found.append(_reference(source, line, "include", included["file"]))
        elif editable and not _EGG.search(content):
            found.append(_reference(source, line, "editable", editable["target"]))
        elif not content.startswith("-") or editable:
            egg = _EGG.search(content)
            requirement = requirement_of(
                egg[1] + " @ " + content if egg else content.split(" --")[0],
                path=path,
                line=line,
                source="requirements",
                group=source.name,
                hashed="--hash" in content,
            )
            if requirement:
                found.append(requirement)
    return found


def _reference(source: Source, line: int, kind: str, target: str) -> ConfigObject:
    return ConfigObject(
        path=source.path,
        line=line,
        end_line=line,
        family="requirements",
        api="pip",
        kind=kind,
        name=joined_path(source.folder, target),
        namespace="",
        entries=(),
    )


def _logical_lines(lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Lines with continuations joined and comments off, with their first file line."""
    start, kept = 0, ""
    for number, line in enumerate(lines, 1):
        start = start or number
        bare = line.rstrip("\r")
        if bare.endswith("\\"):
            kept += bare[:-1] + " "
            continue
        comment = "" if "#egg=" in bare else _COMMENT
        content = (kept + (comment.sub("", bare) if comment else bare)).strip().lstrip("\ufeff")
        if content:
            yield start, content
        start, kept = 0, ""
