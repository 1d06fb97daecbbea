"""A home-made model store: a saved model file counts as registry where serving code loads it."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_agent.lifecycle.stages.evidence import Evidence
from mlops_agent.lifecycle.stages.sign import Sign


def file_stores(evidence: Evidence, serving: set[str]) -> Iterator[Sign]:
    """A registry sign for each weak save whose file a serving file loads."""
    saves = [s for s in evidence.signs if s.stage == "registry" and s.weak and s.does == "saves"]
    for sign in saves:
        for link in evidence.graph.links("produces", source=sign.path):
            loaded = evidence.graph.closure(link.target)
            if link.line == sign.line and (
                serving & loaded or _serves(evidence, link.target, serving)
            ):
                yield Sign(
                    sign.path,
                    "registry",
                    sign.line,
                    sign.end_line,
                    sign.kind,
                    "file",
                    sign.name,
                    sign.does,
                    "medium",
                    scope=sign.scope,
                )
                break


def _serves(evidence: Evidence, path: str, serving: set[str]) -> bool:
    """Whether a serving file imports the file that loads."""
    return any(path in evidence.graph.closure(server) for server in serving)
