"""Small YAML files that no system claims: settings such as params.yaml or config.yaml.

They are kept as one ConfigObject so that values which code takes from them can be followed.
"""

from __future__ import annotations

from mlops_agent.lifecycle.facts import Fact
from mlops_agent.lifecycle.readers.documents.objects import object_of
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Mapping

MAX_LINES = 1000


def is_settings(source: Source, _root: Mapping) -> bool:
    """Whether a file is small enough to be somebody's settings."""
    return len(source.lines) <= MAX_LINES


def read_settings(source: Source, root: Mapping) -> list[Fact]:
    """One ConfigObject: family "settings", named by the file."""
    return [object_of(root, source, family="settings", kind="File", name=source.name)]
