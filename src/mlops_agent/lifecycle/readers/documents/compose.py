"""Docker Compose: services with their images and commands.

A service's `api` is its image's name without the tag, so that a vocabulary can know the image.
"""

from __future__ import annotations

from mlops_agent.lifecycle.facts import Fact
from mlops_agent.lifecycle.readers.documents.kubernetes import image_ref
from mlops_agent.lifecycle.readers.documents.objects import object_of
from mlops_agent.lifecycle.readers.scripts import argv_fact, command_facts, script_of
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping


def is_compose(source: Source, root: Mapping) -> bool:
    """Whether a document is a Compose file."""
    services = [s for _, s in root.mappings("services")]
    if not services or root.has("apiVersion"):
        return False
    return "compose" in source.name or any(s.has("image") or s.has("build") for s in services)


def read_compose(source: Source, root: Mapping) -> list[Fact]:
    """A ConfigObject (family "compose", kind "Service"), an ImageRef and Commands a service."""
    found: list[Fact] = []
    for key, service in root.mappings("services"):
        name = key.text
        image = service.get("image")
        named = image.text if isinstance(image, Leaf) else ""
        found.append(
            object_of(
                service,
                source,
                family="compose",
                api=image_name(named),
                kind="Service",
                name=name,
                line=key.line,
            )
        )
        if isinstance(image, Leaf):
            found.append(image_ref(source, image, role="run", owner=name))
        for part in ("entrypoint", "command"):
            node = service.get(part)
            if isinstance(node, Leaf):
                script = script_of(node, source)
                found += command_facts(script, source, origin="compose", owner=name)
            elif node is not None:
                found += argv_fact(node, source, origin="compose", owner=name)
    return found


def image_name(image: str) -> str:
    """An image's name without digest, tag, and Docker Hub's own registry host."""
    bare = image.split("@", maxsplit=1)[0].removeprefix("docker.io/")
    head, colon, tag = bare.rpartition(":")
    return head if colon and "/" not in tag else bare
