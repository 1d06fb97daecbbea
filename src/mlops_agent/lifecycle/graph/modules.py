"""Which file of the repository a Python module name means.

Owns the search over source roots: the importing script's own folder, the folders above it, then
any other folder that is no package itself (src layouts, `sys.path` additions). An ambiguous name
resolves to nothing rather than to a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from mlops_agent.lifecycle.dispatch import without_template_suffix
from mlops_agent.vocabulary.lookup import vocabulary

_INIT = "__init__"


class ModuleTable:
    """Module names of the repository's Python files."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_last: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._path: dict[tuple[str, ...], str] = {}
        for path in paths:
            bare = without_template_suffix(path)
            if not bare.endswith(".py"):
                continue
            parts = tuple(bare.removesuffix(".py").split("/"))
            if parts[-1] == _INIT:
                parts = parts[:-1]
            if parts:
                self._path.setdefault(parts, path)
                self._by_last[parts[-1]].append(parts)

    def resolve(self, importer: str, module: str) -> str | None:
        """The file that `module` (maybe with leading dots) means in the file `importer`."""
        folder = tuple(importer.split("/")[:-1])
        if module.startswith("."):
            return self._relative(folder, module)
        wanted = tuple(module.split("."))
        found = [p for p in self._by_last.get(wanted[-1], []) if p[-len(wanted) :] == wanted]
        if not found:
            return None
        roots = {parts[: len(parts) - len(wanted)]: parts for parts in found}
        for depth in range(len(folder), -1, -1):
            if folder[:depth] in roots:
                return self._path[roots[folder[:depth]]]
        if vocabulary().framework_of(module) is not None:
            return None
        return self._elsewhere(folder, roots)

    def resolve_symbol(self, importer: str, dotted: str) -> tuple[str, str] | None:
        """The file and the name inside it that a dotted name means: `pkg.mod.Class.method`."""
        dots = len(dotted) - len(dotted.lstrip("."))
        parts = dotted[dots:].split(".")
        for cut in range(len(parts), 0, -1):
            path = self.resolve(importer, "." * dots + ".".join(parts[:cut]))
            if path is not None:
                return path, ".".join(parts[cut:])
        if dots:
            path = self.resolve(importer, "." * dots)
            return (path, ".".join(parts)) if path is not None else None
        return None

    def _relative(self, folder: tuple[str, ...], module: str) -> str | None:
        dots = len(module) - len(module.lstrip("."))
        if dots - 1 > len(folder):
            return None
        base = folder[: len(folder) - (dots - 1)]
        rest = tuple(part for part in module[dots:].split(".") if part)
        return self._path.get(base + rest)

    def _elsewhere(
        self, folder: tuple[str, ...], roots: dict[tuple[str, ...], tuple[str, ...]]
    ) -> str | None:
        """The one root that is no package, nearest to the importer; None if two are as near."""
        outside = {root: parts for root, parts in roots.items() if root not in self._path}
        ranked = sorted(outside, key=lambda root: (-_shared(folder, root), len(root)))
        if not ranked:
            return None
        if len(ranked) > 1 and _rank(folder, ranked[0]) == _rank(folder, ranked[1]):
            return None
        return self._path[outside[ranked[0]]]


def _rank(folder: tuple[str, ...], root: tuple[str, ...]) -> tuple[int, int]:
    return (_shared(folder, root), len(root))


def _shared(one: tuple[str, ...], two: tuple[str, ...]) -> int:
    count = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        count += 1
    return count
