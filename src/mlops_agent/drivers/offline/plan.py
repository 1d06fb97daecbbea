"""The findings to mend together with their fixes, and what follows: files, lines, probes."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from mlops_agent.contracts.change import Fix, Probe, TextEdit
from mlops_agent.tools.risks import ListedFinding


@dataclass(frozen=True, slots=True)
class Plan:
    """Findings with their fixes, in the order in which they are made. Edits come once each."""

    steps: tuple[tuple[ListedFinding, Fix], ...]

    @property
    def findings(self) -> tuple[ListedFinding, ...]:
        """The findings that are mended; the first gives the report its risk."""
        return tuple(finding for finding, _ in self.steps)

    @property
    def edits(self) -> tuple[TextEdit, ...]:
        """All edits, without those that two fixes share."""
        return tuple(dict.fromkeys(edit for _, fix in self.steps for edit in fix.edits))

    @property
    def probes(self) -> tuple[Probe, ...]:
        """All probes, without those that two fixes share."""
        probes = [fix.probe for _, fix in self.steps]
        return tuple({(one.name, *one.arguments): one for one in probes}.values())

    @property
    def files(self) -> list[str]:
        """The files that the edits touch, sorted."""
        return sorted({edit.path for edit in self.edits})

    @property
    def line_budget(self) -> int:
        """Lines that the edits add and remove."""
        return max(1, sum(_lines(edit) for edit in self.edits))


def _lines(edit: TextEdit) -> int:
    changed = difflib.ndiff(edit.old.splitlines(), edit.new.splitlines())
    return sum(line[:2] in {"+ ", "- "} for line in changed)
