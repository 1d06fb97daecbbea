"""Odd files: encodings, size, nesting, other Pythons, templates, Databricks notebooks."""

from __future__ import annotations

import warnings

import pytest

from mlops_agent.lifecycle.facts import Call, Command, Requirement
from mlops_agent.lifecycle.readers.python import read
from mlops_agent.lifecycle.unreadable import UnreadableError


def call_lines(path: str, text: str, name: str = "print") -> list[int]:
    return [f.line for f in read(path, text) if isinstance(f, Call) and f.name == name]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("\ufeffprint(1)", [1]),
        ("# -*- coding: latin-1 -*-\nprint('\xe9')", [2]),
        ("def f():\n\tprint(1)\n\x0c\nprint(2)", [2, 4]),
        ("print(1)\r\nprint(2)\r\n", [1, 2]),
        ("print(1)\rprint(2)\r", [1, 2]),
        ("x = '\u2028'\nprint(1)", [2]),
        ("", []),
        ("print(1)", [1]),
    ],
)
def test_lines_are_those_of_the_parser(text: str, lines: list[int]) -> None:
    assert call_lines("a.py", text) == lines


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import a\nprint 'x'\n", "not Python 3: line 2: "),
        ("x = (", "not Python 3: line 1: "),
        ("x = '\0'", "not Python"),
        ("x = '\ud800'", "not Python source: "),
        ("(" * 5000 + ")" * 5000, ""),
        ("-" * 200_000 + "1", ""),
        ("x = " + "+".join(["a"] * 60_000), ""),
        ("a" + ".b" * 60_000, ""),
        ("a" + "()" * 60_000, ""),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read("a.py", text)
    assert caught.value.reason.startswith(reason)


def test_chains_below_the_parser_limit_are_read() -> None:
    text = "print(a" + ".b()" * 150 + ")\nx = " + "+".join(["'a'"] * 150) + "\nprint(x)"
    assert call_lines("a.py", text) == [1, 3]


def test_names_that_lead_round_in_circles_end() -> None:
    text = "\n".join(f"a{n} = a{(n + 1) % 300}.m()" for n in range(300)) + "\na0.fit(x)\nprint(a0)"
    assert call_lines("a.py", text) == [302]


def test_a_hundred_thousand_lines_are_read() -> None:
    text = "f(m)\n" * 100_000 + "print(m)\n"
    assert call_lines("a.py", text) == [100_001]


def test_long_chains_of_branches_take_no_quadratic_room() -> None:
    text = "if a == 0:\n    pass\n" + "".join(
        f"elif a == {n}:\n    print(a)\n" for n in range(1, 90)
    )
    assert len(call_lines("a.py", text)) == 89
    found = [f for f in read("a.py", text) if isinstance(f, Call)]
    assert found[-1].guards[-2:] == ("not (a == 88)", "a == 89")
    flat = "if a > 1:\n    return\n" * 30_000
    assert len(read("a.py", flat)) == 30_000


def test_no_warning_of_the_parser_leaks() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read("a.py", "x = '\\d'\nif x is 'a': pass\n")


@pytest.mark.parametrize(
    "text",
    [
        'x = f"{a["k"]} {b}"\nprint(1)',
        "x = f'{a['k']!r:>{w['n']}}' # it's f\"{\nprint(1)",
        'x = f"{"\\n".join(a)}"\nprint(1)',
        'x = f"""{a["k"]}\n"""; print(1)',
        'x = f"{f"{a["k"]}"}"\nprint(1)',
        'x = f"{{{a["it\'s"]}}}"\nprint(1)',
        "try:\n    pass\nexcept A, b.C:\n    print(1)",
    ],
)
def test_syntax_of_newer_pythons_is_read(text: str) -> None:
    assert call_lines("a.py", text) == [text[: text.index("print")].count("\n") + 1]


def test_template_values_are_holes_and_control_lines_blank() -> None:
    text = (
        "{{- if .x }}\nimport mlflow\n{{ else }}\n{{ end }}\n"
        "from {{ .name }}.train import {{ .f }}\n"
        "mlflow.register_model('{{ .uri }}', name='{{template `model` .}}-x')\n"
        "{# a\nb #}\n{% if y %}\nprint({{ `{{ raw }}` }})\n{% endif %}\n"
    )
    found = [f for f in read("t/train.py.tmpl", text) if isinstance(f, Call)]
    assert [(f.name, f.line) for f in found] == [("mlflow.register_model", 6), ("print", 10)]
    name = found[0].argument("name")
    assert name is not None
    assert (name.value, name.holes) == ("{}-x", True)
    assert found[0].args[0].known == "unknown"


def test_a_template_under_a_plain_name_is_read_when_it_must_be() -> None:
    text = "from {{cookiecutter.module}} import f\nprint('{{cookiecutter.name}}')"
    [call] = [f for f in read("{{cookiecutter.m}}/a.py", text) if isinstance(f, Call)]
    assert call.args[0].known == "unknown"


def test_braces_of_plain_python_are_not_templates() -> None:
    text = "x = f'{{a}}'\nprint({'a': {'b': 1}}, '{{b}}')"
    [call] = [f for f in read("a.py", text) if isinstance(f, Call)]
    assert call.args[1].value == "{{b}}"


def test_a_broken_template_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="not Python 3: line 1"):
        read("a.py.j2", "def {{ f }} {{ g }}:\n")


def test_databricks_magics_are_commands() -> None:
    text = (
        "# Databricks notebook source\n# MAGIC %pip install mlflow==2.9.0\n"
        "# COMMAND ----------\n%cd ..\n# MAGIC %run ../utils/setup\n# MAGIC %md\n# MAGIC text\n"
        "dbutils.notebook.run('train', 0)\nspark.table('a.b')\n# MAGIC %sh\n# MAGIC dvc pull\n"
    )
    found = read("nb/train.py", text)
    commands = [(f.line, f.argv, f.working_directory) for f in found if isinstance(f, Command)]
    assert commands == [
        (2, ("pip", "install", "mlflow==2.9.0"), "nb"),
        (5, ("%run", "../utils/setup"), "nb"),
        (11, ("dvc", "pull"), "nb"),
    ]
    assert [f.name for f in found if isinstance(f, Call)] == ["dbutils.notebook.run", "spark.table"]
    assert [(f.package, f.exact) for f in found if isinstance(f, Requirement)] == [
        ("mlflow", "2.9.0")
    ]
