"""Finding an entry of the vocabulary for a call, a command, an object or a file name.

Owns precedence: an exact dotted name before a pattern, a longer pattern before a shorter one.
It holds no knowledge of any framework; that is all in the TOML files.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache

from mlops_agent.vocabulary.loader import (
    CallWord,
    CommandWord,
    FileWord,
    Framework,
    ObjectWord,
    frameworks,
)

ORCHESTRATORS = frozenset({"airflow", "azureml", "kfp", "orchestrators", "sagemaker"})
"""Frameworks whose calls order steps."""
_TELLING_WORDS = 3
"""A method name of this many words is nobody else's by chance."""
_TELLING_STAGES = ("registry", "promotion")
_PYTHONS = frozenset({"python", "python3"})
_MODULES = frozenset(
    {"uvicorn", "gunicorn", "streamlit", "dvc", "mlflow", "kedro", "flask", "fastapi", "celery"}
)
"""Tools that `python -m` starts like their own command."""
_RUNNERS = frozenset({"uv", "poetry", "pdm", "pipenv", "pixi", "hatch", "rye"})


@dataclass(frozen=True)
class Vocabulary:
    """All frameworks, indexed for look-up."""

    frameworks: tuple[Framework, ...]
    exact: dict[str, CallWord]
    patterns: dict[str, tuple[CallWord, ...]]
    commands: dict[str, tuple[CommandWord, ...]]
    objects: dict[str, tuple[ObjectWord, ...]]
    files: tuple[FileWord, ...]
    packages: dict[str, str]
    telling: dict[str, CallWord]
    _met: dict[str, CallWord | None] = field(default_factory=dict[str, "CallWord | None"])

    def call(self, name: str) -> CallWord | None:
        """The entry for a resolved call name; `.fit` (unknown receiver) meets `*.fit` only.

        A telling method name (`set_registered_model_alias`) is taken for its framework's whatever
        the receiver, unless the receiver is known to be another framework's.
        """
        if name not in self._met:
            self._met[name] = self.exact.get(name) or self._by_pattern(name)
        return self._met[name]

    def _by_pattern(self, name: str) -> CallWord | None:
        last = name.rpartition(".")[2]
        candidates = (*self.patterns.get(last, ()), *self.patterns.get("*", ()))
        met = next((word for word in candidates if fnmatchcase(name, word.name)), None)
        if met is None or not (met.stage or met.does):
            telling = self.telling.get(last)
            if telling is not None and "." in name and self.framework_of(name) is None:
                return telling
        return met

    def command(self, argv: tuple[str, ...]) -> CommandWord | None:
        """The entry whose words begin this command line (`poetry run`, `uv run` looked through)."""
        words = bare_command(argv)
        if not words:
            return None
        head = words[0].rpartition("/")[2]
        for word in self.commands.get(head, ()):
            if _begins((head, *words[1:]), word.argv):
                return word
        return None

    def object(self, family: str, api: str, kind: str) -> ObjectWord | None:
        """The entry for a declared object."""
        return next(
            (w for w in self.objects.get(kind, ()) if w.family == family and api.startswith(w.api)),
            None,
        )

    def file(self, path: str) -> FileWord | None:
        """The entry for a file name; patterns without a slash are tried on the last part."""
        name = path.rpartition("/")[2]
        return next(
            (w for w in self.files if fnmatchcase(path if "/" in w.glob else name, w.glob)), None
        )

    def framework_of(self, module: str) -> str | None:
        """The framework that an imported module belongs to, or None."""
        return self.packages.get(module.partition(".")[0])


def bare_command(argv: tuple[str, ...]) -> tuple[str, ...]:
    """The command itself: environment words and `uv run`, `poetry run` and the like taken off."""
    words = list(argv)
    while words and ("=" in words[0] and not words[0].startswith("-") and "/" not in words[0]):
        words.pop(0)
    while words and words[0] in {"sudo", "exec", "time", "nohup", "env", "xvfb-run"}:
        words.pop(0)
    if len(words) > 2 and words[0] in _RUNNERS and words[1] == "run":
        words = words[2:]
        while words and words[0].startswith("-"):
            takes = words[0] in {"--with", "--group", "--extra", "-p", "--python", "--project"}
            words = words[2:] if takes else words[1:]
    if len(words) > 2 and words[0] in _PYTHONS and words[1] == "-m" and words[2] in _MODULES:
        words = words[2:]
    return tuple(words)


def _begins(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether the words begin as wanted, options between the wanted words passed over."""
    at = 0
    for want in wanted:
        while at < len(words) and words[at].startswith("-") and not want.startswith("-"):
            at += 1
        if at >= len(words) or (want not in ("*", words[at])):
            return False
        at += 1
    return True


@cache
def vocabulary() -> Vocabulary:
    """The indexed vocabulary, made once a process."""
    return index(frameworks())


def index(all_frameworks: tuple[Framework, ...]) -> Vocabulary:
    """Index the given frameworks (the first of two equal exact names wins)."""
    exact: dict[str, CallWord] = {}
    patterns: defaultdict[str, list[CallWord]] = defaultdict(list)
    commands: defaultdict[str, list[CommandWord]] = defaultdict(list)
    objects: defaultdict[str, list[ObjectWord]] = defaultdict(list)
    for framework in all_frameworks:
        for call in framework.calls:
            if "*" in call.name:
                patterns[call.name.rpartition(".")[2]].append(call)
            else:
                exact.setdefault(call.name, call)
        for command in framework.commands:
            commands[command.argv[0]].append(command)
        for item in framework.objects:
            objects[item.kind].append(item)
    return Vocabulary(
        frameworks=all_frameworks,
        exact=exact,
        patterns={k: tuple(sorted(v, key=_by_length)) for k, v in patterns.items()},
        commands={k: tuple(sorted(v, key=lambda w: -len(w.argv))) for k, v in commands.items()},
        objects={k: tuple(sorted(v, key=lambda w: -len(w.api))) for k, v in objects.items()},
        files=tuple(word for framework in all_frameworks for word in framework.files),
        packages={p: f.name for f in all_frameworks for p in f.packages},
        telling=_telling(exact),
    )


def _telling(exact: dict[str, CallWord]) -> dict[str, CallWord]:
    """Methods by name alone: long names that mean one thing in the whole vocabulary."""
    by_last: defaultdict[str, list[CallWord]] = defaultdict(list)
    for word in exact.values():
        last = word.name.rpartition(".")[2]
        if last.count("_") >= _TELLING_WORDS - 1 and word.stage in _TELLING_STAGES:
            by_last[last].append(word)
    return {
        last: words[0]
        for last, words in by_last.items()
        if len({(word.stage, word.does) for word in words}) == 1
    }


def _by_length(word: CallWord) -> tuple[int, str]:
    return (-len(word.name), word.name)
