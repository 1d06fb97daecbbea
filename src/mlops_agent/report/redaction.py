"""What a run's record is redacted by: known formats and the values of the base tree's own files.

Both are the same on every machine, so a report can be checked anywhere. The operator's environment
is not among them; a run blanks its values on top. What the formats find in ordinary files is known
too, so that it stays unseen where its context is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from mlops_agent.sandbox.secrets.known import is_secret_file
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.workspace.host_git import git
from mlops_agent.workspace.snapshot import Trees

MOST_FILES = 200
MOST_CODE_BYTES = 256 * 1024
"""Of one ordinary file; a larger one is not looked at."""
MOST_CODE = 8 * 1000 * 1000
"""Bytes of all ordinary files that are looked at, about two seconds' worth."""
_DATA = frozenset({".csv", ".tsv", ".jsonl", ".lock", ".svg", ".log", ".parquet", ".png", ".jpg"})
_TREES_KEPT = 4
_TEXT_BYTES = 8192


def redactor_of(trees: Trees | None) -> Redactor:
    """The redactor for what is told of a run with these trees."""
    return Redactor() if trees is None else _Known(trees).redactor()


class _Known:
    """Trees that are the same to a cache where their base trees are: an id names its content."""

    def __init__(self, trees: Trees) -> None:
        self.trees = trees
        self._base = trees.hash("base")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other._base == self._base

    def __hash__(self) -> int:
        return hash(self._base)

    def redactor(self) -> Redactor:
        return _redactor(self)


@lru_cache(maxsize=_TREES_KEPT)
def _redactor(known: _Known) -> Redactor:
    trees = known.trees
    return Redactor().of_files(_secret_files(trees)).of_code(_code(trees))


def _secret_files(trees: Trees) -> Iterator[bytes]:
    named = [path for path in trees.paths("base") if is_secret_file(path)]
    yield from trees.read_all("base", named[:MOST_FILES]).values()


def _code(trees: Trees) -> Iterator[bytes]:
    """The ordinary text files of the base tree, by their paths' order, up to MOST_CODE bytes."""
    paths: dict[str, str] = {}
    for path, entry in trees.entries("base").items():
        if PurePosixPath(path).suffix.lower() not in _DATA:
            paths.setdefault(entry.object_id, path)
    left, chosen = MOST_CODE, list[str]()
    for object_id, size in _sizes(trees, list(paths)):
        if size <= min(left, MOST_CODE_BYTES):
            left -= size
            chosen.append(paths[object_id])
    for data in trees.read_all("base", chosen).values():
        if b"\0" not in data[:_TEXT_BYTES]:
            yield data


def _sizes(trees: Trees, ids: Sequence[str]) -> Iterator[tuple[str, int]]:
    asked = "".join(f"{one}\n" for one in ids)
    form = "--batch-check=%(objectname) %(objectsize)"
    for line in git(trees.git_dir, "cat-file", form, stdin=asked.encode()).splitlines():
        object_id, _, size = line.decode().partition(" ")
        if size.isdigit():
            yield object_id, int(size)
