"""The driver without a model: rules match the request to findings and apply known fixes.

It never guesses: no match is no change, a tie is a question, and what it cannot do it says.
"""

from mlops_agent.drivers.offline.driver import OfflineDriver

__all__ = ["OfflineDriver"]
