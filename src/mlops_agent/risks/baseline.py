"""The baseline: findings that were there when the audit was taken up, kept in a file.

They stay in the output as suppressed; those that are gone are counted as resolved.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from mlops_agent.contracts.base import Document, Record
from mlops_agent.contracts.finding import Finding
from mlops_agent.errors import BadInputError

if TYPE_CHECKING:
    from mlops_agent.settings import Settings

_MOST_BYTES = 64 * 1024 * 1024


class Accepted(Record):
    """One finding that was accepted; only the fingerprint counts, the rest is for the reader."""

    fingerprint: str
    rule: str
    path: str
    reason: str = ""


class Baseline(Document):
    """The file's content, in the order of path, rule and fingerprint."""

    schema_: Literal["mlops-agent/baseline/1"] = Field(
        default="mlops-agent/baseline/1", alias="schema"
    )
    findings: list[Accepted] = []

    @classmethod
    def of(cls, findings: list[Finding], earlier: Baseline | None) -> Baseline:
        """Accept every finding that no comment suppresses, keeping the reasons written before."""
        reasons = {one.fingerprint: one.reason for one in (earlier.findings if earlier else [])}
        accepted = [
            Accepted(
                fingerprint=finding.fingerprint,
                rule=finding.rule,
                path=finding.path,
                reason=reasons.get(finding.fingerprint, ""),
            )
            for finding in findings
            if not (finding.suppression and finding.suppression.kind == "inline")
        ]
        return cls(findings=sorted(accepted, key=lambda a: (a.path, a.rule, a.fingerprint)))


def read_baseline(path: Path) -> Baseline:
    """Read a baseline file.

    Raises:
        BadInputError: it is not there or not a baseline.
    """
    try:
        return Baseline.from_json(_bytes(path))
    except OSError as error:
        raise BadInputError(
            f"baseline {path}: {error.strerror or error}", "make it with --update-baseline"
        ) from error
    except ValidationError as error:
        raise BadInputError(
            f"baseline {path} is not a baseline file", "make it anew with --update-baseline"
        ) from error


def _bytes(path: Path) -> bytes:
    # Where the settings name it, it is the repository's: a pipe would be waited for.
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise BadInputError(f"baseline {path} is not a regular file", "name a plain file")
    if status.st_size > _MOST_BYTES:
        raise BadInputError(f"baseline {path} is larger than {_MOST_BYTES // 1024**2} MiB")
    return path.read_bytes()


def write_baseline(path: Path, findings: list[Finding]) -> None:
    """Write the findings to the file, keeping the reasons that an earlier version held.

    Raises:
        BadInputError: the earlier version is no baseline, or the file cannot be written.
    """
    earlier = read_baseline(path) if path.exists() else None
    try:
        path.write_text(Baseline.of(findings, earlier).to_json(), encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"cannot write {path}: {error.strerror or error}") from error


def baseline_path(
    repo: Path, settings: Settings, given: Path | None, *, needed: bool
) -> Path | None:
    """The baseline file: the one given by flag (must exist unless it is to be written), or the
    settings' one below the repository, or None.

    Raises:
        BadInputError: there is none though one is needed, or the settings point out of the
            repository.
    """
    if given is not None:
        if not needed and not given.exists():
            raise BadInputError(f"baseline {given} does not exist", "make it: --update-baseline")
        return given
    if settings.baseline:
        path = repo / settings.baseline
        place, root = path.resolve(), repo.resolve()
        if not place.is_relative_to(root) or ".git" in place.relative_to(root).parts:
            raise BadInputError(
                f"settings: baseline {settings.baseline} lies outside the repository"
            )
        return path
    if needed:
        raise BadInputError("--update-baseline needs --baseline FILE", "or `baseline:` in settings")
    return None
