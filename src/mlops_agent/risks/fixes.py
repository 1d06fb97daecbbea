"""The fix of a finding, from the rule that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_agent.contracts.change import Fix
from mlops_agent.contracts.finding import Finding
from mlops_agent.risks.catalogue import ENTRIES

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle


def fix_for(lifecycle: Lifecycle, finding: Finding) -> Fix | None:
    """The smallest change for a finding of this lifecycle's audit, or None where there is none.

    Nothing is written. None also where the finding is suppressed or says that it has no fix.
    """
    entry = ENTRIES.get(finding.rule)
    if entry is None or entry.fix is None or finding.fix == "none" or finding.suppressed:
        return None
    return entry.fix(lifecycle, finding)
