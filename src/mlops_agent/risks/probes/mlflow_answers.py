"""Asks a throw-away MLflow registry what the files' own model references and calls come to.

    mlflow_answers.py ALIASES PATH...

The registry (SQLite in a temporary folder) holds one model with four versions: 1 is old, 2 is the
champion (first of ALIASES, comma-separated), 3 the challenger (second of ALIASES or "challenger"),
4 the newest, approved by nobody. No version is in a stage. Then
- every `models:/...` reference of the files is resolved,
- every call that looks up versions is made,
- every call that promotes is made for version 4.
Exit 0: each reference and look-up answers with a version that ALIASES point to, each promotion
moves one of ALIASES, and MLflow calls nothing deprecated. 1: one does not. 2: cannot tell.
"""

from __future__ import annotations

import ast
import importlib
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GREEN, RED, UNKNOWN = 0, 1, 2
NAME = "stand-in"
SCHEME = "models:/"
CHAMPION, CHALLENGER, NEWEST = "2", "3", "4"
TEXT_URI = re.compile(r"models:/[^\s\"'@/]+(?:/[A-Za-z0-9]+|@[\w-]+)")
LOOK_UPS = frozenset({"get_latest_versions", "get_model_version_by_alias", "search_model_versions"})
PROMOTIONS = frozenset({"transition_model_version_stage", "set_registered_model_alias"})
POSITIONS = {
    "get_latest_versions": ("name", "stages"),
    "get_model_version_by_alias": ("name", "alias"),
    "search_model_versions": ("filter_string", "max_results", "order_by", "page_token"),
    "transition_model_version_stage": ("name", "version", "stage", "archive_existing_versions"),
    "set_registered_model_alias": ("name", "alias", "version"),
}
STAND_INS = {"name": NAME, "version": NEWEST, "filter_string": f"name='{NAME}'"}


@dataclass(frozen=True)
class Check:
    """Something to do with the registry, where it stands, and what is expected of it."""

    place: str
    text: str
    run: Callable[[Registry], str]


class Registry:
    """The throw-away registry, put back to its first state before each check."""

    def __init__(self, folder: Path, aliases: list[str]) -> None:
        mlflow: Any = importlib.import_module("mlflow")
        self.staged: set[str] = set()
        mlflow.set_tracking_uri(f"sqlite:///{folder / 'registry.db'}")
        mlflow.set_registry_uri(f"sqlite:///{folder / 'registry.db'}")
        self.mlflow = mlflow
        self.client: Any = mlflow.MlflowClient()
        self.champion = aliases[0]
        self.challenger = aliases[1] if len(aliases) > 1 else "challenger"
        self.expected = {CHAMPION, CHALLENGER} if len(aliases) > 1 else {CHAMPION}
        self.client.create_registered_model(NAME)
        for number in ("1", CHAMPION, CHALLENGER, NEWEST):
            source = folder / f"model-{number}"
            source.mkdir()
            (source / "version").write_text(number, encoding="utf-8")
            self.client.create_model_version(NAME, source.as_uri())

    def reset(self) -> None:
        """Take stages away and put the aliases back to where they stood."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for number in self.staged:
                self.client.transition_model_version_stage(NAME, number, "None")
        self.staged.clear()
        for alias, number in ((self.champion, CHAMPION), (self.challenger, CHALLENGER)):
            self.client.set_registered_model_alias(NAME, alias, number)

    def served(self, uri: str) -> str:
        """The version whose artifacts a reference leads to."""
        with tempfile.TemporaryDirectory() as folder:
            found = self.mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=folder)
            return (Path(found) / "version").read_text(encoding="utf-8")

    def looked_up(self, name: str, arguments: dict[str, Any]) -> str:
        """The version that a look-up answers with; the first of several."""
        answer = getattr(self.client, name)(**arguments)
        versions = [answer] if hasattr(answer, "version") else list(answer)
        return str(versions[0].version) if versions else "none"

    def promoted(self, name: str, arguments: dict[str, Any]) -> str:
        """A version that the aliases point to, the newest if the call moved one of them to it."""
        if "stage" in arguments:
            self.staged.add(str(arguments["version"]))
        getattr(self.client, name)(**arguments)
        aliases = [self.champion, self.challenger][: len(self.expected)]
        now = {str(self.client.get_model_version_by_alias(NAME, a).version) for a in aliases}
        return CHAMPION if NEWEST in now else "none (no alias was moved)"


def checks_of(path: str) -> Iterator[Check]:
    """Everything in a file that the registry can be asked."""
    text = Path(path).read_text(encoding="utf-8")
    if not path.endswith(".py"):
        for number, line in enumerate(text.splitlines(), 1):
            for found in TEXT_URI.findall(line):
                yield reference(f"{path}:{number}", found)
        return
    tree = ast.parse(text)
    constants = constants_of(tree)
    inner: set[int] = set()
    for node in ast.walk(tree):
        uri = (
            written(node, constants)
            if isinstance(node, ast.expr) and id(node) not in inner
            else None
        )
        if uri is not None:
            inner.update(id(child) for child in ast.walk(node))
            if TEXT_URI.fullmatch(uri):
                yield reference(f"{path}:{getattr(node, 'lineno', 0)}", uri)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            check = call_check(path, node, node.func.attr, constants)
            if check is not None:
                yield check


def reference(place: str, uri: str) -> Check:
    """A check of a reference, whatever the model's name in it."""
    named = re.sub(r"^models:/[^/@]+", f"{SCHEME}{NAME}", uri)
    return Check(place, uri, lambda registry: registry.served(named))


def constants_of(tree: ast.Module) -> dict[str, str]:
    """Names that the file binds to one text and to nothing else."""
    bound: dict[str, set[str | None]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value.value if isinstance(node.value, ast.Constant) else None
            text = value if isinstance(value, str) else None
            bound.setdefault(node.targets[0].id, set()).add(text)
    return {
        name: text
        for name, values in bound.items()
        for text in values
        if len(values) == 1 and text is not None
    }


def written(node: ast.expr, constants: dict[str, str]) -> str | None:
    """The text that an expression writes out when it begins with `models:/`.

    The first unknown part counts as the model's name; a second one cannot be known here.
    """
    parts = list(pieces(node))
    if not parts or not isinstance(parts[0], str) or not parts[0].startswith(SCHEME):
        return None
    text, named = "", parts[0] != SCHEME
    for part in parts:
        if isinstance(part, str):
            text += part
        elif isinstance(part, ast.Name) and part.id in constants:
            text += constants[part.id]
        elif not named:
            text += NAME
        else:
            return "unknown"
        named = named or text != SCHEME
    return text


def pieces(node: ast.expr) -> Iterator[str | ast.expr]:
    """The constant and the other parts of a text that is put together."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr():
            for value in node.values:
                if isinstance(value, ast.FormattedValue):
                    yield value.value
                else:
                    yield from pieces(value)
        case ast.BinOp(op=ast.Add()):
            yield from pieces(node.left)
            yield from pieces(node.right)
        case _:
            yield node


def call_check(path: str, node: ast.Call, name: str, constants: dict[str, str]) -> Check | None:
    """A check of a look-up or promotion, with stand-ins for model and version."""
    if name not in LOOK_UPS | PROMOTIONS:
        return None
    given = dict(zip(POSITIONS[name], node.args, strict=False))
    given.update({k.arg: k.value for k in node.keywords if k.arg})
    arguments: dict[str, Any] = {}
    for role, value in given.items():
        if role in STAND_INS:
            arguments[role] = STAND_INS[role]
            continue
        if isinstance(value, ast.Name) and value.id in constants:
            arguments[role] = constants[value.id]
            continue
        try:
            arguments[role] = ast.literal_eval(value)
        except ValueError:
            return None
    method = "looked_up" if name in LOOK_UPS else "promoted"
    return Check(
        f"{path}:{node.lineno}",
        ast.unparse(node),
        lambda registry: getattr(registry, method)(name, arguments),
    )


def verdict(registry: Registry, check: Check) -> bool:
    """Run one check and print what came of it."""
    registry.reset()
    print(f"{check.place}: {check.text}")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            answer = check.run(registry)
        except Exception as error:
            print(f"  fails: {type(error).__name__}: {str(error).splitlines()[0]}")
            return False
    deprecated = [str(w.message) for w in caught if "deprecated" in str(w.message)]
    good = answer in registry.expected and not deprecated
    print(f"  answers with version {answer}; the approved one is {CHAMPION}, the newest {NEWEST}")
    for text in deprecated[:1]:
        print(f"  deprecated: {text.splitlines()[0]}")
    return good


def main(aliases: str, paths: list[str]) -> int:
    """Check all files and say what came of it."""
    checks = [check for path in paths for check in checks_of(path)]
    if not checks:
        print("no reference and no call whose parts are known")
        return UNKNOWN
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(Path(folder), aliases.split(","))
        wrong = [check for check in checks if not verdict(registry, check)]
    print(
        f"RED: {', '.join(check.place for check in wrong)} does not ask for the approved version"
        if wrong
        else "GREEN: what is asked for is the approved version"
    )
    return RED if wrong else GREEN


if __name__ == "__main__":
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "ERROR")
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    try:
        code = main(sys.argv[1], sys.argv[2:])
    except Exception as error:
        print(f"cannot tell: {type(error).__name__}: {error}")
        code = UNKNOWN
    sys.exit(code)
