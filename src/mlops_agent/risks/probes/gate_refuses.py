"""Runs a gate's own code with stand-in evaluation results and sees what it lets through.

    gate_refuses.py PATH SCOPE [CASES]

PATH is the Python file, SCOPE the dotted way to the function that holds the gate, or "" for the
module itself. The code is executed as it stands, in a process of its own; packages that are not
part of Python are replaced by stand-ins that note which calls were made, and files that an
evaluation would have written by stand-in results. Four results are tried: a good one, a bad one,
one without the metric, and one with NaN.
CASES are those that must be refused, "bad,missing,nan" unless said otherwise.
Exit 0: the good one gets through and the others are refused. 1: one that must be refused gets
through. 2: cannot tell, for example because the good one is refused as well.
"""

# ruff: noqa: ANN401  stand-ins take the place of values of any type
from __future__ import annotations

import ast
import builtins
import importlib.abc
import importlib.util
import inspect
import io
import json
import os
import pathlib
import re
import sys
import time
import types
from collections.abc import Callable, Iterator
from typing import Any

GREEN, RED, UNKNOWN = 0, 1, 2
GOOD = "good"
REFUSED = "bad,missing,nan"
CHILD = "--child"
RELEASES = re.compile(
    r"register_model|set_registered_model_alias|transition_model_version_stage|"
    r"copy_model_version|create_model_version|create_model_package|update_model_package|"
    r"link_artifact|link_model|promote|deploy|set_stage|create_or_update"
)
LOWER = re.compile(r"rmse|mse|mae|mape|loss|err|wer|cer|brier|perplexity", re.IGNORECASE)
METRIC = re.compile(
    r"acc|auc|f1|precision|recall|r2|dice|iou|score|metric|result|eval|report|" + LOWER.pattern,
    re.IGNORECASE,
)
BASELINE = re.compile(r"champion|baseline|prod|current|previous|incumbent|best", re.IGNORECASE)
FLAGS = {"good": "1", "bad": "0", "missing": "", "nan": "nan"}
REAL = frozenset({"yaml", "__future__"})
UNSAFE_STDLIB = frozenset({"subprocess", "pickle", "socket", "urllib", "http", "smtplib", "ftplib"})


class CannotTellError(BaseException):
    """The stand-ins do not reach far enough for this code; no handler of the code may catch it."""


class World:
    """One case: what evaluation results say, and which calls were made."""

    def __init__(self, case: str) -> None:
        self.case = case
        self.released: list[str] = []

    def metric(self, key: str, trail: str) -> float:
        """The value of a metric that is there."""
        if self.case == "nan" and not BASELINE.search(trail):
            return float("nan")
        good = self.case == GOOD
        if BASELINE.search(trail):
            return 0.5
        return (0.0 if good else 1e9) if LOWER.search(key) else (1.0 if good else -1e9)


class Metrics(dict[str, Any]):
    """Evaluation results: any key is there, but in the case "missing" no metric is."""

    def __init__(self, world: World, trail: str) -> None:
        super().__init__()
        self._world, self._trail = world, trail

    def _there(self, key: object) -> bool:
        metric = bool(METRIC.search(str(key))) and not BASELINE.search(self._trail + str(key))
        return self._world.case != "missing" or not metric

    def __contains__(self, key: object) -> bool:
        return self._there(key)

    def __getitem__(self, key: str) -> Any:
        if not self._there(key):
            raise KeyError(key)
        if METRIC.search(str(key)):
            return self._world.metric(str(key), f"{self._trail}.{key}")
        return Ghost(self._world, f"{self._trail}[{key}]")

    def get(self, key: str, default: Any = None) -> Any:  # type: ignore[override]
        """The metric, or the default where it is missing."""
        return self[key] if self._there(key) else default

    def __bool__(self) -> bool:
        return True


class Ghost(str):
    """A stand-in for anything: attributes and results are stand-ins again, calls are noted."""

    world: World
    trail: str

    def __new__(cls, world: World, trail: str) -> Ghost:
        """Make a stand-in that remembers how it was reached."""
        made = super().__new__(cls, "stand-in")
        made.world, made.trail = world, trail
        return made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        trail = f"{self.trail}.{name}"
        if name in ("metrics", "metadata", "summary"):
            return Metrics(self.world, trail)
        return Ghost(self.world, trail)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Note the call; a decorator leaves its function as it is."""
        name = self.trail.rpartition(".")[2]
        if RELEASES.search(name):
            self.world.released.append(self.trail)
        if len(args) == 1 and not kwargs and callable(args[0]) and not isinstance(args[0], Ghost):
            return args[0]
        return Ghost(self.world, f"{self.trail}()")

    def __getitem__(self, key: Any) -> Any:
        return Ghost(self.world, f"{self.trail}[]")

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> bool:
        return False

    def _unknown(self, *_: Any) -> Any:
        raise CannotTellError(f"the code compares or computes with {self.trail}")

    __lt__ = __le__ = __gt__ = __ge__ = __float__ = __int__ = __sub__ = __radd__ = _unknown
    __mul__ = __truediv__ = __rsub__ = __neg__ = __abs__ = __round__ = _unknown  # pyright: ignore

    def __add__(self, other: Any) -> Any:
        return str(self) + other if isinstance(other, str) else self._unknown()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class GhostModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a stand-in for every import that is neither Python's own nor the tree's."""

    def __init__(self, world: World, roots: list[pathlib.Path]) -> None:
        self.world, self.roots = world, roots

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """A stand-in\'s spec, or None where the real module is taken."""
        top = name.partition(".")[0]
        own = any((root / top).is_dir() or (root / f"{top}.py").is_file() for root in self.roots)
        if top in REAL or (top in sys.stdlib_module_names and top not in UNSAFE_STDLIB) or own:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=True)

    def create_module(self, spec: Any) -> types.ModuleType:
        """An empty module whose every attribute is a stand-in."""
        world = self.world

        class Module(types.ModuleType):
            def __getattr__(self, name: str) -> Any:
                if name.startswith("__"):
                    raise AttributeError(name)
                return Ghost(world, f"{self.__name__}.{name}")

        return Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Stand-ins have no body."""


def content(world: World, path: str) -> str:
    """What a file of evaluation results holds in this case."""
    if path.endswith(".json"):
        return json.dumps({"stand-in": path})
    return FLAGS[world.case]


def patch_files(world: World) -> None:
    """Reading a file that is not in the tree gives stand-in results; writing goes nowhere."""
    real_open = builtins.open

    def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if isinstance(file, int):
            return real_open(file, mode, *args, **kwargs)
        name, binary = str(file), "b" in mode
        if any(letter in mode for letter in "wax+"):
            return io.BytesIO() if binary else io.StringIO()
        there = pathlib.Path(name)
        if there.is_file() and not (there.suffix == ".json" and METRIC.search(name)):
            return real_open(file, mode, *args, **kwargs)
        text = content(world, name)
        return io.BytesIO(text.encode()) if binary else io.StringIO(text)

    def loaded(text: Any, *args: Any, **kwargs: Any) -> Any:
        data = real_loads(text, *args, **kwargs)
        if isinstance(data, dict) and "stand-in" in data:
            return Metrics(world, str(data["stand-in"]))
        return data

    real_loads = json.loads
    builtins.open = opened  # type: ignore[assignment]
    io.open = opened  # type: ignore[assignment]
    pathlib.Path.read_text = lambda self, *a, **k: opened(self).read()  # type: ignore[method-assign]
    pathlib.Path.read_bytes = lambda self: opened(self, "rb").read()  # type: ignore[method-assign]
    pathlib.Path.write_text = lambda self, *a, **k: 0  # type: ignore[method-assign]
    pathlib.Path.mkdir = lambda self, *a, **k: None  # type: ignore[method-assign]
    pathlib.Path.exists = lambda self, **k: world.case != "missing"  # type: ignore[method-assign]
    json.loads = loaded  # type: ignore[assignment]
    json.load = lambda file, *a, **k: loaded(file.read())  # type: ignore[assignment]
    os.makedirs = lambda *a, **k: None  # type: ignore[assignment]
    time.sleep = lambda *_: None  # type: ignore[assignment]


def argument(world: World, name: str) -> Any:
    """A stand-in for a parameter of the gate's function, by its name."""
    if re.search(r"metrics|metadata|results|scores|report", name, re.IGNORECASE):
        return Metrics(world, name)
    if METRIC.search(name):
        if world.case == "missing" and not BASELINE.search(name):
            return None
        return world.metric(name, name)
    return Ghost(world, name)


def run_case(path: pathlib.Path, scope: str, case: str) -> tuple[bool, str]:
    """Whether the gate lets this case through, and what was seen."""
    world = World(case)
    roots = [pathlib.Path.cwd(), pathlib.Path.cwd() / "src", path.parent.resolve()]
    sys.path[:0] = [str(root) for root in roots]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    sys.meta_path.insert(0, GhostModules(world, roots))
    sys.argv = [str(path)]
    patch_files(world)
    space: dict[str, Any] = {"__name__": "gate" if scope else "__main__", "__file__": str(path)}
    try:
        exec(compile(tree, str(path), "exec"), space)
        answer = call(world, space, scope) if scope else None
    except SystemExit as leave:
        if leave.code not in (None, 0):
            return False, f"exits with {leave.code}"
        answer = None
    except CannotTellError:
        raise
    except Exception as error:
        if world.released:
            return True, f"calls {world.released[0]}"
        return False, f"ends with {type(error).__name__}: {error}"
    if world.released:
        return True, f"calls {world.released[0]}"
    if isinstance(answer, bool):
        return answer, f"returns {answer}"
    ends = "sys.exit" in path.read_text(encoding="utf-8") or "raise " in ast.unparse(tree)
    return (ends and not mentions_release(tree)), "ends without a release"


def mentions_release(tree: ast.Module) -> bool:
    """Whether the file has a release at all; a gate without one speaks by its exit code."""
    return any(
        isinstance(node, ast.Call)
        and RELEASES.search(getattr(node.func, "attr", getattr(node.func, "id", "")) or "")
        for node in ast.walk(tree)
    )


def call(world: World, space: dict[str, Any], scope: str) -> Any:
    """Call the function at a dotted way, with stand-ins for its parameters."""
    names = scope.split(".")
    target: Any = space[names[0]]
    for name in names[1:]:
        target = inspect.getattr_static(target, name)
    function: Callable[..., Any] = getattr(target, "__func__", target)
    values: list[Any] = []
    named: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.default is not parameter.empty:
            if METRIC.search(parameter.name):
                named[parameter.name] = argument(world, parameter.name)
            continue
        value = argument(world, parameter.name)
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = value
        else:
            values.append(value)
    return function(*values, **named)


def child(path: pathlib.Path, scope: str, case: str) -> None:
    """Run one case in this process and print its outcome as JSON on the last line."""
    try:
        through, seen = run_case(path, scope, case)
        outcome = {"through": through, "seen": seen}
    except CannotTellError as error:
        outcome = {"unknown": str(error)}
    except BaseException as error:
        outcome = {"unknown": f"{type(error).__name__}: {error}"}
    sys.__stdout__.write("\n" + json.dumps(outcome) + "\n")  # type: ignore[union-attr]


def main(path: str, scope: str, refused: str = REFUSED) -> int:
    """Try the cases, each in a process of its own."""
    import subprocess

    letting: list[str] = []
    for case in (GOOD, *refused.split(",")):
        argv = [sys.executable, __file__, CHILD, path, scope, case]
        ran = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
        last = ran.stdout.strip().rpartition("\n")[2]
        outcome = json.loads(last) if last.startswith("{") else {"unknown": ran.stderr[-300:]}
        if "unknown" in outcome:
            print(f"{case} result: cannot tell: {outcome['unknown']}")
            return UNKNOWN
        print(f"{case} result: {'gets through' if outcome['through'] else 'refused'}", end=" ")
        print(f"({outcome['seen']})")
        if outcome["through"]:
            letting.append(case)
    if GOOD not in letting:
        print("CANNOT TELL: the good result is refused as well, so a refusal shows nothing")
        return UNKNOWN
    wrongly = " and a ".join(case for case in letting if case != GOOD)
    print(
        f"RED: a {wrongly} result gets through as a good one does"
        if wrongly
        else "GREEN: a good result gets through, the others are refused"
    )
    return RED if wrongly else GREEN


if __name__ == "__main__":
    if sys.argv[1:2] == [CHILD]:
        child(pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4])
        sys.exit(0)
    try:
        code = main(*sys.argv[1:4])
    except Exception as error:
        print(f"cannot tell: {type(error).__name__}: {error}")
        code = UNKNOWN
    sys.exit(code)
