"""What an interpreter of a document is told about the file it stands in."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

_TEMPLATE_SUFFIXES = frozenset({".tmpl", ".tpl", ".j2", ".jinja", ".jinja2", ".template"})


@dataclass(frozen=True, slots=True)
class Source:
    """A file being read: path from the root (POSIX), stored lines, whether it was masked."""

    path: str
    lines: tuple[str, ...]
    templated: bool = False

    @property
    def name(self) -> str:
        """The file's own name, without a template's suffix (`a.yml.tmpl` is `a.yml`)."""
        name = posixpath.basename(self.path)
        stem, suffix = posixpath.splitext(name)
        return stem if suffix in _TEMPLATE_SUFFIXES else name

    @property
    def folder(self) -> str:
        """The folder the file stands in, "" at the root."""
        return posixpath.dirname(self.path)

    def clamp(self, line: int) -> int:
        """A line number that is within the file."""
        return max(1, min(line, len(self.lines) or 1))


def joined_path(folder: str, path: str) -> str:
    """A path relative to a folder, made relative to the root; URLs and absolute paths stay."""
    if "://" in path or path.startswith("/") or not path:
        return path
    return posixpath.normpath(posixpath.join(folder, path))
