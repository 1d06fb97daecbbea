"""The four parts of a model's way to production that a change can be in."""

from __future__ import annotations

from typing import Literal

Boundary = Literal["pipeline", "registry", "deployment", "monitor"]
