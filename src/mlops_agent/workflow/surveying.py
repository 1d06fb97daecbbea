"""What a repository answers by itself, with the line that says so.

Owns joining the map to the gates' slots. A gate that is found may still have a wrong threshold, a
registry no rule of who approves: only what the files show is taken for known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.gates import Answered

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle


def found_in(lifecycle: Lifecycle, findings: Sequence[Finding] = ()) -> list[Answered]:
    """The slots that the repository's files answer, in the order of the gates."""
    return []
