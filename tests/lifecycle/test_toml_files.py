"""pyproject.toml, lock files, task files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader_help import of, read_or_refused

from mlops_agent.lifecycle.facts import Command, ConfigObject, Requirement
from mlops_agent.lifecycle.readers import toml
from mlops_agent.lifecycle.unreadable import UnreadableError

PYPROJECT = """\
[build-system]
requires = ["hatchling>=1"]

[project]
name = "churn"
dependencies = [
  "scikit-learn==1.4.2",
  "pandas>=2",
]
scripts = { churn = "churn.cli:main" }

[project.optional-dependencies]
train = ["torch==2.3"]

[dependency-groups]
dev = ["pytest", {include-group = "x"}]

[tool.poetry.dependencies]
python = "^3.11"
mlflow = "2.9.2"
xgboost = { version = "==2.0", extras = ["x"] }

[tool.poe.tasks]
train = "python -m churn.train"
check = { cmd = "python check.py || true" }

[tool.ruff.lint]
select = ["E"]
"""


def test_requirements() -> None:
    found = of(Requirement, toml.read("pyproject.toml", PYPROJECT))
    assert [(r.package, r.specifier, r.exact, r.group, r.line) for r in found] == [
        ("scikit-learn", "==1.4.2", "1.4.2", "dependencies", 7),
        ("pandas", ">=2", None, "dependencies", 8),
        ("hatchling", ">=1", None, "build", 2),
        ("torch", "==2.3", "2.3", "train", 13),
        ("pytest", "", None, "dev", 16),
        ("mlflow", "^2.9.2", None, "dependencies", 20),
        ("xgboost", "==2.0", "2.0", "dependencies", 21),
    ]


def test_objects() -> None:
    found = {o.kind: o for o in of(ConfigObject, toml.read("pyproject.toml", PYPROJECT))}
    assert found["scripts"].get("churn") == "churn.cli:main"
    assert (found["Project"].name, found["Project"].line) == ("churn", 4)
    tools = [
        o for o in of(ConfigObject, toml.read("pyproject.toml", PYPROJECT)) if o.kind == "tool"
    ]
    assert [t.name for t in tools] == ["poetry", "poe", "ruff"]
    entry = tools[2].entry("lint.select.0")
    assert entry
    assert (entry.value, entry.line) == ("E", 28)


def test_tasks() -> None:
    found = of(Command, toml.read("ml/pyproject.toml", PYPROJECT))
    assert [(c.argv[-1], c.owner, c.line, c.after) for c in found] == [
        ("churn.train", "train", 24, ""),
        ("check.py", "check", 25, "or"),
        ("true", "check", 25, ""),
    ]
    text = '[tasks.train]\nrun = [\n  "dvc pull",\n  "python t.py",\n]\n'
    found = of(Command, toml.read("mise.toml", text))
    assert [(c.argv, c.line) for c in found] == [(("dvc", "pull"), 3), (("python", "t.py"), 4)]


def test_locks() -> None:
    text = 'version = 1\n[[package]]\nname = "a"\nversion = "1.0"\n\n'
    text += '[[package]]\nname = "b"\nversion = "2"\n'
    found = of(Requirement, toml.read("uv.lock", text))
    assert [(r.package, r.exact, r.source, r.line) for r in found] == [
        ("a", "1.0", "lock", 2),
        ("b", "2", "lock", 6),
    ]


def test_other_files_are_settings() -> None:
    (item,) = of(ConfigObject, toml.read("conf/app.toml", '[model]\nname = "churn"\n'))
    entry = item.entry("model.name")
    assert entry
    assert (item.family, entry.value, entry.line) == ("settings", "churn", 2)


def test_broken_toml_says_where() -> None:
    with pytest.raises(UnreadableError, match="line 2"):
        toml.read("a.toml", "a = 1\nb = = 2\n")


@given(
    st.one_of(
        st.text(max_size=150),
        st.lists(
            st.sampled_from(
                [
                    "[project]",
                    "dependencies = ['a', 1]",
                    "[tool]",
                    "poetry = 3",
                    "[[package]]",
                    "a.b = 1",
                    "[tasks]",
                    "run = {cmd = 1}",
                    "[tool.poe]",
                    "tasks = 'x'",
                    "x = [[], {}]",
                ]
            ),
            max_size=10,
        ).map("\n".join),
    ),
    st.sampled_from(["pyproject.toml", "uv.lock", "Pipfile", "x.toml"]),
)
def test_any_text(text: str, path: str) -> None:
    read_or_refused(toml.read, path, text)
