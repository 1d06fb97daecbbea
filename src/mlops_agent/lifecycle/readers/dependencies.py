"""One dependency text ("scikit-learn[x]==1.4 ; marker") as a Requirement, wherever it stands."""

from __future__ import annotations

import re

from mlops_agent.lifecycle.facts import Requirement

_NAMED = re.compile(
    r"\s*(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*"
    r"(?P<rest>@.*|\(?\s*(?:[=<>!~]=?=?|\^).*)?\s*\Z",
    re.DOTALL,
)
MAX_TEXT = 500
_MARKER = re.compile(r";| #")
_EXACT = re.compile(r"={2,3}\s*([^\s,;*]+)\Z")


def normalised(name: str) -> str:
    """A package name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement_of(
    text: str, *, path: str, line: int, source: str, group: str, hashed: bool = False
) -> Requirement | None:
    """The requirement that a dependency text declares, or None when it names no package.

    Args:
        text: PEP 508 text; the marker after `;` is left off.
        path: the file.
        line: its 1-based line there.
        source: as in the fact `Requirement`.
        group: the extra, dependency group, file or step.
        hashed: whether hashes are pinned along with it.
    """
    # White space collapsed: the pattern below would try every way to share a long run of it.
    bare = " ".join(_MARKER.split(text, maxsplit=1)[0][:MAX_TEXT].split())
    match = _NAMED.match(bare)
    if match is None:
        return None
    specifier = (match["rest"] or "").strip().strip("()").strip()
    exact = _EXACT.match(specifier)
    return Requirement(
        path=path,
        line=line,
        end_line=line,
        package=normalised(match["name"]),
        specifier=specifier,
        exact=exact[1] if exact else None,
        source=source,
        group=group,
        hashed=hashed,
    )
