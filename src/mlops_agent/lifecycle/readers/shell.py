"""Reads shell scripts: every simple command is a Command of origin "shell"."""

from __future__ import annotations

from mlops_agent.lifecycle.facts import Fact
from mlops_agent.lifecycle.readers.scripts import Script, command_facts
from mlops_agent.lifecycle.readers.source import Source


def read(path: str, text: str) -> list[Fact]:
    """The commands of a shell script; `cd` is followed from the repository's root.

    Args:
        path: relative to the root, POSIX.
        text: the file's text.
    """
    source = Source(path, tuple(text.split("\n")))
    return command_facts(Script(text, 1), source, origin="shell", owner=source.name)
