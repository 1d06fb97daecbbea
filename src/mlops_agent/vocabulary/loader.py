"""The vocabulary of frameworks: which calls, objects, commands and files mean which stage's work.

Owns reading `vocabulary/*.toml` (one file a framework) into frozen records, once a process. It
refuses unknown keys and unknown stages, so that a misspelt entry is found by the first test.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

from mlops_agent.vocabulary.errors import VocabularyError

FOLDER = Path(__file__).resolve().parent
_ROSTER = "siblings.toml"
"""The one file here that describes no framework."""
STAGES = frozenset(
    {
        "",
        "data",
        "features",
        "training",
        "evaluation",
        "registry",
        "promotion",
        "deployment",
        "monitoring",
        "retraining",
    }
)
DOES = frozenset(
    {
        "",
        "reads",
        "writes",
        "transforms",
        "splits",
        "trains",
        "evaluates",
        "logs",
        "saves",
        "loads",
        "registers",
        "promotes",
        "serves",
        "predicts",
        "monitors",
        "alerts",
        "schedules",
        "validates",
        "triggers",
    }
)


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Argument:
    """Where a call takes a role from: its keyword, and its 0-based position if it has one."""

    keyword: str
    position: int | None


@dataclass(frozen=True, slots=True)
class Word:
    """What every entry says: the stage its work belongs to ("" for none), and what it does.

    `weak` entries count only beside another sign of the stage or an ML import in the same file.
    """

    framework: str
    stage: str
    does: str
    weak: bool


@dataclass(frozen=True, slots=True)
class CallWord(Word):
    """A function or method: a resolved dotted name, or `*.fit` on any receiver."""

    name: str
    arguments: dict[str, Argument] = field(default_factory=dict[str, Argument])


@dataclass(frozen=True, slots=True)
class ObjectWord(Word):
    """A declared object: family, API prefix ("" for any), kind, and keys that play a role."""

    family: str
    api: str
    kind: str
    fields: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class CommandWord(Word):
    """A command line by its first words; `*` stands for any one word."""

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileWord(Word):
    """A file whose name or place tells what it is for (fnmatch pattern over the whole path)."""

    glob: str


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework's vocabulary. `packages` are its importable top-level modules, `markers` the
    literals without which a file need not be parsed for its sake, `same_as` the other dotted names
    under which a function or class is importable (`mlflow.tracking.MlflowClient`), by usual name.
    """

    name: str
    title: str
    packages: tuple[str, ...]
    markers: tuple[str, ...]
    calls: tuple[CallWord, ...]
    objects: tuple[ObjectWord, ...]
    commands: tuple[CommandWord, ...]
    files: tuple[FileWord, ...]
    same_as: dict[str, str] = field(default_factory=dict[str, str])


@cache
def frameworks() -> tuple[Framework, ...]:
    """Every framework of the vocabulary, by name. Raises VocabularyError on a malformed file."""
    found = [load(path) for path in _sources()]
    return tuple(sorted(found, key=lambda framework: framework.name))


@cache
def vocabulary_hash() -> str:
    """A digest of all vocabulary files: facts that were read under another one are stale."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _sources() -> list[Path]:
    return sorted(path for path in FOLDER.glob("*.toml") if path.name != _ROSTER)


def load(path: Path) -> Framework:
    """Read one vocabulary file; raises VocabularyError naming what is wrong with it."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise VocabularyError(f"{path.name}: {error}") from error
    entry = _Entry(raw, path.name, "top", path.stem)
    name = entry.text("name", path.stem)
    framework = Framework(
        name=name,
        title=entry.text("title", name),
        packages=entry.texts("packages"),
        markers=entry.texts("markers"),
        calls=tuple(_call(e) for e in entry.tables("call", name)),
        objects=tuple(_object(e) for e in entry.tables("object", name)),
        commands=tuple(_command(e) for e in entry.tables("command", name)),
        files=tuple(_file(e) for e in entry.tables("file", name)),
        same_as={k: str(v) for k, v in entry.mapping("same_as").items()},
    )
    entry.close()
    return framework


def _call(entry: _Entry) -> CallWord:
    arguments = {
        role: Argument(str(place[0]), cast("int | None", place[1] if len(place) > 1 else None))
        for role, place in entry.mapping("arguments").items()
        if isinstance(place, list)
    }
    name = entry.text("name")
    return entry.close(CallWord(*entry.word(), name=name, arguments=arguments))


def _object(entry: _Entry) -> ObjectWord:
    family, api, kind = entry.text("family"), entry.text("api", ""), entry.text("kind")
    fields = {role: str(key) for role, key in entry.mapping("fields").items()}
    return entry.close(ObjectWord(*entry.word(), family=family, api=api, kind=kind, fields=fields))


def _command(entry: _Entry) -> CommandWord:
    argv = entry.texts("argv")
    return entry.close(CommandWord(*entry.word(), argv=argv))


def _file(entry: _Entry) -> FileWord:
    glob = entry.text("glob")
    return entry.close(FileWord(*entry.word(), glob=glob))


class _Entry:
    """A table of a vocabulary file that reports misuse by file and entry."""

    def __init__(self, raw: dict[str, object], file: str, where: str, framework: str) -> None:
        self._raw = dict(raw)
        self._where = f"{file}: {where}"
        self._file = file
        self._framework = framework

    def text(self, key: str, default: str | None = None) -> str:
        value = self._raw.pop(key, default)
        if not isinstance(value, str):
            raise VocabularyError(f"{self._where}: {key} must be a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._raw.pop(key, [])
        if not isinstance(value, list):
            raise VocabularyError(f"{self._where}: {key} must be a list of texts")
        return tuple(str(item) for item in cast("list[object]", value))

    def mapping(self, key: str) -> dict[str, list[object] | str]:
        value = self._raw.pop(key, {})
        if not isinstance(value, dict):
            raise VocabularyError(f"{self._where}: {key} must be a table")
        return cast("dict[str, list[object] | str]", value)

    def tables(self, key: str, framework: str) -> list[_Entry]:
        value = cast("list[dict[str, object]]", self._raw.pop(key, []))
        name = f"{key} {{}}"
        return [
            _Entry(raw, self._file, name.format(n), framework) for n, raw in enumerate(value, 1)
        ]

    def word(self) -> tuple[str, str, str, bool]:
        stage, does = self.text("stage", ""), self.text("does", "")
        if stage not in STAGES:
            raise VocabularyError(f"{self._where}: unknown stage {stage!r}")
        if does not in DOES:
            raise VocabularyError(f"{self._where}: unknown does {does!r}")
        weak = self._raw.pop("weak", False)
        return self._framework, stage, does, weak is True

    def close(self, made: T | None = None) -> T:
        """Refuse keys that nothing has taken, and pass the finished record on."""
        if self._raw:
            raise VocabularyError(f"{self._where}: unknown keys {sorted(self._raw)}")
        return cast("T", made)
