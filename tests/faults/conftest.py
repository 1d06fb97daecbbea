"""Every test of this room has a state folder of its own and a repository with a planted fault."""

from __future__ import annotations

from own_state import repo, state

__all__ = ["repo", "state"]
