"""Signs that the vocabulary gives: calls, declared objects, commands and file names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from mlops_agent.contracts.lifecycle import Stage
from mlops_agent.lifecycle.dispatch import reader_for
from mlops_agent.lifecycle.facts import Call, Command, ConfigObject, Step
from mlops_agent.lifecycle.index import FactIndex
from mlops_agent.lifecycle.stages.sign import Sign
from mlops_agent.vocabulary.lookup import vocabulary


def word_signs(facts: FactIndex) -> Iterator[Sign]:
    """Every sign that an entry of the vocabulary with a stage gives."""
    yield from _calls(facts)
    yield from _objects(facts)
    yield from _commands(facts)
    yield from _actions(facts)
    yield from _files(facts)


def _calls(facts: FactIndex) -> Iterator[Sign]:
    known = vocabulary()
    for call in facts.of(Call):
        word = known.call(call.name)
        if word is not None and word.stage and not _in_image(call.path):
            yield Sign(
                path=call.path,
                stage=cast("Stage", word.stage),
                line=call.line,
                end_line=call.end_line,
                kind="call",
                tool=word.framework,
                name=call.name.lstrip("."),
                does=word.does,
                confidence="medium" if "*" in word.name else "high",
                weak=word.weak,
                scope=call.scope,
            )


def _in_image(path: str) -> bool:
    """Whether a call stands in a Dockerfile: `python -c` there prepares the image, no more."""
    reader = reader_for(path)
    return reader is not None and reader.name == "dockerfile"


def _objects(facts: FactIndex) -> Iterator[Sign]:
    known = vocabulary()
    for item in facts.of(ConfigObject):
        word = known.object(item.family, item.api, item.kind)
        if word is not None and word.stage:
            yield Sign(
                path=item.path,
                stage=cast("Stage", word.stage),
                line=item.line,
                end_line=item.end_line,
                kind="object",
                tool=word.framework,
                name=f"{item.kind} {item.name}".strip(),
                does=word.does,
                confidence="high",
                weak=word.weak,
            )


def _commands(facts: FactIndex) -> Iterator[Sign]:
    known = vocabulary()
    for command in facts.of(Command):
        word = known.command(command.argv)
        if word is not None and word.stage:
            yield Sign(
                path=command.path,
                stage=cast("Stage", word.stage),
                line=command.line,
                end_line=command.end_line,
                kind="command",
                tool=word.framework,
                name=" ".join(command.argv)[:80],
                does=word.does,
                confidence="high",
                weak=word.weak,
            )


def _actions(facts: FactIndex) -> Iterator[Sign]:
    known = vocabulary()
    for step in facts.of(Step):
        action = step.uses.partition("@")[0]
        word = known.command(("uses", action)) if action else None
        if word is not None and word.stage:
            yield Sign(
                path=step.path,
                stage=cast("Stage", word.stage),
                line=step.line,
                end_line=step.end_line,
                kind="step",
                tool=word.framework,
                name=action,
                does=word.does,
                confidence="high",
                weak=word.weak,
            )


def _files(facts: FactIndex) -> Iterator[Sign]:
    known = vocabulary()
    for path in facts.paths():
        word = known.file(path)
        if word is not None and word.stage:
            yield Sign(
                path=path,
                stage=cast("Stage", word.stage),
                line=1,
                end_line=1,
                kind="file",
                tool=word.framework,
                name=path.rpartition("/")[2],
                does=word.does,
                confidence="medium",
                weak=word.weak,
            )
