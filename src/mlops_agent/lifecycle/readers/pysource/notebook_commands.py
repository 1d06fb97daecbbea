"""Commands of notebooks: `!` and `%` lines, shell cells, and Databricks' `# MAGIC` lines.

They run in the notebook's folder, and a failing line does not stop the notebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mlops_agent.lifecycle.facts import Command, Fact
from mlops_agent.lifecycle.readers.pysource.magics import ShellLine
from mlops_agent.lifecycle.readers.scripts import Script, command_facts
from mlops_agent.lifecycle.readers.source import Source


def notebook_commands(path: str, lines: list[str], shell: Iterable[ShellLine]) -> Iterator[Fact]:
    """Yield the commands of shell text, and what they install or run.

    Args:
        path: the notebook.
        lines: the lines that `shell` counts from; the facts' lines are 1-based among them.
        shell: the shell text found in them.
    """
    source = Source(path, tuple(lines))
    for item in shell:
        script = Script(item.text, item.line + 1)
        found = command_facts(
            script, source, origin="notebook", owner="", working_directory=source.folder
        )
        for fact in found:
            carries_on = isinstance(fact, Command) and not fact.after and fact.argv[0] != "%run"
            yield _ignored(fact) if carries_on else fact


def _ignored(fact: Fact) -> Fact:
    return replace(fact, after="ignored") if isinstance(fact, Command) else fact
