"""Reads TOML: pyproject.toml, lock files, Pipfile, and small settings files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from mlops_agent.lifecycle.facts import ConfigObject, Entry, Fact, Requirement, Scalar
from mlops_agent.lifecycle.readers.dependencies import requirement_of
from mlops_agent.lifecycle.readers.scripts import Script, command_facts
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.toml_lines import TomlLines
from mlops_agent.lifecycle.readers.tree import MAX_ENTRIES, MAX_TEXT
from mlops_agent.lifecycle.unreadable import UnreadableError
from mlops_agent.settings.toml_text import parse_toml

Table = Mapping[str, Any]

MAX_LOCKED = 600
_LOCKS = frozenset({"uv.lock", "poetry.lock", "pdm.lock"})
_TASKS: tuple[tuple[str, ...], ...] = (
    ("tool", "poe", "tasks"),
    ("tool", "taskipy", "tasks"),
    ("tool", "pdm", "scripts"),
    ("tool", "pixi", "tasks"),
    ("tool", "hatch", "envs", "default", "scripts"),
    ("tasks",),
)
"""Tables whose entries are named commands."""
_COMMAND_KEYS = ("cmd", "shell", "run")


def read(path: str, text: str) -> list[Fact]:
    """The facts of a TOML file.

    Requirements (source "pyproject", group the extra or dependency group; "lock" for lock files);
    ConfigObjects of family "pyproject": kind "Project" (the `[project]` table), "scripts" (console
    scripts) and "tool" (name the tool); the Commands of task runners (origin "pyproject"). Other
    files are one ConfigObject of family "settings".

    Args:
        path: relative to the root, POSIX.
        text: the file's text.

    Raises:
        UnreadableError: the text is no TOML.
    """
    source = Source(path, tuple(text.split("\n")))
    try:
        data = parse_toml(text)
    except ValueError as error:
        raise UnreadableError(f"not valid TOML: {error}") from error
    reader = _Reader(source, data, TomlLines(source.lines))
    if source.name in _LOCKS:
        return reader.locked()
    if source.name in ("pyproject.toml", "Pipfile", "pixi.toml"):
        return reader.project()
    return [*reader.tasks(), reader.entity("settings", "File", source.name, ())]


class _Reader:
    """The parsed data with the places of its keys."""

    def __init__(self, source: Source, data: Table, lines: TomlLines) -> None:
        self.source = source
        self.data = data
        self.lines = lines

    def project(self) -> list[Fact]:
        """The facts of a pyproject.toml or Pipfile."""
        found: list[Fact] = [*self._requirements(), *self._tables(), *self._pipfile()]
        for keys in (("project", "scripts"), ("tool", "poetry", "scripts")):
            if self._table(*keys):
                found.append(self.entity("pyproject", "scripts", "scripts", keys))
        if self._table("project"):
            name = str(self._table("project").get("name", ""))
            found.append(self.entity("pyproject", "Project", name, ("project",)))
        for tool in self._table("tool"):
            found.append(self.entity("pyproject", "tool", tool, ("tool", tool)))
        return found + self.tasks()

    def locked(self) -> list[Fact]:
        """A Requirement (source "lock") for each locked package, at most MAX_LOCKED."""
        found: list[Fact] = []
        packages = _tables(self.data.get("package"))
        for place, package in enumerate(packages[:MAX_LOCKED]):
            line = self.lines.nth_table(place, "package")
            text = f"{package.get('name', '')}=={package.get('version', '')}"
            found += self._requirement(text, line, "lock", self.source.name)
        return found

    def tasks(self) -> list[Fact]:
        """The Commands of task tables."""
        found: list[Fact] = []
        for keys in _TASKS:
            for name, task in self._table(*keys).items():
                place = self.lines.line(*keys, name)
                for command, line in self._commands(task, place, (*keys, name)):
                    found += command_facts(
                        Script(command, line),
                        self.source,
                        origin="pyproject",
                        owner=name,
                        working_directory=self.source.folder,
                    )
        return found

    def _commands(
        self, task: object, line: int, keys: tuple[str, ...]
    ) -> Iterator[tuple[str, int]]:
        """The command texts of a task, with their lines: a text, a list, or a table's command."""
        if isinstance(task, str):
            yield task, line
        elif isinstance(task, list):
            for item in cast("list[object]", task):
                if isinstance(item, str):
                    yield item, self.lines.item(item, *keys)
        elif isinstance(task, dict):
            table = cast("dict[str, object]", task)
            for key in _COMMAND_KEYS:
                if key in table:
                    yield from self._commands(table[key], self.lines.line(*keys, key), (*keys, key))

    def entity(self, family: str, kind: str, name: str, keys: tuple[str, ...]) -> ConfigObject:
        """A table as a ConfigObject."""
        entries: list[Entry] = []
        node: object = self._table(*keys)
        stack: list[tuple[tuple[str, ...], object]] = [((), node)]
        while stack and len(entries) < MAX_ENTRIES:
            below, value = stack.pop()
            children = _children(value)
            if children is None or (not children and below):
                line = self.lines.line(*keys, *below)
                entries.append(_entry(".".join(below), value, line))
            else:
                stack.extend(((*below, key), child) for key, child in reversed(children))
        line = self.lines.places.get(keys) or min((e.line for e in entries), default=1)
        return ConfigObject(
            path=self.source.path,
            line=line,
            end_line=max([line, *(e.line for e in entries)]),
            family=family,
            api="",
            kind=kind,
            name=name,
            namespace="",
            entries=tuple(entries),
        )

    def _requirements(self) -> list[Fact]:
        groups: list[tuple[str, tuple[str, ...], object]] = [
            ("dependencies", ("project", "dependencies"), self._at("project", "dependencies")),
            ("build", ("build-system", "requires"), self._at("build-system", "requires")),
        ]
        for table in (("project", "optional-dependencies"), ("dependency-groups",)):
            groups += [(name, (*table, name), v) for name, v in self._table(*table).items()]
        found: list[Fact] = []
        for group, keys, items in groups:
            for item in cast("list[object]", items) if isinstance(items, list) else []:
                if isinstance(item, str):
                    found += self._requirement(
                        item, self.lines.item(item, *keys), "pyproject", group
                    )
        return found

    def _tables(self) -> list[Fact]:
        """Poetry's and pixi's tables of name and version."""
        tables = [("tool", "poetry", "dependencies"), ("tool", "poetry", "dev-dependencies")]
        tables += [("tool", "pixi", "dependencies"), ("tool", "pixi", "pypi-dependencies")]
        groups = self._table("tool", "poetry", "group")
        tables += [("tool", "poetry", "group", name, "dependencies") for name in groups]
        return [fact for keys in tables for fact in self._versions(keys)]

    def _pipfile(self) -> list[Fact]:
        if self.source.name == "pyproject.toml":
            return []
        tables = [("packages",), ("dev-packages",), ("dependencies",), ("pypi-dependencies",)]
        return [fact for keys in tables for fact in self._versions(keys)]

    def _versions(self, keys: tuple[str, ...]) -> list[Fact]:
        found: list[Fact] = []
        for name, value in self._table(*keys).items():
            version = value.get("version", "") if isinstance(value, dict) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
            if name == "python" or not isinstance(version, str):
                continue
            # A bare version is a caret range in Poetry; only `==` is a pin.
            specifier = "" if version == "*" else version
            if specifier[:1].isdigit():
                specifier = f"^{specifier}"
            group = keys[3] if len(keys) > 4 else "dependencies"
            line = self.lines.line(*keys, name)
            found += self._requirement(name + specifier, line, "pyproject", group)
        return found

    def _requirement(self, text: str, line: int, source: str, group: str) -> list[Requirement]:
        requirement = requirement_of(
            text, path=self.source.path, line=line, source=source, group=group
        )
        return [requirement] if requirement else []

    def _at(self, *keys: str) -> object:
        node: object = self.data
        for key in keys:
            node = cast("Table", node).get(key) if isinstance(node, dict) else None
        return node

    def _table(self, *keys: str) -> dict[str, Any]:
        node = self._at(*keys) if keys else self.data
        return cast("dict[str, Any]", node) if isinstance(node, dict) else {}


def _children(value: object) -> Sequence[tuple[str, object]] | None:
    if isinstance(value, dict):
        return list(cast("dict[str, object]", value).items())
    if isinstance(value, list):
        return [(str(place), item) for place, item in enumerate(cast("list[object]", value))]
    return None


def _entry(key: str, value: object, line: int) -> Entry:
    if isinstance(value, dict | list):
        return Entry(key=key, value=None, line=line, empty=True)
    plain: Scalar = value if isinstance(value, str | int | float | bool) else str(value)
    return Entry(key=key, value=plain[:MAX_TEXT] if isinstance(plain, str) else plain, line=line)


def _tables(value: object) -> list[Table]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Table", item) for item in items if isinstance(item, dict)]
