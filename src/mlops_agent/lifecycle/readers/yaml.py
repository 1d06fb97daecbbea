"""Reads YAML files: composes the documents and gives each to the interpreter of its system."""

from __future__ import annotations

from collections.abc import Callable

from mlops_agent.lifecycle.facts import Fact
from mlops_agent.lifecycle.readers.documents import dvc, github_actions, settings_file
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.templates import looks_templated, mask
from mlops_agent.lifecycle.readers.tree import Mapping, Node
from mlops_agent.lifecycle.readers.yaml_compose import compose
from mlops_agent.lifecycle.unreadable import UnreadableError

Test = Callable[[Source, Mapping], bool]
Read = Callable[[Source, Mapping], list[Fact]]

INTERPRETERS: tuple[tuple[Test, Read], ...] = (
    (dvc.is_pipeline, dvc.read_pipeline),
    (dvc.is_lock, dvc.read_lock),
    (dvc.is_tracked, dvc.read_tracked),
    (github_actions.is_workflow, github_actions.read_workflow),
    (github_actions.is_action, github_actions.read_action),
    (settings_file.is_settings, settings_file.read_settings),
)
"""Asked in order for each document; the first that knows it reads it."""


def read(path: str, text: str) -> list[Fact]:
    """The facts of all documents of a YAML file.

    Args:
        path: relative to the root, POSIX.
        text: the file's text.

    Raises:
        UnreadableError: the file is no YAML, even with template text masked, or expands too far.
    """
    roots, templated = _documents(text)
    source = Source(path, tuple(text.split("\n")), templated)
    found: list[Fact] = []
    for root in roots:
        if isinstance(root, Mapping):
            found += _interpreted(source, root)
    return found


def _interpreted(source: Source, root: Mapping) -> list[Fact]:
    for known, interpret in INTERPRETERS:
        if known(source, root):
            return interpret(source, root)
    return []


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
