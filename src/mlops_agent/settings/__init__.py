"""The repository's own word: which rules hold, which names are production, what is elsewhere.

Nothing here can widen a permission: there is no key for tools, network, sandbox or driver.
"""

from mlops_agent.settings.loading import load_settings
from mlops_agent.settings.model import Rehearsal, Rehearsals, Settings

__all__ = ["Rehearsal", "Rehearsals", "Settings", "load_settings"]
