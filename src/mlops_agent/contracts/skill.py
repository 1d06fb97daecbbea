"""Our own name among the skills that work can be somebody's."""

from __future__ import annotations

OURS = "mlops-engineer"
