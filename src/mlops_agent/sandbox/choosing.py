"""Which kind of sandbox the operator wants: said on the command line, else in their own settings.

A repository has no say: what its commands may do is not its to decide.
"""

from __future__ import annotations

import os

from mlops_agent.errors import BadInputError
from mlops_agent.sandbox.confine import Kind
from mlops_agent.settings.operator import load_operator

VARIABLE = "MLOPS_AGENT_SANDBOX"
KINDS: tuple[Kind, ...] = ("bubblewrap", "external", "none")


def choose_kind(named: Kind | None = None) -> Kind:
    """The kind that is named, else that of MLOPS_AGENT_SANDBOX, else of the operator's file.

    Where nothing is said it is bubblewrap. Raises BadInputError for a word that is no kind.
    """
    said = named or os.environ.get(VARIABLE, "")
    if not said:
        return load_operator().sandbox or "bubblewrap"
    for kind in KINDS:
        if said == kind:
            return kind
    raise BadInputError(f"{VARIABLE} is {said!r}", f"it can be: {', '.join(KINDS)}")
