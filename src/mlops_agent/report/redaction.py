"""What a run's record is redacted by: known formats and the values of the base tree's own files.

Both are the same on every machine, so a report can be checked anywhere. The operator's environment
is not among them; a run blanks its values on top.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlops_agent.sandbox.secrets.known import is_secret_file
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.workspace.snapshot import Trees

MOST_FILES = 200


def redactor_of(trees: Trees | None) -> Redactor:
    """The redactor for what is told of a run with these trees."""
    return Redactor() if trees is None else Redactor().of_files(_secret_files(trees))


def _secret_files(trees: Trees) -> Iterator[bytes]:
    named = [path for path in trees.paths("base") if is_secret_file(path)]
    for path in named[:MOST_FILES]:
        yield trees.read("base", path) or b""
