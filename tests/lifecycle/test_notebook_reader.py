"""Notebooks: cells as one module, lines of the stored file, magics as commands."""

from __future__ import annotations

import json
from typing import TypeVar

import pytest

from mlops_agent.lifecycle.facts import Call, Cell, Command, Comparison, Fact, Requirement
from mlops_agent.lifecycle.readers.notebook import read
from mlops_agent.lifecycle.unreadable import UnreadableError

T = TypeVar("T", bound=Fact)
Source = str | list[str]


def notebook(*sources: Source, indent: int | None = 1, **metadata: object) -> str:
    cells = [
        {"cell_type": "code", "execution_count": n, "metadata": {}, "outputs": [], "source": s}
        for n, s in enumerate(sources, 1)
    ]
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4}, indent=indent)


def file_line(text: str, part: str) -> int:
    [line] = [n for n, line in enumerate(text.split("\n"), 1) if part in line]
    return line


def of(text: str, kind: type[T], path: str = "nb/train.ipynb") -> list[T]:
    return [fact for fact in read(path, text) if isinstance(fact, kind)]


def test_lines_are_those_of_the_file() -> None:
    text = notebook(
        ["import mlflow\n", "c = mlflow.MlflowClient()"],
        ["if f1 < T:\n", "    raise ValueError\n", "c.set_registered_model_alias(\n", "  'm')"],
    )
    [call] = [c for c in of(text, Call) if c.name.endswith("set_registered_model_alias")]
    assert call.name == "mlflow.MlflowClient.set_registered_model_alias"
    assert call.line == file_line(text, "set_registered_model_alias")
    assert call.end_line == file_line(text, "  'm')")
    [gate] = of(text, Comparison)
    first = file_line(text, "raise ValueError")
    assert gate.controls == (first, first)
    assert gate.otherwise == (first + 1, first + 2)


def test_a_notebook_on_one_line_stands_on_line_one() -> None:
    text = notebook(["import mlflow\n", "mlflow.register_model('u', 'm')"], indent=None)
    assert {fact.line for fact in read("n.ipynb", text)} == {1}
    assert of(text, Call)[0].argument("name", 1) is not None


def test_a_source_that_is_one_text_is_split() -> None:
    text = notebook("import mlflow\nmlflow.register_model('u', 'm')\n")
    [call] = of(text, Call)
    assert call.line == file_line(text, '"source"')


def test_keys_in_outputs_are_no_source() -> None:
    cell = {
        "cell_type": "code",
        "outputs": [{"data": {"source": ["a\n", "b\n"], "text": 'x "source": ["'}}],
        "source": ["print(1)"],
    }
    markdown = {"cell_type": "markdown", "source": ["print(2)\n", "more"]}
    text = json.dumps({"cells": [markdown, cell], "nbformat": 4}, indent=1)
    assert [c.line for c in of(text, Call)] == [file_line(text, "print(1)")]


def test_cells_tell_their_place_count_and_magics() -> None:
    text = notebook(["%matplotlib inline\n", "x = 1"], ["def broken("], ["x?"])
    one, two, three = of(text, Cell)
    assert (one.index, one.execution_count, one.magics) == (0, 1, ("%matplotlib inline",))
    assert (one.line, one.end_line) == (
        file_line(text, "%matplotlib"),
        file_line(text, '"x = 1"'),
    )
    assert (one.broken, two.broken, three.broken) == (False, True, False)
    assert three.magics == ("x?",)


def test_a_broken_cell_does_not_hide_the_others() -> None:
    text = notebook(["def broken("], ["print(1)"])
    assert [c.name for c in of(text, Call)] == ["print"]


def test_shell_lines_are_commands() -> None:
    text = notebook(
        ["!pip install mlflow==2.9.0 \\\n", "   evidently\n", "print(1)"],
        ["if x:\n", "    !dvc repro\n", "out = !python train.py --n 3"],
        ["%pip install numpy"],
        ["%run ./setup.ipynb"],
        ["%%bash\n", "set -e\n", "mlflow models serve -m models:/m/1\n"],
        ["%%writefile a.py\n", "print(2)"],
        ["%%time\n", "print(3)"],
    )
    commands = {(c.argv[0], c.line): c for c in of(text, Command)}
    assert list(commands) == [
        ("pip", file_line(text, "mlflow==2.9.0")),
        ("dvc", file_line(text, "dvc repro")),
        ("python", file_line(text, "train.py")),
        ("pip", file_line(text, "%pip")),
        ("%run", file_line(text, "%run")),
        ("set", file_line(text, "set -e")),
        ("mlflow", file_line(text, "models serve")),
    ]
    first = of(text, Command)[0]
    assert first.argv == ("pip", "install", "mlflow==2.9.0", "evidently")
    assert (first.origin, first.working_directory, first.after) == ("notebook", "nb", "ignored")
    assert [(r.package, r.exact) for r in of(text, Requirement)] == [
        ("mlflow", "2.9.0"),
        ("evidently", None),
        ("numpy", None),
    ]
    assert [c.args[0].value for c in of(text, Call) if c.name == "print"] == [1, 3]


def test_a_percent_that_is_python_stays() -> None:
    text = notebook(["x = ('%s'\n", "% 3)\n", "print(x)"])
    [call] = of(text, Call)
    assert call.args[0].value == "3"
    assert of(text, Cell)[0].magics == ()


def test_nbformat_three() -> None:
    cells = [
        {"cell_type": "code", "prompt_number": 4, "input": ["import mlflow\n", "print(1)"]},
        {"cell_type": "markdown", "source": ["print(2)"]},
    ]
    text = json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}, indent=1)
    assert of(text, Call)[0].line == file_line(text, "print(1)")
    assert of(text, Cell)[0].execution_count == 4


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "broken JSON: line 1"),
        ("", "broken JSON: line 1"),
        ("[1]", "not a notebook"),
        ('{"a": 1}', "not a notebook"),
        ("[" * 100_000, "broken JSON"),
        (notebook(["x <- 1"], language_info={"name": "R"}), "a notebook in r"),
        (notebook(["x"], kernelspec={"language": "julia"}), "a notebook in julia"),
        (notebook(["print 1"]), "no code cell is Python 3"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read("n.ipynb", text)
    assert caught.value.reason.startswith(reason)


def test_an_empty_notebook_states_nothing() -> None:
    assert read("n.ipynb", notebook()) == []
