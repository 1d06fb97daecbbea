"""Which files belong to the repository's own lifecycle.

Owns the default exclusions (tests, documentation, examples, vendored code) and the settings'
`exclude` and `include`, which win over them. What is left out is named, folder by folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

_TESTS = "tests are not part of the lifecycle"
_DOCS = "documentation is not part of the lifecycle"
_EXAMPLES = "examples are not part of the lifecycle"
_VENDORED = "vendored code of somebody else"
_CACHE = "generated files"
FOLDERS = {
    "tests": _TESTS,
    "test": _TESTS,
    "testing": _TESTS,
    "testdata": _TESTS,
    "test_data": _TESTS,
    "__tests__": _TESTS,
    "e2e": _TESTS,
    "docs": _DOCS,
    "doc": _DOCS,
    "examples": _EXAMPLES,
    "example": _EXAMPLES,
    "notebooks-archive": _EXAMPLES,
    "vendor": _VENDORED,
    "vendored": _VENDORED,
    "third_party": _VENDORED,
    "thirdparty": _VENDORED,
    "node_modules": _VENDORED,
    "site-packages": _VENDORED,
    "bower_components": _VENDORED,
    ".venv": _VENDORED,
    "venv": _VENDORED,
    "mlruns": _CACHE,
    "mlartifacts": _CACHE,
    "__pycache__": _CACHE,
    ".ipynb_checkpoints": _CACHE,
}
"""Folder names that are out of scope wherever they stand, with the reason."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What to leave out: patterns over the whole path (`*` crosses slashes), `include` first."""

    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()

    def left_out(self, path: str) -> tuple[str, str] | None:
        """The file or folder (with a slash at its end) to name as left out and why, or None."""
        if _any(path, self.include):
            return None
        if _any(path, self.exclude):
            return path, "excluded by the settings"
        parts = path.split("/")
        for depth, part in enumerate(parts[:-1]):
            reason = FOLDERS.get(part.lower())
            if reason is not None:
                return "/".join(parts[: depth + 1]) + "/", reason
        chart = _foreign_chart(parts)
        if chart:
            return chart, _VENDORED
        if _is_test(parts[-1]):
            return path, _TESTS
        return None


def _is_test(name: str) -> bool:
    stem = name.removesuffix(".py")
    return stem != name and (
        stem.startswith("test_") or stem.endswith("_test") or stem == "conftest"
    )


def _foreign_chart(parts: list[str]) -> str:
    """The folder of a Helm chart inside another chart's `charts/`, or "" for any other path."""
    for depth in range(2, len(parts) - 2):
        if parts[depth] == "charts" and "charts" in parts[: depth - 1]:
            return "/".join(parts[: depth + 2]) + "/"
    return ""


def _any(path: str, patterns: Sequence[str]) -> bool:
    return any(
        fnmatchcase(path, pattern) or fnmatchcase(path, pattern.rstrip("/") + "/*")
        for pattern in patterns
    )
