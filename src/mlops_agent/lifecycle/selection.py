"""Which readable files are worth parsing.

Owns the prefilter: small repositories are parsed whole; in large ones a Python file is parsed
when it imports a known framework or is joined by imports to one that does, any other file when it
holds a marker of the vocabulary. A file without either states no facts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from mlops_agent.lifecycle.graph.modules import ModuleTable
from mlops_agent.vocabulary.lookup import vocabulary

SMALL_BYTES = 1_500_000
"""Below this many bytes, parsing everything costs less than two CPU seconds."""
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t(]+([\w, \t]*)|import[ \t]+([^\n#;]+))", re.M
)
_BULKY = frozenset({"notebook", "json"})
_LOCKS = (".lock",)
_SPECIFICATION = re.compile(rb'\s*\{\s*"(?:swagger|openapi)"\s*:')
"""How a JSON file begins that describes an interface: it states no fact, and is often large."""
_ALWAYS = (".github/", ".gitlab-ci", "azure-pipelines", "Jenkinsfile", "dvc.yaml", "pyproject.toml")


def worth_parsing(contents: Mapping[str, tuple[str, bytes]]) -> set[str]:
    """The paths to parse, from reader name and content by path."""
    by_kind: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
    for path, (name, content) in contents.items():
        bulky = name in _BULKY or path.endswith(_LOCKS)
        kind = name if name == "python" else "bulky" if bulky else "plain"
        by_kind[kind][path] = content
    plain = by_kind["plain"]
    small = sum(map(len, plain.values())) <= SMALL_BYTES
    chosen = set(plain) if small else _marked(plain)
    return chosen | _python(by_kind["python"]) | _marked(by_kind["bulky"])


def _marked(contents: Mapping[str, bytes]) -> set[str]:
    markers = _markers()
    return {
        path
        for path, content in contents.items()
        if any(part in path for part in _ALWAYS)
        or (any(marker in content for marker in markers) and not _SPECIFICATION.match(content))
    }


def _python(contents: Mapping[str, bytes]) -> set[str]:
    if sum(map(len, contents.values())) <= SMALL_BYTES:
        return set(contents)
    known = vocabulary()
    table = ModuleTable(contents)
    chosen: set[str] = set()
    near: defaultdict[str, set[str]] = defaultdict(set)
    for path, content in contents.items():
        for module in imported_modules(content):
            if known.framework_of(module) is not None:
                chosen.add(path)
                continue
            target = table.resolve(path, module)
            if target is not None:
                near[path].add(target)
                near[target].add(path)
    return _joined(chosen, near)


def _joined(chosen: set[str], near: Mapping[str, set[str]]) -> set[str]:
    waiting = list(chosen)
    while waiting:
        for path in near.get(waiting.pop(), ()):
            if path not in chosen:
                chosen.add(path)
                waiting.append(path)
    return chosen


def imported_modules(content: bytes) -> set[str]:
    """The module names that import statements of Python source name, `from a import b` as a.b too.

    A scan of lines, not a parse: it may see an import in a string, never miss a plain one.
    """
    found: set[str] = set()
    for module, names, plain in _IMPORT.findall(content):
        if module:
            base = module.decode("utf-8", "replace")
            found.add(base)
            joint = "" if base.endswith(".") else "."
            for name in names.decode("utf-8", "replace").split(","):
                if name.split():
                    found.add(f"{base}{joint}{name.split()[0]}")
        else:
            for name in plain.decode("utf-8", "replace").split(","):
                if name.split():
                    found.add(name.split()[0])
    return found


@cache
def _markers() -> tuple[bytes, ...]:
    every = {m.encode() for framework in vocabulary().frameworks for m in framework.markers}
    return tuple(sorted(every))
