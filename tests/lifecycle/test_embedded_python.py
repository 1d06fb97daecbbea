"""Python inside other files: inline programs, heredocs, compiled components."""

from __future__ import annotations

from reader_help import of

from mlops_agent.lifecycle.facts import Call, Command, ConfigObject, Import
from mlops_agent.lifecycle.readers import jenkinsfile, shell, yaml

PROGRAM = """import mlflow
client = mlflow.MlflowClient()
client.transition_model_version_stage('churn', 3, 'Production')"""
STEP = (
    "pipeline { stages { stage('Promote') { steps { sh '''\n  python3 -c \"PROGRAM\"\n''' } } } }\n"
)
COMPONENT = """\
name: train
implementation:
  container:
    image: python:3.11
    command:
    - sh
    - -ec
    - |
      python3 -m kfp.dsl.executor_main "$@"
    - "\\nimport mlflow\\n\\ndef train(name: str):\\n    mlflow.register_model('runs:/x/m',\\
      \\ 'churn')\\n"
    args: [--executor_input, x]
"""


def test_an_inline_program_in_a_jenkinsfile() -> None:
    facts = jenkinsfile.read("Jenkinsfile", STEP.replace("PROGRAM", PROGRAM))
    calls = {call.name: call.line for call in of(Call, facts)}
    assert calls["mlflow.MlflowClient.transition_model_version_stage"] == 4
    assert [i.line for i in of(Import, facts)] == [2]


def test_a_program_whose_later_lines_have_the_holders_indentation() -> None:
    first, *rest = PROGRAM.splitlines()
    shifted = "\n".join([first, *(f"    {line}" for line in rest)])
    facts = jenkinsfile.read("Jenkinsfile", STEP.replace("PROGRAM", shifted))
    assert "mlflow.MlflowClient.transition_model_version_stage" in {c.name for c in of(Call, facts)}


def test_a_heredoc() -> None:
    text = f"dvc pull\npython - <<'EOF'\n{PROGRAM}\nEOF\ncat <<EOF\n{PROGRAM}\nEOF\n"
    facts = shell.read("a.sh", text)
    stages = [c for c in of(Call, facts) if c.name.endswith("transition_model_version_stage")]
    assert [c.line for c in stages] == [5]
    assert [c.argv for c in of(Command, facts)] == [("dvc", "pull"), ("python", "-"), ("cat",)]


def test_a_python_step_of_a_workflow() -> None:
    body = "".join(f"        {line}\n" for line in PROGRAM.splitlines())
    text = f"on: push\njobs:\n  a:\n    steps:\n    - shell: python\n      run: |\n{body}"
    calls = of(Call, yaml.read(".github/workflows/a.yml", text))
    assert [c.line for c in calls if c.name.endswith("transition_model_version_stage")] == [9]


def test_a_compiled_component() -> None:
    facts = yaml.read("components/train.yaml", COMPONENT)
    assert [(o.kind, o.name) for o in of(ConfigObject, facts)] == [("Component", "train")]
    assert [(c.name, c.line) for c in of(Call, facts)] == [("mlflow.register_model", 10)]


def test_what_is_no_python_gives_nothing() -> None:
    assert not of(Call, shell.read("a.sh", "python -c 'import ( mlflow'\npython -c"))
