"""Runs of this room have a state folder of their own."""

from __future__ import annotations

from own_state import state

__all__ = ["state"]
