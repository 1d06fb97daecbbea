"""All that a report can be checked against, opened from one run's folder.

The journal, the two trees, the audit of the base tree and the stored outputs. The audit is worked
out anew from the base tree each time: a stored one could be forged. Nothing outside the run's
folder is read.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_agent.beneath import read_beneath
from mlops_agent.contracts.change import Probe
from mlops_agent.contracts.finding import Audit, AuditSummary
from mlops_agent.distrust.scanning import Scan, scan
from mlops_agent.journal.reading import read_journal
from mlops_agent.report.checkouts import check_out_tree
from mlops_agent.report.ledger import Ledger
from mlops_agent.report.redaction import redactor_of
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.workspace.adopting import adopt_trees
from mlops_agent.workspace.diff import Diff
from mlops_agent.workspace.names import shown
from mlops_agent.workspace.removing import passing_folder, remove_tree
from mlops_agent.workspace.snapshot import Tree, Trees

if TYPE_CHECKING:
    from mlops_agent.settings import Settings

TREES = "trees.git"
MOST_STORED = 256 * 1024 * 1024
"""Bytes of a file of a run's folder above which it is none that a run wrote."""
NO_AUDIT = Audit(findings=[], summary=AuditSummary(error=0, warning=0, note=0, suppressed=0))


@dataclass(frozen=True)
class Evidence:
    """The record of one run. `trees` is None for a run that stopped before it had any.

    `known_scan` is for the run itself, which has scanned its base tree already.
    """

    run_folder: Path
    ledger: Ledger
    trees: Trees | None
    known_scan: Scan | None = None

    @classmethod
    def of_run(cls, run_folder: Path, known_scan: Scan | None = None) -> Evidence:
        """Open a run's folder.

        Raises BadInputError where there is no journal, or naming the line at which it is broken.
        """
        # git is given it by name, from another working directory than ours.
        run_folder = run_folder.resolve()
        ledger = Ledger(read_journal(run_folder))
        if not (run_folder / TREES).is_dir():
            return cls(run_folder, ledger, None, known_scan)
        # The folder may be a stranger's: its git configuration must not count.
        home = Path(tempfile.mkdtemp(prefix="mlops-agent-evidence-"))
        try:
            trees = adopt_trees(run_folder, home / TREES)
            evidence = cls(run_folder, ledger, trees, known_scan)
        except BaseException:
            remove_tree(home)
            raise
        weakref.finalize(evidence, remove_tree, home)
        return evidence

    @cached_property
    def redactor(self) -> Redactor:
        """Blanks what must not be told of the run, the same way on every machine."""
        return redactor_of(self.trees)

    @property
    def audit(self) -> Audit:
        """A fresh audit of the base tree; empty of findings where there is no tree."""
        return self._audited[0]

    def probe_of(self, fingerprint: str) -> Probe | None:
        """The probe that comes with the rule's own fix of a finding of the audit, or None."""
        return self._audited[1].get(fingerprint)

    @cached_property
    def settings(self) -> Settings:
        """The settings that the base tree has; the defaults where there is no tree."""
        from mlops_agent.settings import Settings, load_settings

        if self.trees is None:
            return Settings()
        with passing_folder("mlops-agent-settings-") as folder:
            check_out_tree(self.trees, "base", folder)
            return load_settings(folder)

    @cached_property
    def _audited(self) -> tuple[Audit, dict[str, Probe]]:
        from mlops_agent.lifecycle.reading import read_lifecycle
        from mlops_agent.risks.auditing import audit_lifecycle
        from mlops_agent.risks.fixes import fix_for
        from mlops_agent.settings import load_settings

        if self.trees is None:
            return NO_AUDIT, {}
        with passing_folder("mlops-agent-audit-") as folder:
            check_out_tree(self.trees, "base", folder)
            settings = load_settings(folder)
            lifecycle = read_lifecycle(folder, settings=settings)
            audit = audit_lifecycle(lifecycle, settings)
            fixes = ((one, fix_for(lifecycle, one)) for one in audit.findings)
            return audit, {one.fingerprint: fix.probe for one, fix in fixes if fix is not None}

    @cached_property
    def scan(self) -> Scan:
        """What the base tree holds of hidden text and of text that speaks to agents."""
        from mlops_agent.report.repeated import asked_in, files_below

        started = self.ledger.started
        if self.known_scan is not None or self.trees is None or started is None:
            return self.known_scan or Scan()
        with passing_folder("mlops-agent-scan-") as folder:
            self.trees.checkout("base", folder)
            return scan(files_below(folder), asked_in(started.request))

    @cached_property
    def contents_changed(self) -> tuple[tuple[str, bytes | None, bytes | None], ...]:
        """The changed paths with their bytes in the base and in the proposed tree."""
        before, after = self._read_changed("base"), self._read_changed("proposed")
        return tuple((path, before.get(path), after.get(path)) for path in self.changed)

    def _read_changed(self, tree: Tree) -> dict[str, bytes]:
        known = self._names[tree]
        names = {known[path]: path for path in self.changed if path in known}
        read = self.trees.read_all(tree, list(names)) if self.trees and names else {}
        return {names[name]: data for name, data in read.items()}

    @cached_property
    def base_hash(self) -> str:
        """The git tree of the base, empty where there is none."""
        return self.trees.hash("base") if self.trees else ""

    @cached_property
    def proposed_hash(self) -> str:
        """The git tree of the proposal, empty where there is none."""
        return self.trees.hash("proposed") if self.diff and self.trees else ""

    @cached_property
    def diff(self) -> Diff | None:
        """Git's own diff of the two trees; None where the run proposes nothing."""
        return self.trees.diff() if self.trees and self.trees.has("proposed") else None

    @property
    def changed(self) -> tuple[str, ...]:
        """Paths that differ between the two trees."""
        return self.diff.files if self.diff else ()

    def paths(self, tree: Tree) -> tuple[str, ...]:
        """All paths of a tree, in the printable form that reports and diffs have."""
        return tuple(self._names[tree])

    def read(self, tree: Tree, path: str) -> bytes | None:
        """The bytes of a file of a tree, or None where it has no such file."""
        name = self._names[tree].get(path)
        return self.trees.read(tree, name) if self.trees and name is not None else None

    def contents(self, tree: Tree, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Some files of a tree with their bytes (of a link: its target), one at a time."""
        if self.trees is None:
            return
        with passing_folder("mlops-agent-search-") as folder:
            self.trees.checkout(tree, folder)
            for path in paths:
                yield path, _content(folder, self._names[tree][path])

    @cached_property
    def _names(self) -> dict[Tree, dict[str, str]]:
        """The names of the files by their printable form, for each tree."""
        names: dict[Tree, dict[str, str]] = {"base": {}, "proposed": {}}
        for tree, by_form in names.items():
            if self.trees is not None and self.trees.has(tree):
                by_form.update((shown(path), path) for path in self.trees.paths(tree))
        return names

    def line(self, tree: Tree, path: str, number: int) -> str | None:
        """One line of a file, 1-based, without its end, redacted; None where there is none."""
        data = self.read(tree, path)
        # The whole file, since a key's line alone says nothing of what it belongs to.
        return None if data is None else _line(self.redactor.data(data), number)

    def exact_line(self, tree: Tree, path: str, number: int) -> str | None:
        """As `line`, as it stands in the file: to compare with, never to tell."""
        data = self.read(tree, path)
        return None if data is None else _line(data, number)

    def stored(self, path: str) -> bytes | None:
        """The bytes of a file of the run's folder; None where none such lies there."""
        try:
            return read_beneath(self.run_folder, path, MOST_STORED)
        except OSError:
            return None


def _content(root: Path, name: str) -> bytes:
    try:
        return read_beneath(root, name, sys.maxsize)
    except OSError:
        return os.fsencode((root / name).readlink())


def _line(data: bytes, number: int) -> str | None:
    # Lines as git counts them. A form feed or U+2028 does not end one.
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    if not 1 <= number <= len(lines):
        return None
    return lines[number - 1].removesuffix(b"\r").decode(errors="replace")


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
