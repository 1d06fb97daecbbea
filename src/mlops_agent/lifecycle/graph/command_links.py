"""Links that commands make: what a CI step, DVC stage, Make target, image or script starts.

Owns how each starter names its target (a path, `-m module`, `module:app`, a tool's default file);
a tracked path that occurs anywhere in a command is started or read by it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlops_agent.contracts.lifecycle import Join
from mlops_agent.lifecycle.facts import Command, Job
from mlops_agent.lifecycle.graph.link import Link
from mlops_agent.lifecycle.graph.modules import ModuleTable
from mlops_agent.lifecycle.graph.places import Places
from mlops_agent.lifecycle.index import FactIndex
from mlops_agent.vocabulary.lookup import bare_command

_DEFAULT_FILES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("make",): ("Makefile", "makefile", "GNUmakefile"),
    ("gmake",): ("Makefile", "makefile", "GNUmakefile"),
    ("dvc", "repro"): ("dvc.yaml",),
    ("dvc", "exp"): ("dvc.yaml",),
    ("mlflow", "run"): ("MLproject",),
    ("docker-compose",): (
        "docker-compose.yml",
        "docker-compose.yaml",
        "compose.yaml",
        "compose.yml",
    ),
    ("docker", "compose"): (
        "docker-compose.yml",
        "docker-compose.yaml",
        "compose.yaml",
        "compose.yml",
    ),
    ("docker", "build"): ("Dockerfile",),
    ("docker", "buildx"): ("Dockerfile",),
    ("podman", "build"): ("Dockerfile",),
    ("gcloud", "builds"): ("cloudbuild.yaml", "Dockerfile"),
    ("databricks", "bundle"): ("databricks.yml", "databricks.yml.tmpl"),
    ("skaffold",): ("skaffold.yaml",),
    ("tox",): ("tox.ini",),
    ("kedro", "run"): ("pyproject.toml",),
}
"""Which file a tool takes in its working directory when the command names none."""
_WHOLE_FOLDER = frozenset({"kubectl", "oc", "helm", "kustomize", "terraform", "tofu", "argocd"})
_NOT_TARGETS = frozenset(
    {"git", "rm", "cat", "echo", "ls", "mkdir", "chmod", "pip", "grep", "cp", "mv"}
)
_MODULE_APPS = frozenset(
    {"uvicorn", "gunicorn", "hypercorn", "celery", "flask", "fastapi", "prefect", "granian"}
)
_SCRIPTS = (".py", ".sh", ".ipynb")
_FOLDER_OPTIONS = frozenset({"-f", "-k", "--filename", "--kustomize", "-chdir"})
_CONTAINERS = frozenset({"docker", "kubernetes", "compose"})
_MAKES = frozenset({"make", "gmake"})
_MAKE_DEPTH = 3
_MAX_FOLDER = 60


class CommandLinks:
    """Finds what the commands of a repository start."""

    def __init__(
        self, facts: FactIndex, modules: ModuleTable, places: Places, scripts: dict[str, str]
    ) -> None:
        self._facts = facts
        self._modules = modules
        self._places = places
        self._scripts = scripts

    def links(self) -> Iterator[Link]:
        """A link `invokes` for each file that a command starts or is given."""
        for command in self._facts.of(Command):
            for target, join in self.targets(command):
                if target != command.path:
                    yield Link(command.path, target, "invokes", command.path, command.line, join)

    def targets(self, command: Command, depth: int = 0) -> Iterator[tuple[str, Join]]:
        """The tracked files that one command starts or is given; `make` is looked through."""
        argv = bare_command(command.argv)
        if not argv:
            return
        head = posixpath.basename(argv[0])
        bases = self._bases(command)
        if head in _MAKES:
            yield from self._made(argv, bases, depth)
            return
        named = list(self._named(argv, bases, command))
        yield from named
        if head in _NOT_TARGETS:
            return
        yield from self._modules_of(argv, head, bases, command.origin in _CONTAINERS)
        if head in _WHOLE_FOLDER:
            yield from self._folders(argv, bases)
        if not named:
            yield from self._defaults(argv, bases)
        if head in self._scripts:
            yield self._scripts[head], "exact"

    def _bases(self, command: Command) -> tuple[str, ...]:
        here = posixpath.dirname(command.path)
        working = command.working_directory
        if command.origin in ("github", "gitlab", "azure-pipelines", "jenkins", "cloudbuild"):
            here = ""
        found = self._places.folder(working, here) if working else None
        return (found, here) if found is not None else (here,)

    def _named(
        self, argv: tuple[str, ...], bases: tuple[str, ...], command: Command
    ) -> Iterator[tuple[str, Join]]:
        if posixpath.basename(argv[0]) in _NOT_TARGETS:
            return
        contained = command.origin in _CONTAINERS
        for word in argv:
            written = word.partition("=")[2] if word.startswith("-") and "=" in word else word
            written = written.partition(":")[0] if ".py:" in written else written
            target = self._places.file(written, *bases)
            if target is not None:
                yield target, "path"
            elif written.endswith(_SCRIPTS) and (contained or "/" in written.strip("./")):
                target = self._places.by_tail(written, posixpath.dirname(command.path))
                if target is not None:
                    yield target, "heuristic"

    def _modules_of(
        self, argv: tuple[str, ...], head: str, bases: tuple[str, ...], contained: bool
    ) -> Iterator[tuple[str, Join]]:
        importer = posixpath.join(bases[0], "_")
        for n, word in enumerate(argv):
            before = argv[n - 1] if n else ""
            app = head in _MODULE_APPS and not word.startswith("-")
            if before != "-m" and not (app and (":" in word or before in ("-A", "--app"))):
                continue
            module = word.partition(":")[0]
            if not module.replace(".", "").replace("_", "").isalnum():
                continue
            main = self._modules.resolve(importer, module + ".__main__")
            target = main or self._modules.resolve(importer, module)
            if target is not None:
                yield target, "exact"
            elif contained:
                copied = self._places.by_tail(module.replace(".", "/") + ".py", bases[-1])
                if copied is not None:
                    yield copied, "heuristic"

    def _made(
        self, argv: tuple[str, ...], bases: tuple[str, ...], depth: int
    ) -> Iterator[tuple[str, Join]]:
        """What the recipes of the named Make targets, and of those they need, start."""
        files = [target for target, _ in self._defaults(argv, bases)]
        if not files or depth > _MAKE_DEPTH:
            return
        jobs = {job.name: job for job in self._facts.of(Job, files[0])}
        wanted = [word for word in argv[1:] if word in jobs] or list(jobs)[:1]
        seen: set[str] = set()
        while wanted:
            name = wanted.pop()
            if name not in seen and name in jobs:
                seen.add(name)
                wanted += jobs[name].needs
        for command in self._facts.of(Command, files[0]):
            if command.owner in seen:
                yield from self.targets(command, depth + 1)

    def _folders(self, argv: tuple[str, ...], bases: tuple[str, ...]) -> Iterator[tuple[str, Join]]:
        for n, word in enumerate(argv[1:]):
            written = word.partition("=")[2] or word
            if "/" not in written and argv[n] not in _FOLDER_OPTIONS:
                continue
            folder = self._places.folder(written, *bases)
            for path in self._places.inside(folder)[:_MAX_FOLDER] if folder else ():
                yield path, "path"

    def _defaults(
        self, argv: tuple[str, ...], bases: tuple[str, ...]
    ) -> Iterator[tuple[str, Join]]:
        heads = (argv[:1], argv[:2])
        for head in heads:
            for name in _DEFAULT_FILES.get(tuple(posixpath.basename(w) for w in head), ()):
                folders = [word for word in argv[1:] if not word.startswith("-")]
                for folder in (*reversed(folders), "."):
                    target = self._places.file(posixpath.join(folder, name), *bases)
                    if target is not None:
                        yield target, "path"
                        return
