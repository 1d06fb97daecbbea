"""The operator's word for single commands that change a live system.

It comes from the command line or the caller of the API, never from the repository, its settings or
a driver. It is kept in the journal's first line and holds when the run is taken up again.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence

from mlops_agent.errors import BadInputError
from mlops_agent.sandbox.policy.exact import allowed_words
from mlops_agent.sandbox.secrets.redactor import Redactor


def checked(texts: Sequence[str]) -> list[str]:
    """The allowed commands, each in one spelling.

    Raises BadInputError for what is no exact command, and for one that holds a secret: the journal
    would show it.
    """
    if not texts:
        return []
    redactor = Redactor().of_environment(os.environ)
    commands = [shlex.join(words) for words in allowed_words(texts)]
    for command in commands:
        if redactor.text(command) != command:
            raise BadInputError(
                "a command of --allow-command holds what looks like a secret",
                "let the program read it from its environment or from a file",
            )
    return list(dict.fromkeys(commands))


def reminder(commands: Sequence[str]) -> str:
    """The line that says what is allowed since the run began; empty where nothing is."""
    if not commands:
        return ""
    return f"still allowed by the operator: {', '.join(commands)}"
