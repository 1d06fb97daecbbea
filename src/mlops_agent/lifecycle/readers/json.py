"""Reads JSON files other than notebooks: dashboards, templates, compiled pipelines, settings."""

from __future__ import annotations

from mlops_agent.lifecycle.facts import Fact, Requirement
from mlops_agent.lifecycle.readers.dependencies import requirement_of
from mlops_agent.lifecycle.readers.documents.known import interpreted
from mlops_agent.lifecycle.readers.json_compose import compose_json
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Mapping


def read(path: str, text: str) -> list[Fact]:
    """The facts of a JSON file, by the same interpreters as YAML; Pipfile.lock as Requirements.

    Args:
        path: relative to the root, POSIX.
        text: the file's text.

    Raises:
        UnreadableError: the text is no JSON, or too large for what people write.
    """
    source = Source(path, tuple(text.split("\n")))
    root = compose_json(text)
    if source.name == "Pipfile.lock" and isinstance(root, Mapping):
        return list(_locked(source, root))
    return interpreted(source, [root])


def _locked(source: Source, root: Mapping) -> list[Requirement]:
    found: list[Requirement] = []
    for group in ("default", "develop"):
        for key, package in root.mappings(group):
            requirement = requirement_of(
                key.text + package.text("version"),
                path=source.path,
                line=key.line,
                source="lock",
                group=group,
                hashed=package.has("hashes"),
            )
            if requirement:
                found.append(requirement)
    return found
