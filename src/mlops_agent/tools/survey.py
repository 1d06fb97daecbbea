"""The lifecycle and the audit of the base tree, read once a run and only when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from mlops_agent.contracts.change import Fix
from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.lifecycle import LifecycleMap
from mlops_agent.sandbox.secrets.records import redacted
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.settings import Settings, load_settings

if TYPE_CHECKING:
    from mlops_agent.distrust.scanning import Scan
    from mlops_agent.lifecycle.reading import Lifecycle


class Survey:
    """What is known of the tree that a run started from.

    Args:
        base: returns a folder that holds the base tree; called at most once.
        asked: what the caller said.
    """

    def __init__(self, base: Callable[[], Path], asked: str = "") -> None:
        self._base = base
        self._asked = asked

    @cached_property
    def root(self) -> Path:
        """The folder with the base tree."""
        return self._base()

    @cached_property
    def settings(self) -> Settings:
        """The repository's settings; raises BadInputError for a mistake in them."""
        return load_settings(self.root)

    @cached_property
    def lifecycle(self) -> Lifecycle:
        """Facts, graph and map."""
        from mlops_agent.lifecycle.reading import read_lifecycle

        return read_lifecycle(self.root, settings=self.settings)

    @cached_property
    def map(self) -> LifecycleMap:
        """The map as it may be told: names are the repository's own text."""
        return redacted(self.lifecycle.map, Redactor())

    @cached_property
    def findings(self) -> list[Finding]:
        """The standing findings, in the audit's order."""
        from mlops_agent.risks.auditing import audit_lifecycle

        audit = audit_lifecycle(self.lifecycle, self.settings)
        return [finding for finding in audit.findings if not finding.suppressed]

    @cached_property
    def scan(self) -> Scan:
        """What the tree holds of hidden text and of text that speaks to agents."""
        from mlops_agent.distrust.scanning import scan
        from mlops_agent.report.repeated import files_below

        return scan(files_below(self.root), self._asked)

    @property
    def scanned(self) -> Scan | None:
        """The scan, where somebody asked for it before."""
        return cast("Scan | None", self.__dict__.get("scan"))

    def finding(self, fingerprint: str) -> Finding | None:
        """The standing finding with this fingerprint, or with the only one that begins so."""
        fitting = [one for one in self.findings if one.fingerprint.startswith(fingerprint)]
        return fitting[0] if len(fitting) == 1 else None

    def fix(self, finding: Finding) -> Fix | None:
        """The rule's fix for a finding, or None."""
        from mlops_agent.risks.fixes import fix_for

        return fix_for(self.lifecycle, finding)
