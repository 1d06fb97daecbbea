"""Commands that code starts, metrics that it exports, packages that it installs."""

from __future__ import annotations

import pytest

from mlops_agent.lifecycle.facts import Command, MetricSource, Requirement
from mlops_agent.lifecycle.readers.python import read

PATH = "src/t.py"


def commands(text: str) -> list[Command]:
    return [f for f in read(PATH, f"import subprocess, os, sys\n{text}") if isinstance(f, Command)]


@pytest.mark.parametrize(
    ("text", "argv", "after"),
    [
        ("subprocess.run(['dvc', 'repro'])", ("dvc", "repro"), "ignored"),
        ("subprocess.run(['dvc', 'repro'], check=True)", ("dvc", "repro"), ""),
        ("r = subprocess.run(['dvc', 'repro'])", ("dvc", "repro"), ""),
        ("subprocess.check_call(('dvc', 'repro'))", ("dvc", "repro"), ""),
        (
            "subprocess.run([sys.executable, '-m', M])\nM = 'a.b'",
            ("python", "-m", "a.b"),
            "ignored",
        ),
        ("subprocess.run(['python', path, *rest])", ("python", "path", "*rest"), "ignored"),
        ("subprocess.check_output('dvc repro x', shell=True)", ("dvc", "repro", "x"), ""),
        ("os.system(f'python {S}')\nS = 'a.py'", ("python", "a.py"), "ignored"),
    ],
)
def test_started_commands(text: str, argv: tuple[str, ...], after: str) -> None:
    [found] = commands(text)
    assert (found.argv, found.after, found.origin) == (argv, after, "python")


def test_a_shell_text_is_split_into_its_commands() -> None:
    found = commands("def go():\n    os.system('cd a && dvc pull; mlflow run .')")
    assert [c.argv[0] for c in found][-2:] == ["dvc", "mlflow"]
    assert {c.owner for c in found} == {"go"}
    assert {c.line for c in found} == {3}


def test_unknown_texts_and_other_calls_start_nothing() -> None:
    assert commands("subprocess.run(cmd)\nos.system(f'{cmd}')\nrun(['a'])\nsubprocess.run()") == []


def test_bash_operators_and_invoke_tasks() -> None:
    text = (
        "from airflow.operators.bash import BashOperator\nfrom invoke import Context, task\n"
        "BashOperator(task_id='t', bash_command='python train.py')\n"
        "@task\ndef go(c: Context):\n    c.run('dvc push', warn=True)\n"
    )
    assert [(c.origin, c.owner, c.argv[0], c.after) for c in commands(text)] == [
        ("airflow", "t", "python", ""),
        ("python", "go", "dvc", "ignored"),
    ]


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("from prometheus_client import Counter as C\nC('preds', 'x')", "preds_total", "counter"),
        ("import prometheus_client as p\np.Counter('preds_total', 'x')", "preds_total", "counter"),
        (
            "from prometheus_client import Gauge\nGauge(name='x', namespace='ml', subsystem='m')",
            "ml_m_x",
            "gauge",
        ),
        ("from prometheus_client import Histogram\nN='l'\nHistogram(N, '')", "l", "histogram"),
        ("from prometheus_client import Info\nInfo('model', '')", "model_info", "info"),
        (
            "from opentelemetry import metrics\nm = metrics.get_meter('a')\n"
            "m.create_counter('model.preds')",
            "model_preds_total",
            "counter",
        ),
        (
            "from opentelemetry.metrics import get_meter as g\ng('a').create_histogram(name='l.s')",
            "l_s",
            "histogram",
        ),
    ],
)
def test_metrics_are_named_as_exported(text: str, name: str, kind: str) -> None:
    [found] = [f for f in read(PATH, text) if isinstance(f, MetricSource)]
    assert (found.name, found.metric_type) == (name, kind)


def test_other_counters_and_unknown_names_are_no_metrics() -> None:
    text = (
        "from collections import Counter\nfrom prometheus_client import Gauge\nCounter('abc')\n"
        "Gauge(name)\nGauge(f'a_{name}', '')\nm.create_counter('x')"
    )
    assert not [f for f in read(PATH, text) if isinstance(f, MetricSource)]


def test_packages_to_install() -> None:
    text = (
        "from kfp import dsl\nimport mlflow\nfrom setuptools import setup\nP = ['mlflow>=2', u]\n"
        "@dsl.component(packages_to_install=['scikit_learn==1.4', 'pandas'])\ndef f(): ...\n"
        "mlflow.sklearn.log_model(m, pip_requirements=P)\n"
        "setup(install_requires=['numpy~=2.0; python_version > \"3\"'])\n"
    )
    found = [f for f in read(PATH, text) if isinstance(f, Requirement)]
    assert [(f.line, f.source, f.package, f.specifier, f.exact, f.group) for f in found] == [
        (4, "mlflow", "mlflow", ">=2", None, "mlflow.sklearn.log_model"),
        (5, "kfp", "scikit-learn", "==1.4", "1.4", "f"),
        (5, "kfp", "pandas", "", None, "f"),
        (8, "setup", "numpy", "~=2.0", None, "setuptools.setup"),
    ]
