"""Files that declare what runs where: conda environments, MLproject and MLmodel files."""

from __future__ import annotations

import re

from mlops_agent.lifecycle.facts import Fact, Requirement
from mlops_agent.lifecycle.readers.dependencies import normalised, requirement_of
from mlops_agent.lifecycle.readers.documents.kubernetes import image_ref
from mlops_agent.lifecycle.readers.documents.objects import object_of
from mlops_agent.lifecycle.readers.scripts import command_facts, script_of
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping

_CONDA = re.compile(r"(?:[\w.-]+::)?(?P<name>[A-Za-z0-9_][\w.-]*)\s*(?P<rest>[=<>!~].*)?\Z")
_CONDA_EXACT = re.compile(r"={1,2}\s*([0-9][^=\s,*|]*)(?:=[^=]*)?\Z")


def is_conda(_source: Source, root: Mapping) -> bool:
    """Whether a document is a conda environment: dependencies with channels, a name or pip."""
    dependencies = root.items("dependencies")
    if not dependencies or root.has("apiVersion"):
        return False
    plain = all(
        isinstance(n, Leaf) or (isinstance(n, Mapping) and n.has("pip")) for n in dependencies
    )
    return plain and (root.has("channels") or root.has("name") or root.has("prefix"))


def read_conda(source: Source, root: Mapping) -> list[Fact]:
    """A Requirement (source "conda") for each dependency; those below `pip:` too."""
    found: list[Fact] = [
        object_of(root, source, family="conda", kind="Environment", name=root.text("name"))
    ]
    for node in root.items("dependencies"):
        if isinstance(node, Leaf):
            requirement = _conda(source, node)
            found += [requirement] if requirement else []
        elif isinstance(node, Mapping):
            for item in node.items("pip"):
                if isinstance(item, Leaf):
                    requirement = requirement_of(
                        item.text,
                        path=source.path,
                        line=source.clamp(item.line),
                        source="conda",
                        group="pip",
                        hashed="--hash" in item.text,
                    )
                    found += [requirement] if requirement else []
    return found


def is_project(source: Source, root: Mapping) -> bool:
    """Whether a document is an MLproject file."""
    return source.name == "MLproject" or (root.has("entry_points") and root.has("conda_env"))


def read_project(source: Source, root: Mapping) -> list[Fact]:
    """The project as a ConfigObject (family "mlproject"), and its entry points' Commands."""
    found: list[Fact] = [
        object_of(root, source, family="mlproject", kind="MLproject", name=root.text("name"))
    ]
    for key, entry in root.mappings("entry_points"):
        command = entry.get("command")
        if isinstance(command, Leaf):
            found += command_facts(
                script_of(command, source),
                source,
                origin="mlproject",
                owner=key.text,
                working_directory=source.folder,
            )
    image = root.at("docker_env", "image")
    if isinstance(image, Leaf):
        found.append(image_ref(source, image, role="run", owner=root.text("name")))
    return found


def _conda(source: Source, node: Leaf) -> Requirement | None:
    match = _CONDA.match(node.text.strip())
    if match is None:
        return None
    specifier = (match["rest"] or "").strip()
    exact = _CONDA_EXACT.match(specifier)
    line = source.clamp(node.line)
    return Requirement(
        path=source.path,
        line=line,
        end_line=line,
        package=normalised(match["name"]),
        specifier=specifier,
        exact=exact[1] if exact else None,
        source="conda",
        group="conda",
        hashed=False,
    )
