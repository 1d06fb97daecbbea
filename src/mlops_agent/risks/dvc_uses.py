"""Which files a DVC stage uses and whether DVC knows of it.

Owns the reading of a stage's commands: the scripts they run with what these import, the data that
the scripts read under a literal name, and the files that are packed or copied. A file counts only
where the repository tracks it or a stage produces it; what cannot be told is left out.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlops_agent.lifecycle.facts import Call, Command, DvcOutput, DvcStage
from mlops_agent.vocabulary.lookup import bare_command

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

How = Literal["runs", "imports", "reads", "packs"]
IMPORT_DEPTH = 3
"""Imports of imports that are followed; deeper ones are library code of the repository's own."""
_SCRIPTS = (".py", ".sh", ".bash", ".R", ".ipynb")
_PACKERS = frozenset({"tar", "zip", "cp", "rsync"})
_READERS = frozenset({"read_csv", "read_parquet", "read_json", "read_excel", "read_feather"})
_TAR_VALUES = frozenset({"-C", "--directory", "--exclude", "-X", "-T", "-I"})


@dataclass(frozen=True, slots=True)
class Use:
    """A file that a stage uses: how, and where that is written."""

    path: str
    how: How
    at: str
    line: int


def undeclared(lifecycle: Lifecycle, stage: DvcStage) -> list[Use]:
    """The files that a stage uses but neither lists nor produces, each once, in file order."""
    known = _Known(lifecycle)
    found: dict[str, Use] = {}
    for use in _uses(lifecycle, stage, known):
        if not _declared(use.path, stage):
            found.setdefault(use.path, use)
    return sorted(found.values(), key=lambda use: use.path)


class _Known:
    """The paths that exist for DVC: tracked by git, or put out by a stage or a `.dvc` file."""

    def __init__(self, lifecycle: Lifecycle) -> None:
        self.tracked = frozenset(lifecycle.tracked)
        outs = {out for stage in lifecycle.facts.of(DvcStage) for out in stage.outs}
        self.outs = frozenset(outs | {out.target for out in lifecycle.facts.of(DvcOutput)})

    def below(self, folder: str) -> list[str]:
        """The tracked files in a folder and under it."""
        return sorted(path for path in self.tracked if path.startswith(folder + "/"))


def _declared(path: str, stage: DvcStage) -> bool:
    named = {*stage.deps, *stage.outs, *stage.metrics}
    named |= {
        posixpath.normpath(posixpath.join(stage.wdir, param.partition(":")[0]))
        for param in stage.params
        if ":" in param
    }
    if stage.params and posixpath.basename(path) == "params.yaml":
        return True
    above = [path]
    while above[-1]:
        above.append(posixpath.dirname(above[-1]))
    return any(place in named for place in (*above[:-1], "."))


def _uses(lifecycle: Lifecycle, stage: DvcStage, known: _Known) -> Iterator[Use]:
    for command in lifecycle.facts.of(Command, stage.path):
        if command.owner != stage.name or command.origin != "dvc":
            continue
        argv = bare_command(command.argv)
        for script in _scripts(argv, command.working_directory, known):
            yield Use(script, "runs", command.path, command.line)
            yield from _imported(lifecycle, script)
            yield from _read(lifecycle, stage, script, known)
        if argv and posixpath.basename(argv[0]) in _PACKERS:
            yield from _packed(argv, command, known)


def _scripts(argv: tuple[str, ...], folder: str, known: _Known) -> Iterator[str]:
    """The first word of a command that is a script of the repository, or its `-m` module."""
    for place, word in enumerate(argv[:6]):
        if word == "-m" and place + 1 < len(argv):
            module = _joined(folder, argv[place + 1].replace(".", "/"))
            for path in (f"{module}.py", f"{module}/__main__.py"):
                if path in known.tracked:
                    yield path
            return
        if word.endswith(_SCRIPTS):
            path = _joined(folder, word)
            if path in known.tracked:
                yield path
            return


def _imported(lifecycle: Lifecycle, script: str) -> Iterator[Use]:
    for path in lifecycle.graph.closure(script, IMPORT_DEPTH) - {script}:
        empty = path.endswith("__init__.py") and not lifecycle.facts.text(path).strip()
        if not empty:
            way = lifecycle.graph.way(script, path)
            first = way[0] if way else None
            yield Use(path, "imports", script, first.line if first else 1)


def _read(lifecycle: Lifecycle, stage: DvcStage, script: str, known: _Known) -> Iterator[Use]:
    for call in lifecycle.facts.of(Call, script):
        name = call.name.rpartition(".")[2]
        if name not in _READERS and call.name not in ("open", "builtins.open"):
            continue
        source = call.argument("file" if name == "open" else "filepath_or_buffer", 0)
        mode = call.argument("mode", 1) if name == "open" else None
        if source is None or not source.string or (mode and mode.string not in ("r", "rb", "rt")):
            continue
        path = _joined(stage.wdir, source.string)
        if path in known.tracked or path in known.outs:
            yield Use(path, "reads", script, call.line)


def _packed(argv: tuple[str, ...], command: Command, known: _Known) -> Iterator[Use]:
    for word in _sources(argv):
        path = _joined(command.working_directory, word)
        inside = [path] if path in known.tracked | known.outs else known.below(path)
        for file in inside:
            yield Use(file, "packs", command.path, command.line)


def _sources(argv: tuple[str, ...]) -> list[str]:
    """What a packing or copying command takes in; its target and option values are not."""
    name = posixpath.basename(argv[0])
    words = list(_plain(argv[1:]))
    if name in ("cp", "rsync"):
        return [] if {"-t", "--target-directory"} & set(argv) else words[:-1]
    if name == "zip":
        return words[1:]
    options = argv[1] if len(argv) > 1 else ""
    if "c" not in options.lstrip("-") or "-C" in argv:
        return []
    bundled = not options.startswith("--") and "f" in options
    if not options.startswith("-"):
        words = words[1:]
    return words[1:] if bundled else []


def _plain(words: Iterable[str]) -> Iterator[str]:
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _TAR_VALUES
        elif not set(word) & set("$*?{`"):
            yield word


def _joined(folder: str, path: str) -> str:
    if path.startswith(("/", "~")) or "://" in path:
        return path
    return posixpath.normpath(posixpath.join(folder, path))
