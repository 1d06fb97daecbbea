"""Calls are named after what the file's own imports, constructors and annotations tell."""

from __future__ import annotations

import pytest

from mlops_agent.lifecycle.facts import Assignment, Call, Definition, Import
from mlops_agent.lifecycle.readers.python import read


def calls(text: str, path: str = "src/pkg/train.py") -> list[Call]:
    return [fact for fact in read(path, text) if isinstance(fact, Call)]


def names(text: str, path: str = "src/pkg/train.py") -> list[str]:
    return [call.name for call in calls(text, path)]


ALIAS = "mlflow.MlflowClient.set_registered_model_alias"


@pytest.mark.parametrize(
    "text",
    [
        "import mlflow\nmlflow.MlflowClient().set_registered_model_alias('m', 'a', 1)",
        "import mlflow as ml\nc = ml.MlflowClient()\nc.set_registered_model_alias('m', 'a', 1)",
        "from mlflow.tracking import MlflowClient as C\nC().set_registered_model_alias('m')",
        "import mlflow.tracking\nc = mlflow.tracking.MlflowClient()\n"
        "def f():\n    c.set_registered_model_alias('m')",
        "from mlflow import MlflowClient\nclass P:\n    def __init__(self):\n"
        "        self.c = MlflowClient()\n    def go(self):\n"
        "        self.c.set_registered_model_alias('m')",
        "from mlflow import MlflowClient\nclass P:\n    c: MlflowClient\n    def go(this):\n"
        "        this.c.set_registered_model_alias('m')",
        "from mlflow import MlflowClient\nclass P:\n    @property\n    def c(self):\n"
        "        return MlflowClient()\n    def go(self):\n"
        "        self.c.set_registered_model_alias('m')",
        "from mlflow import MlflowClient\ndef f(c: MlflowClient | None):\n"
        "    c.set_registered_model_alias('m')",
        "from mlflow import MlflowClient\ndef f(c: 'MlflowClient'):\n"
        "    c.set_registered_model_alias('m')",
        "from typing import Optional\nfrom mlflow import MlflowClient\n"
        "def f(c: Optional[MlflowClient] = None):\n    c = c or MlflowClient()\n"
        "    c.set_registered_model_alias('m')",
        "from mlflow import MlflowClient\ndef make():\n    return MlflowClient()\n"
        "make().set_registered_model_alias('m')",
        "from mlflow import MlflowClient\ndef make() -> MlflowClient: ...\nc = make()\n"
        "c.set_registered_model_alias('m')",
        "from mlflow import MlflowClient\nc = None\ntry:\n    c = MlflowClient()\n"
        "except ImportError:\n    c = None\nc.set_registered_model_alias('m')",
        "from mlflow import MlflowClient\nwith MlflowClient() as c:\n"
        "    c.set_registered_model_alias('m')",
        "from mlflow import MlflowClient\nif (c := MlflowClient()):\n"
        "    c.set_registered_model_alias('m')",
        "def f():\n    from mlflow import MlflowClient\n    c, n = MlflowClient(), 1\n"
        "    c.set_registered_model_alias('m')",
    ],
)
def test_the_client_is_followed_to_its_constructor(text: str) -> None:
    assert names(text).count(ALIAS) == 1


def test_an_unknown_receiver_gives_a_leading_dot() -> None:
    assert names("def f(client):\n    client.set_registered_model_alias('m')") == [
        ".set_registered_model_alias"
    ]


def test_a_rebound_name_counts_from_its_line_on() -> None:
    text = (
        "from xgboost import XGBClassifier\nfrom lightgbm import LGBMClassifier\n"
        "m = XGBClassifier()\nm.fit(x)\nm = LGBMClassifier()\nm.fit(x)"
    )
    assert [n for n in names(text) if n.endswith("fit")] == [
        "xgboost.XGBClassifier.fit",
        "lightgbm.LGBMClassifier.fit",
    ]


def test_a_base_class_names_inherited_methods() -> None:
    text = (
        "import pytorch_lightning as pl\nimport mlflow\nclass Base(mlflow.pyfunc.PythonModel):\n"
        "    pass\nclass Net(Base):\n    def go(self):\n        self.log_model()\n"
        "        self.own()\n"
        "    def own(self): ..."
    )
    assert names(text) == ["mlflow.pyfunc.PythonModel.log_model", "Net.own"]


def test_super_is_the_base_and_getattr_is_anything() -> None:
    text = (
        "import mlflow\nclass A(mlflow.pyfunc.PythonModel):\n    def f(self):\n"
        "        super().log_model()\n        getattr(x, y).log_model()"
    )
    assert names(text) == ["mlflow.pyfunc.PythonModel.log_model", ".log_model"]


def test_relative_imports_are_named_from_the_root() -> None:
    text = "from .data import load\nfrom .. import gate\nload()\ngate.check()"
    assert names(text, "src/pkg/train.py") == ["src.pkg.data.load", "src.gate.check"]


def test_functions_and_methods_of_the_file_are_named_by_their_place() -> None:
    text = (
        "class Trainer:\n    def fit(self): ...\n    def run(self):\n        self.fit()\n"
        "def main():\n    t = Trainer()\n    t.run()\n    def inner(): ...\n    inner()\nmain()"
    )
    assert names(text) == ["Trainer.fit", "Trainer", "Trainer.run", "main.inner", "main"]


def test_a_decorator_that_replaces_a_function_names_its_members() -> None:
    text = (
        "from prefect import flow\n@flow\ndef train(): ...\ntrain.serve(cron='0 3 * * *')\ntrain()"
    )
    assert names(text) == ["prefect.flow.serve", "train"]


def test_a_star_import_may_bring_a_plain_name() -> None:
    assert "vision_learner" in names("from fastai.vision.all import *\nl = vision_learner(d)")
    assert names("l = vision_learner(d)") == []


def test_plots_and_arrays_give_no_facts_unless_listed() -> None:
    text = (
        "import numpy as np\nimport matplotlib.pyplot as plt\nnp.zeros(3)\nplt.plot(1)\n"
        "np.random.seed(1)"
    )
    assert names(text) == ["numpy.random.seed"]


def test_a_shadowing_local_is_not_the_import() -> None:
    text = "import mlflow\ndef f(mlflow):\n    mlflow.register_model('a', 'b')"
    assert names(text) == [".register_model"]


def test_the_call_says_what_becomes_of_its_result() -> None:
    text = (
        "import mlflow\nv = mlflow.register_model('u', 'n')\nmlflow.register_model('u', 'n')\n"
        "print(mlflow.register_model('u', 'n'))\nself.v = mlflow.register_model('u', 'n')"
    )
    found = [c for c in calls(text) if c.name == "mlflow.register_model"]
    assert [(c.assigned, c.used) for c in found] == [
        ("v", True),
        (None, False),
        (None, True),
        ("self.v", True),
    ]


def test_columns_count_characters() -> None:
    [call] = calls("x = 'é'; sys.exit(1)\nimport sys".replace("sys.exit", "exit"))
    assert (call.column, call.end_column) == (9, 16)


def test_starred_arguments_are_told() -> None:
    found = calls("import mlflow\nmlflow.register_model(*a)\nmlflow.register_model(**k)")
    assert [c.starred for c in found] == [True, True]


def test_imports_keep_their_dots_and_aliases() -> None:
    found = [
        (f.module, f.name, f.alias, f.scope)
        for f in read("a.py", "import a.b\nimport a.b as c\ndef f():\n    from ..x import y as z")
        if isinstance(f, Import)
    ]
    assert found == [
        ("a.b", None, "a", ""),
        ("a.b", None, "c", ""),
        ("..x", "y", "z", "f"),
    ]


def test_definitions_list_parameters_decorators_and_bases() -> None:
    text = (
        "from kfp import dsl\nimport torch.nn as nn\nN = 3\n@dsl.component(base_image='x')\n"
        "def f(a, b=N, *args, c='s', **kw): ...\nclass M(nn.Module):\n    def g(self): ..."
    )
    f, m, g = [fact for fact in read("a.py", text) if isinstance(fact, Definition)]
    assert f.decorators == ("kfp.dsl.component",)
    assert [name for name, _ in f.parameters] == ["a", "b", "*args", "c", "**kw"]
    assert [value.value for _, value in f.parameters] == [None, 3, None, "s", None]
    assert (m.is_class, m.bases) == (True, ("torch.nn.Module",))
    assert (g.scope, g.line, g.end_line) == ("M", 7, 7)


def test_assignments_name_their_maker() -> None:
    text = (
        "import mlflow\nclass A:\n    def f(self):\n        self.m, n = mlflow.load_model('x'), 2"
    )
    found = [f for f in read("a.py", text) if isinstance(f, Assignment)]
    assert [(f.target, f.call, f.value.value) for f in found] == [
        ("self.m", "mlflow.load_model", None),
        ("n", None, 2),
    ]
