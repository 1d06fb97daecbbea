"""Values fold as far as one file tells, and stay unknown where it does not."""

from __future__ import annotations

import pytest

from mlops_agent.lifecycle.facts import Assignment, Call, Scalar, Value
from mlops_agent.lifecycle.readers.python import read

PATH = "src/pkg/train.py"


def folded(setup: str, expression: str, path: str = PATH) -> Value:
    text = f"{setup}\nprint({expression})\n"
    last = [f for f in read(path, text) if isinstance(f, Call) and f.name == "print"][-1]
    return last.args[0]


@pytest.mark.parametrize(
    ("setup", "expression", "value"),
    [
        ("N = 'churn'", "N", "churn"),
        ("N = 'churn'", "f'models:/{N}@champion'", "models:/churn@champion"),
        ("N = 'churn'", "'models:/' + N + '/1'", "models:/churn/1"),
        ("N = 'churn'", "'models:/{}/{v}'.format(N, v=2)", "models:/churn/2"),
        ("N = 'churn'", "'models:/%s/%d' % (N, 3)", "models:/churn/3"),
        ("N = 'Churn '", "N.strip().lower()", "churn"),
        ("import os", "os.path.join('a', 'b', '../c')", "a/c"),
        ("from os.path import join", "join('s3://b', 'k')", "s3://b/k"),
        ("from pathlib import Path", "Path('a') / 'b' / 'c.pkl'", "a/b/c.pkl"),
        ("from pathlib import Path", "str(Path('a', 'b').joinpath('c'))", "a/b/c"),
        ("from pathlib import Path", "Path(__file__).resolve().parent / 'x'", "src/pkg/x"),
        ("from pathlib import Path", "Path(__file__).parents[2] / 'm.pkl'", "m.pkl"),
        ("import os", "os.path.dirname(os.path.abspath(__file__)) + '/x'", "src/pkg/x"),
        ("import os", "os.getenv('A', 'prod')", "prod"),
        ("import os", "os.environ.get('A', default='prod')", "prod"),
        ("import os", "float(os.getenv('T', '0.5'))", 0.5),
        ("import os", "os.getenv('A') or 'x'", "x"),
        ("C = {'m': {'name': 'churn', 1: 'k'}}", "C['m']['name']", "churn"),
        ("class S:\n    name = 'churn'\ns = S()", "s.name", "churn"),
        ("class S:\n    name = 'churn'", "S.name", "churn"),
        ("from pydantic import Field\nclass S:\n    n: str = Field(default='x')", "S.n", "x"),
        ("H = 60\nT = H * 24 - 1", "T", 1439),
        ("T = -0.05", "T", -0.05),
        ("A = 'x'\nA = 'x'", "A", "x"),
    ],
)
def test_folds(setup: str, expression: str, value: Scalar) -> None:
    found = folded(setup, expression)
    assert (found.known, found.value, found.holes) == ("folded", value, False)
    assert found.text == expression


@pytest.mark.parametrize(
    ("setup", "expression"),
    [
        ("A = 'x'\nA = 'y'", "A"),
        ("A = 'x'\nif c:\n    A = 'y'", "A"),
        ("for A in b: pass", "A"),
        ("A = 1\nA += 1", "A"),
        ("A = 1\ndef f():\n    global A\n    A = 2", "A"),
        ("import os", "os.environ['A']"),
        ("import os", "os.getenv('A')"),
        ("A = A", "A"),
        ("A = B\nB = A", "A"),
        ("C = {'a': 1}", "C['b']"),
        ("C = {'a': 1}\nC = {'a': 2}", "C['a']"),
        ("", "unknown"),
        ("", "f'{unknown}'"),
        ("A = 'x'\ndef f(A):\n    return A", "f(1)"),
        ("A = 9 ** 9", "A"),
    ],
)
def test_stays_unknown(setup: str, expression: str) -> None:
    found = folded(setup, expression)
    assert (found.known, found.value) == ("unknown", None)
    assert found.text == expression


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("f'runs:/{run}/model'", "runs:/{}/model"),
        ("f'{a:.2f}-x'", "{}-x"),
        ("'s3://b/' + run + '/m'", "s3://b/{}/m"),
        ("os.path.join(base, 'm.pkl')", "{}/m.pkl"),
        ("'runs:/%s/model' % run", "runs:/{}/model"),
        ("Path(base) / 'm.pkl'", "{}/m.pkl"),
    ],
)
def test_unknown_parts_leave_holes(expression: str, value: str) -> None:
    found = folded("import os\nfrom pathlib import Path", expression)
    assert (found.known, found.value, found.holes) == ("folded", value, True)
    assert found.string is None


def test_a_constant_in_place_is_literal() -> None:
    assert folded("", "'x'").known == "literal"
    assert folded("", "None") == Value("literal", None, "None")
    assert folded("", "-3").value == -3


def test_a_parameter_folds_to_its_default_and_a_none_default_to_nothing() -> None:
    text = "def f(alias='champion', run=None):\n    print(alias)\n    print(run)"
    one, two = [fact.args[0] for fact in read(PATH, text) if isinstance(fact, Call)]
    assert (one.known, one.value) == ("folded", "champion")
    assert two.known == "unknown"


def test_argparse_defaults() -> None:
    text = (
        "import argparse\ndef parse():\n    p = argparse.ArgumentParser()\n"
        "    p.add_argument('--model-name', '-m', default='churn')\n"
        "    p.add_argument('-t', '--threshold', type=float, default=0.8)\n"
        "    p.add_argument('--force', action='store_true')\n"
        "    p.add_argument('--run', required=True)\n    p.add_argument('x', dest='y', default=1)\n"
        "    return p.parse_args()\n"
        "def main():\n    a = parse()\n    print(a.model_name, a.threshold, a.force, a.run, a.y)"
    )
    [call] = [f for f in read(PATH, text) if isinstance(f, Call) and f.name == "print"]
    assert [(v.known, v.value) for v in call.args] == [
        ("folded", "churn"),
        ("folded", 0.8),
        ("folded", False),
        ("unknown", None),
        ("folded", 1),
    ]


def test_click_and_typer_defaults() -> None:
    text = (
        "import click, typer\n@click.command()\n@click.option('--model-name', default='churn')\n"
        "def one(model_name):\n    print(model_name)\n"
        "def two(alias: str = typer.Option('champion')):\n    print(alias)"
    )
    found = [f.args[0].value for f in read(PATH, text) if isinstance(f, Call) and f.name == "print"]
    assert found == ["churn", "champion"]


def test_dictionaries_of_settings_give_an_assignment_an_entry() -> None:
    text = "C = {'model': {'name': 'churn', 'n': 2}, k: 1}"
    found = {f.target: f.value.value for f in read(PATH, text) if isinstance(f, Assignment)}
    assert found == {
        "C": None,
        'C["model"]': None,
        'C["model"]["name"]': "churn",
        'C["model"]["n"]': 2,
    }


def test_long_texts_are_cut_and_not_folded_beyond_bounds() -> None:
    found = folded("A = 'x' * 1\nB = '" + "y" * 400 + "'\nC = B + B", "C")
    assert found.known == "unknown"
    assert len(folded("", "'" + "z" * 900 + "'").text) == 200
