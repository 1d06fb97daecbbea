"""Whether a dependency's declaration lets a version in, as far as the repository tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from mlops_agent.lifecycle.facts import Requirement

CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>|=|\^|~)?\s*v?(\d+(?:\.\d+)*)")
RELEASE = re.compile(r"v?(\d+(?:\.\d+)*)")
EXACT = frozenset({"==", "===", "", "=", "<="})
Version = tuple[int, ...]


def admits_from(requirement: Requirement, least: Version) -> bool:
    """Whether any version at or above `least` satisfies the declaration.

    Understands PEP 440 operators, Poetry's caret and tilde, and conda's single `=`.
    """
    if requirement.exact is not None:
        return _numbers(requirement.exact) >= least
    clauses = CLAUSE.findall(requirement.specifier)
    return not any(_below(operator, _numbers(text), least) for operator, text in clauses)


def all_admit(requirements: Iterable[Requirement], least: Version) -> bool:
    """Whether there are declarations and none of them keeps the version out."""
    found = list(requirements)
    return bool(found) and all(admits_from(one, least) for one in found)


def _below(operator: str, version: Version, least: Version) -> bool:
    """Whether this clause alone keeps out everything from `least` on."""
    if operator == "<":
        return version <= least
    upper = UPPER.get(operator)
    if upper is not None:
        return len(version) > 1 and upper(version) <= least
    return operator in EXACT and version < least[: len(version)]


def _next(version: Version) -> Version:
    return (*version[:-1], version[-1] + 1)


def _caret(version: Version) -> Version:
    for place, number in enumerate(version):
        if number:
            return (*version[:place], number + 1)
    return _next(version)


def _numbers(text: str) -> Version:
    release = RELEASE.match(text.strip())
    return tuple(int(part) for part in release[1].split(".")) if release else ()


# What the operator allows ends below this version.
UPPER: dict[str, Callable[[Version], Version]] = {
    "~=": lambda version: _next(version[:-1]),
    "~": lambda version: _next(version[:2]),
    "^": _caret,
}
