"""What hostile files may cost, and documents made of the keys that interpreters look for."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_help import Read, read_or_refused

from mlops_agent.lifecycle.readers import yaml

YARDSTICK = 200_000
"""Rounds of a plain loop, some 0.04 s of CPU, that a reader's time is compared with."""
MOST_YARDS = 300
"""Far above what any of these takes (under 100), far below what a quadratic reader takes."""
SIZE = 200_000
HOSTILE = {
    "yaml": [
        ("a.yaml", "{{" * (SIZE // 2)),
        ("a.yaml", "a: " + "{{x}} " * (SIZE // 6)),
        ("a.yaml", "a: " + "{%" * (SIZE // 2)),
        ("a.yaml", "\n".join(f"k{n}: v" for n in range(SIZE // 10))),
        ("a.yaml", "a: b" + " " * SIZE + "{{"),
        ("a.yaml", "a: " + "{" * SIZE),
        ("r.yaml", "groups:\n- rules:\n  - alert: a\n    expr: " + "a " * (SIZE // 2)),
    ],
    "shell": [
        ("a.sh", "a||" * (SIZE // 3)),
        ("a.sh", "{{" * (SIZE // 2)),
        ("a.sh", "$(" * (SIZE // 2)),
        ("a.sh", 'bash -c "$(' * 1000),
        ("a.sh", "a" + " " * SIZE + "\\ b"),
        ("a.sh", "((" * (SIZE // 2)),
        ("a.sh", "cat <<A <<B\n" * (SIZE // 12)),
        ("a.sh", "a <" + "<" * SIZE),
    ],
    "makefile": [
        ("Makefile", "a" + " " * SIZE + "b"),
        (
            "Makefile",
            "".join(f"V{n}=" + f"$(V{n + 1})" * 60 + "\n" for n in range(9)) + "a:\n\t$(V0)",
        ),
        ("Makefile", "A += xxxxxxxxxx\n" * (SIZE // 16) + "a:\n\t$(A)\n"),
    ],
    "requirements": [("r.txt", "a" + " " * SIZE + "!"), ("r.txt", "a\n" * (SIZE // 2))],
    "dockerfile": [
        ("Dockerfile", "FROM a\nENV " + "a" * SIZE),
        ("Dockerfile", "FROM a\n" + "RUN a \\\n" * (SIZE // 8)),
        ("Dockerfile", "FROM a\nRUN <<E\n" * (SIZE // 16)),
        ("Dockerfile", "FROM a\n" * (SIZE // 7)),
    ],
    "jenkinsfile": [
        ("Jenkinsfile", "stage('a'){}\n" * (SIZE // 13)),
        ("Jenkinsfile", "'''" * SIZE),
        ("Jenkinsfile", "{a:" * (SIZE // 3)),
    ],
    "toml": [
        ("a.toml", "[" + " " * SIZE + "a]\n"),
        ("a.toml", "a." * 20_000 + "b = 1\n"),
        ("pyproject.toml", "[project]\ndependencies = [\n" + "'a',\n" * (SIZE // 6) + "]\n"),
    ],
    "python": [
        ("a.py", "x0 = ''\n" + "".join(f"x{n} = f'{f'{{x{n - 1}}}' * 9}'\n" for n in range(1, 40))),
    ],
    "hcl": [
        ("a.tf", "a = " + "[" * 30 + " " * SIZE),
        ("a.tf", "a = [" + "b + [1] * 2," * (SIZE // 12) + "]"),
        ("a.tf", "a = <<E\n" * (SIZE // 8)),
    ],
    "json": [("a.json", "[" + "1," * (SIZE // 2) + "1]"), ("a.json", '{"a": ' * (SIZE // 6))],
}
CASES = [(name, path, text) for name, cases in HOSTILE.items() for path, text in cases]

# fmt: off
KEYS = [
    "on", "true", "jobs", "steps", "run", "uses", "name", "if", "env", "needs", "environment",
    "concurrency", "schedule", "cron", "stages", "cmd", "deps", "outs", "params", "metrics",
    "foreach", "do", "wdir", "path", "apiVersion", "kind", "metadata", "spec", "containers",
    "image", "command", "args", "templates", "dag", "tasks", "script", "source", "continueOn",
    "groups", "rules", "alert", "expr", "record", "labels", "scrape_configs", "receivers",
    "route", "dashboard", "panels", "targets", "services", "build", "entrypoint", "resources",
    "registered_models", "targets", "$schema", "trigger", "create_job", "component", "inputs",
    "jobs", "entry_points", "conda_env", "dependencies", "pip", "channels", "Resources", "Type",
    "deploymentSpec", "pipelineInfo", "root", "applications", "import_path", "repository", "tag",
    "before_script", "allow_failure", "when", "deployment", "strategy", "template",
    "inlineScript", "continueOnError", "dependsOn", "items", "type", "runs", "using", "bundle",
]
# fmt: on
TEXTS = st.sampled_from(
    [
        *KEYS,
        *("", "yes", "1", "a/b:c", "v1", "List", "PrometheusRule", "CronJob", "Workflow", "a || b"),
        *("argoproj.io/v1alpha1", "AWS::X", "{{ x }}", "${{ y }}", "==1.0", "numpy=1.2"),
        "https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json",
        "python a.py | tee b\nset +e",
    ]
)
TREES = st.recursive(
    TEXTS | st.booleans() | st.none() | st.integers(0, 9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=25,
)
PATHS = st.sampled_from(
    [
        *(
            ".github/workflows/a.yml",
            "dvc.yaml",
            "dvc.lock",
            "a.dvc",
            ".gitlab-ci.yml",
            "action.yml",
        ),
        *("azure-pipelines.yml", "cloudbuild.yaml", "docker-compose.yml", "values.yaml", "x.yaml"),
        *("databricks.yml", "MLproject", "conda.yaml", "catalog.yml", "Chart.yaml"),
    ]
)


@pytest.mark.parametrize(
    ("name", "path", "text"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)]
)
def test_hostile_files_cost_little(name: str, path: str, text: str) -> None:
    read: Read = importlib.import_module(f"mlops_agent.lifecycle.readers.{name}").read
    # Against the machine as it is this second: a busy one is slower at both.
    yard = cpu_of(lambda: sum(len(str(n)) for n in range(YARDSTICK)))
    assert cpu_of(lambda: read_or_refused(read, path, text)) < MOST_YARDS * yard


def cpu_of(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@settings(max_examples=300)
@given(
    st.dictionaries(st.sampled_from(KEYS), TREES, min_size=1, max_size=6), PATHS, st.integers(0, 2)
)
def test_any_document_of_known_keys_is_read(
    tree: dict[str, object], path: str, indent: int
) -> None:
    read_or_refused(yaml.read, path, json.dumps(tree, indent=indent or None))
