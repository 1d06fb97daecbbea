"""Makes Step facts out of trees; shared by the interpreters of CI systems."""

from __future__ import annotations

from mlops_agent.lifecycle.facts import Step
from mlops_agent.lifecycle.readers.scripts import script_of
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping, Node


def step_of(  # noqa: PLR0913 - the fields of a fact, by name
    node: Node,
    source: Source,
    *,
    system: str,
    workflow: str,
    job: str,
    key: str,
    run: Node | None = None,
    shell: str = "",
    uses: str = "",
    condition: str = "",
    working_directory: str = "",
    tolerated_line: int = 0,
    env: Node | None = None,
) -> Step:
    """A Step at a node; `run` and `env` are the nodes of its script and variables.

    `tolerated_line` is the line that tells the system to go on when the step fails, 0 if none.
    """
    script = script_of(run, source) if isinstance(run, Leaf) else None
    line = source.clamp(node.line)
    return Step(
        path=source.path,
        line=line,
        end_line=max(line, source.clamp(node.end_line)),
        system=system,
        workflow=workflow,
        job=job,
        key=key,
        run=run.text if isinstance(run, Leaf) else "",
        run_line=source.clamp(script.line) if script else 0,
        shell=shell,
        uses=uses,
        condition=condition,
        working_directory=working_directory,
        tolerated=tolerated_line > 0,
        tolerated_line=tolerated_line,
        env=environment_of(env),
    )


def environment_of(node: Node | None) -> tuple[tuple[str, str], ...]:
    """The scalar variables of an `env:` mapping."""
    if not isinstance(node, Mapping):
        return ()
    return tuple((k.text, v.text) for k, v in node.pairs if isinstance(v, Leaf))
