"""Which reader a file goes to, by its name, and how large it may be.

Owns the table of names and suffixes; readers are imported when the first file of theirs comes.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from mlops_agent.lifecycle.facts import Fact
from mlops_agent.lifecycle.unreadable import UnreadableError

KIB = 1024
TEMPLATE_SUFFIXES = (".tmpl", ".jinja", ".jinja2", ".j2", ".tpl", ".template")
_CAPS = {"python": 1024 * KIB, "notebook": 5 * 1024 * KIB, "yaml": 200 * KIB}
"""YAML above 200 KiB is generated (compiled pipelines, CRD bundles): in fifty public repositories
none that a person wrote was larger, and it took a quarter of the time of a monorepo's map."""
_CAP = 1024 * KIB
_NAMES = {
    "jenkinsfile": "jenkinsfile",
    "dockerfile": "dockerfile",
    "containerfile": "dockerfile",
    "makefile": "makefile",
    "gnumakefile": "makefile",
    "mlproject": "yaml",
    "dvc.lock": "dvcfile",
    "procfile": "shell",
    "pipfile": "toml",
    "pipfile.lock": "json",
    "uv.lock": "toml",
    "poetry.lock": "toml",
    "pdm.lock": "toml",
    "pixi.lock": "yaml",
}
_SUFFIXES = {
    ".py": "python",
    ".ipynb": "notebook",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".json": "json",
    ".sh": "shell",
    ".bash": "shell",
    ".mk": "makefile",
    ".tf": "hcl",
    ".tfvars": "hcl",
    ".hcl": "hcl",
    ".dvc": "dvcfile",
    ".dockerfile": "dockerfile",
    ".jenkinsfile": "jenkinsfile",
    ".groovy": "jenkinsfile",
}
_FOREIGN_LOCKS = frozenset({"package-lock.json", "npm-shrinkwrap.json"})
"""Generated lists of JavaScript packages: often the largest files of all, stating no fact."""
Read = Callable[[str, str], list[Fact]]


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader by name, with the largest file in bytes that it takes."""

    name: str
    cap: int

    def read(self, path: str, text: str) -> list[Fact]:
        """The facts of one file; raises UnreadableError, also where the reader itself fails."""
        try:
            return _load(self.name)(path, text)
        except UnreadableError:
            raise
        except Exception as error:
            # One odd file must not cost the map of all others; the reason names the fault as ours.
            raise UnreadableError(f"a fault of our reader: {type(error).__name__}") from error


def reader_for(path: str) -> Reader | None:
    """The reader that a path goes to, or None for a file that states no facts."""
    name = _reader_name(path)
    return None if name is None else Reader(name, _CAPS.get(name, _CAP))


def without_template_suffix(path: str) -> str:
    """`train.py.tmpl` -> `train.py`; other paths as they are."""
    for suffix in TEMPLATE_SUFFIXES:
        if path.endswith(suffix):
            return path.removesuffix(suffix)
    return path


def _reader_name(path: str) -> str | None:
    bare = without_template_suffix(path)
    name = bare.rpartition("/")[2].lower()
    if name in _NAMES:
        return _NAMES[name]
    if name in _FOREIGN_LOCKS:
        return None
    if bare.endswith(".dvc/config"):
        return "dvcfile"
    head = name.split(".", 1)[0].split("-", 1)[0]
    if head in ("dockerfile", "jenkinsfile", "makefile") and not name.endswith(".py"):
        return _NAMES[head]
    if _is_requirements(path, name):
        return "requirements"
    return next((reader for suffix, reader in _SUFFIXES.items() if name.endswith(suffix)), None)


def _is_requirements(path: str, name: str) -> bool:
    if not name.endswith((".txt", ".in")):
        return False
    folder = path.rpartition("/")[0].rpartition("/")[2]
    return "requirement" in name or name == "constraints.txt" or folder == "requirements"


@cache
def _load(name: str) -> Read:
    module = importlib.import_module(f"mlops_agent.lifecycle.readers.{name}")
    read: Read = module.read
    return read
