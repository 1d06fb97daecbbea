"""Calls of make with a target that the Makefile does not define.

Owns which Makefile a call means. Where one includes others, has pattern rules or is named by an
option or a variable, nothing is said.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Command, ConfigObject, Job
from mlops_agent.vocabulary.lookup import bare_command

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

_NAMES = ("GNUmakefile", "makefile", "Makefile")
# Included files that set variables and define no target.
_VARIABLES = (".env", "env.sh", "env.mk")
_VALUED = frozenset({"-j", "-l", "-o", "-W", "-I"})


def undefined_target(lifecycle: Lifecycle, command: Command) -> tuple[str, str] | None:
    """The Makefile and the first target of a `make` call that it lacks, or None."""
    argv = bare_command(command.argv)
    if not argv or argv[0] != "make" or {"-f", "--file", "-C"} & set(argv):
        return None
    if command.origin == "shell":  # who calls the script decides in which folder it runs
        return None
    folder = command.working_directory
    makefile = next(
        (p for name in _NAMES if (p := posixpath.join(folder, name)) in lifecycle.tracked), None
    )
    if makefile is None or makefile in lifecycle.skipped or _open_ended(lifecycle, makefile):
        return None
    known = {job.name for job in lifecycle.facts.of(Job, makefile)}
    for place, word in enumerate(argv[1:], 1):
        plain = not word.startswith("-") and not set(word) & set("=$`*?{}<>|&/")
        if plain and argv[place - 1] not in _VALUED and word not in known:
            return makefile, word
    return None


def _open_ended(lifecycle: Lifecycle, makefile: str) -> bool:
    """Whether the Makefile may have targets that are not written in it."""
    names = [job.name for job in lifecycle.facts.of(Job, makefile)]
    includes = any(
        o.kind == "include" and not o.name.endswith(_VARIABLES)
        for o in lifecycle.facts.of(ConfigObject, makefile)
    )
    return not names or includes or any(set(name) & set("%$") for name in names)
