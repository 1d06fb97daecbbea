"""What a process took between two points of its life: own CPU, its children's, peak memory.

Used inside the measured process; standard library only, so that it adds nothing to be measured.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path


def _taken() -> tuple[float, float]:
    used = os.times()
    return time.process_time(), used.children_user + used.children_system


@dataclass(slots=True)
class Marks:
    """Takes the readings; `tell` prints them as JSON, the last line of the process's output."""

    imported: float = 0.0
    begun: tuple[float, float] = (0.0, 0.0)
    ended: tuple[float, float] = (0.0, 0.0)
    peak: int = 0
    told: dict[str, float] = field(default_factory=dict[str, float])

    def begin(self) -> None:
        """All is imported and made ready: the loop begins."""
        self.begun = _taken()

    def end(self) -> None:
        """The loop is over."""
        self.ended = _taken()
        self.peak = peak_kib()

    def tell(self) -> None:
        """Print CPU seconds of the loop, of it the children's, and peak KiB then and by now."""
        own, children = (self.ended[i] - self.begun[i] for i in (0, 1))
        total = time.process_time()
        figures = {"own": own, "children": children, "before": self.begun[0], "total": total}
        print(json.dumps({**figures, "peak_loop": self.peak, "peak": peak_kib()}))


def peak_kib() -> int:
    """The most memory that this process itself ever held at once (VmHWM), in KiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
