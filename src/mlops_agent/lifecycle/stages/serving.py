"""Deployment: what serves a model, as against what serves anything.

A web framework, a Deployment or an image proves nothing by itself: it counts when a loaded model
can be reached from it through imports, calls or what it starts.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlops_agent.contracts.lifecycle import Stage
from mlops_agent.lifecycle.facts import Call, Command, ConfigObject, ImageRef
from mlops_agent.lifecycle.stages.evidence import Evidence
from mlops_agent.lifecycle.stages.sign import Sign
from mlops_agent.vocabulary.lookup import vocabulary

_SERVES = frozenset({"serves", "predicts"})
_IMAGES = ("docker",)
_STARTERS = frozenset({"shell", "python"})
_DEPTH = 4
"""How many imports away the model may be loaded."""
_JUDGING: tuple[Stage, ...] = ("training", "evaluation", "monitoring")


def serving(evidence: Evidence, firm: Evidence) -> list[Sign]:
    """Signs of files that serve a model, and of images and scripts that run those files.

    `evidence` has the weak signs, `firm` what is sure already.
    """
    loading = model_loading_files(evidence)
    weak = _weak_servers(evidence, firm)
    found = [s for s in weak if loading & evidence.graph.closure(s.path, depth=_DEPTH)]
    served = {*firm.files("deployment"), *(sign.path for sign in found)}
    started = list(_starting(evidence, served))
    served |= {sign.path for sign in started}
    return [*found, *started, *_running(evidence, served)]


def _starting(evidence: Evidence, served: set[str]) -> Iterator[Sign]:
    """Start scripts: shell files, or Python files by subprocesses, that start a serving file."""
    commands = {c.path for c in evidence.facts.of(Command) if c.origin in _STARTERS}
    for path in sorted(commands - served):
        for link in evidence.graph.links("invokes", source=path):
            if (
                link.target in served
                and link.join in ("path", "exact")
                and not path.endswith(".md")
            ):
                yield Sign(
                    path,
                    "deployment",
                    link.line,
                    link.line,
                    "script",
                    "shell",
                    link.target,
                    "serves",
                    "medium",
                )
                break


def model_loading_files(evidence: Evidence) -> frozenset[str]:
    """The files that load a trained model."""
    known = vocabulary()
    return frozenset(
        call.path
        for call in evidence.facts.of(Call)
        if (word := known.call(call.name)) is not None
        and word.does == "loads"
        and (not word.weak or call.path in evidence.ml_files)
    )


def _weak_servers(evidence: Evidence, firm: Evidence) -> list[Sign]:
    return [
        Sign(
            sign.path,
            "deployment",
            sign.line,
            sign.end_line,
            sign.kind,
            sign.tool,
            sign.name,
            sign.does,
            "high",
        )
        for sign in evidence.signs
        if sign.stage == "deployment"
        and sign.weak
        and sign.does in _SERVES
        and not (sign.does == "predicts" and judges(firm, sign.path))
    ]


def judges(evidence: Evidence, path: str) -> bool:
    """Whether a file predicts in order to train, evaluate or monitor, not to serve."""
    return any(not s.weak for stage in _JUDGING for s in evidence.at(path, stage))


def _running(evidence: Evidence, served: set[str]) -> Iterator[Sign]:
    """Dockerfiles that start a serving file, then manifests that run such an image."""
    images: set[str] = set()
    for command in evidence.facts.of(Command):
        if command.origin not in _IMAGES:
            continue
        for target, _ in evidence.joined.commands.targets(command):
            reaches = target in served or served & evidence.graph.closure(target, depth=_DEPTH)
            if reaches and command.path not in images:
                images.add(command.path)
                yield Sign(
                    command.path,
                    "deployment",
                    command.line,
                    command.end_line,
                    "image",
                    "docker",
                    " ".join(command.argv)[:80],
                    "serves",
                    "high",
                )
    manifests = {ref.path for ref in evidence.facts.of(ImageRef)} | {
        item.path for item in evidence.facts.of(ConfigObject) if item.family == "compose"
    }
    for path in sorted(manifests - images):
        for link in evidence.graph.links(source=path):
            if link.target in images and link.kind in ("serves", "invokes"):
                yield Sign(
                    path,
                    "deployment",
                    link.line,
                    link.line,
                    "manifest",
                    "container",
                    link.target,
                    "serves",
                    "medium",
                )
                break
