"""Reads YAML files: composes the documents and gives each to the interpreter of its system."""

from __future__ import annotations

from mlops_agent.lifecycle.facts import Fact
from mlops_agent.lifecycle.readers.documents.known import interpreted
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.templates import looks_templated, mask
from mlops_agent.lifecycle.readers.tree import Node
from mlops_agent.lifecycle.readers.yaml_compose import compose
from mlops_agent.lifecycle.unreadable import UnreadableError


def read(path: str, text: str) -> list[Fact]:
    """The facts of all documents of a YAML file.

    Args:
        path: relative to the root, POSIX.
        text: the file's text.

    Raises:
        UnreadableError: the file is no YAML, even with template text masked, or expands too far.
    """
    roots, templated = _documents(text)
    return interpreted(Source(path, tuple(text.split("\n")), templated), roots)


def _documents(text: str) -> tuple[list[Node], bool]:
    """The trees, and whether template text had to be masked to get them."""
    if not looks_templated(text):
        return compose(text), False
    masked = mask(text)
    try:
        return compose(masked.text, masked.restore), True
    except UnreadableError as error:
        masked_reason = error.reason
    try:
        return compose(text), False
    except UnreadableError as error:
        raise UnreadableError(f"{masked_reason}; it holds template text") from error
