"""Which tracked file or folder a path written in a file means.

A path may be relative to the file's folder, to a working directory, or to the root; it may stand
inside a container (`/app/src/train.py`) or behind a variable (`${{ github.workspace }}/x`).
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable

from mlops_agent.lifecycle.dispatch import without_template_suffix

_PREFIX = re.compile(r"(?:file:|local:|azureml:)?(?:\$?\{\{[^}]*\}\}|\$\{[^}]*\}|\$\w+|\{\})/")
_SCHEME = re.compile(r"\A(?:file:(?://)?|local:)")
_FORBIDDEN = re.compile(r"[\s*?<>|\"'`;]|://|\$\(|\{\{")


class Places:
    """The tracked files and folders of a repository."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.files = frozenset(paths)
        self._inside: defaultdict[str, list[str]] = defaultdict(list)
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self.files):
            self._by_name[posixpath.basename(path)].append(path)
            folder = posixpath.dirname(path)
            while folder:
                self._inside[folder].append(path)
                folder = posixpath.dirname(folder)
        self._inside[""] = sorted(self.files)
        bare = ((without_template_suffix(path), path) for path in sorted(self.files))
        self._twins = {name: path for name, path in bare if name != path}
        self._normals: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}

    def file(self, written: str, *bases: str) -> str | None:
        """The tracked file that a written path means from one of the base folders, or None.

        In a project template `train.py` means `train.py.tmpl`.
        """
        for path in (written, *self._normal(written, bases)):
            twin = self._twins.get(path)
            if path in self.files or twin is not None:
                return path if path in self.files else twin
        return None

    def folder(self, written: str, *bases: str) -> str | None:
        """The folder with tracked files that a written path means, or None; "" is the root."""
        return next((p for p in self._normal(written, bases) if p in self._inside), None)

    def inside(self, folder: str) -> tuple[str, ...]:
        """The tracked files anywhere below a folder."""
        return tuple(self._inside.get(folder, ()))

    def by_tail(self, written: str, near: str = "") -> str | None:
        """The one tracked file that ends like a container's path: `/app/src/train.py`.

        Of several, the one below `near`, or below the nearest folder above it; None when that
        leaves more than one.
        """
        plain = _plain(written)
        if plain is None or "." not in posixpath.basename(plain):
            return None
        parts = [part for part in plain.split("/") if part not in ("", ".", "..")]
        candidates = self._by_name.get(parts[-1], []) if parts else []
        for start in range(len(parts)):
            tail = "/".join(parts[start:])
            found = [p for p in candidates if p == tail or p.endswith("/" + tail)]
            while len(found) > 1 and near:
                below = [p for p in found if p.startswith(near + "/")]
                if below:
                    found = below
                    break
                near = posixpath.dirname(near)
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _normal(self, written: str, bases: tuple[str, ...]) -> tuple[str, ...]:
        # Words of commands (`-m`, `pip`, `$HOME`) recur by the thousand in a large repository.
        known = self._normals.get((written, bases))
        if known is None:
            known = tuple(_candidates(written, bases))
            self._normals[written, bases] = known
        return known


def _candidates(written: str, bases: tuple[str, ...]) -> list[str]:
    """The paths from the root that a written path may mean, the nearest base first."""
    plain = _plain(written)
    if plain is None:
        return []
    found: list[str] = []
    for base in (*bases, ""):
        joined = posixpath.normpath(posixpath.join(base, plain.lstrip("/")))
        joined = "" if joined == "." else joined
        if not joined.startswith("../") and joined not in found:
            found.append(joined)
    return found


def _plain(written: str) -> str | None:
    """The written path without scheme and leading variable; None for what is no plain path."""
    marked = "$" in written or "{" in written
    text = _PREFIX.sub("", written.strip(), count=1) if marked else written
    text = _SCHEME.sub("", text.strip())
    if not text or len(text) > 400 or _FORBIDDEN.search(text) or text.startswith(("-", "~")):
        return None
    return text
