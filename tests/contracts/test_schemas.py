"""The published schemas are those of the records, and take what the program really writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from mlops_agent.contracts.base import Document
from mlops_agent.contracts.finding import SEVERITIES, Audit, Severity
from mlops_agent.contracts.lifecycle import STAGES, LifecycleMap, Stage
from mlops_agent.contracts.progress import PROGRESS, Acting, Ended
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.lifecycle.reading import read_lifecycle
from mlops_agent.risks.auditing import audit_lifecycle
from mlops_agent.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "docs" / "schemas"
REQUESTS = (
    '{"schema": "mlops-agent/request/1", "text": "stop it"}',
    '{"text": "stop it", "boundary": "monitor", "line_budget": 5, "allowed_paths": ["src/**"],'
    ' "answers": {"which": "a"}, "context": {"task_id": "7"}, "allow_rearchitecture": true}',
)


def _schema(name: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    """A real document of each kind, from one small repository."""
    root = tmp_path_factory.mktemp("repository")
    steps = "run: python train.py || true\n      - run: python promote.py"
    workflow = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - {steps}\n"
    files = {
        ".github/workflows/a.yml": workflow,
        "train.py": "from sklearn.svm import SVC\n\nSVC().fit([[0]], [0])\n",
        "promote.py": "import mlflow\n\nmlflow.register_model('runs:/1/m', 'm')\n",
        "broken.py": "import mlflow\n\ndef (:\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    settings = load_settings(root)
    lifecycle = read_lifecycle(root, settings=settings)
    run = json.loads((Path(__file__).parent / "run.json").read_text())
    return {
        "map": lifecycle.map,
        "audit": audit_lifecycle(lifecycle, settings),
        "request": Request.from_json(REQUESTS[1]),
        "run": RunResult.model_validate(run),
    }


def test_the_published_schemas_are_those_of_the_records() -> None:
    argv = [sys.executable, "scripts/schemas.py", "--check"]
    ended = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("name", ["map", "audit", "request", "run"])
def test_a_real_document_fits_its_schema_and_comes_back(
    name: str, documents: dict[str, Document]
) -> None:
    document = documents[name]
    data = json.loads(document.to_json())
    jsonschema.Draft202012Validator.check_schema(_schema(name))
    jsonschema.validate(data, _schema(name))
    assert data["schema"] == f"mlops-agent/{name}/1"
    assert type(document).from_json(document.to_json()) == document
    assert type(document).from_json(document.to_json()).to_json() == document.to_json()


@pytest.mark.parametrize("name", ["map", "audit", "request", "run"])
def test_schema_and_record_refuse_the_same(name: str, documents: dict[str, Document]) -> None:
    document = documents[name]
    good = json.loads(document.to_json())
    bad = [good | {"extra": 1}, good | {"schema": f"mlops-agent/{name}/2"}]
    for data in bad:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data, _schema(name))
        with pytest.raises(ValidationError):
            type(document).from_json(json.dumps(data))


def test_the_fixture_documents_are_not_empty(documents: dict[str, Document]) -> None:
    lifecycle, audit = documents["map"], documents["audit"]
    assert isinstance(lifecycle, LifecycleMap)
    assert isinstance(audit, Audit)
    assert lifecycle.assets
    assert lifecycle.edges
    assert lifecycle.skipped
    assert audit.findings[0].trail


@pytest.mark.parametrize("text", REQUESTS)
def test_a_caller_may_leave_out_what_has_a_default(text: str) -> None:
    jsonschema.validate(json.loads(text), _schema("request"))
    assert Request.from_json(text).text == "stop it"


def test_the_tuples_name_what_the_literals_do() -> None:
    assert Stage.__args__ == STAGES  # type: ignore[attr-defined]
    assert set(Severity.__args__) == set(SEVERITIES)  # type: ignore[attr-defined]


def test_each_event_of_a_run_fits_the_schema_of_events(documents: dict[str, Document]) -> None:
    result = documents["run"]
    assert isinstance(result, RunResult)
    jsonschema.Draft202012Validator.check_schema(_schema("progress"))
    ended = Ended(result=result)
    acting = Acting(call="c1", tool="Bash", text="make")
    for event in (acting, ended):
        data = json.loads(event.to_json())
        jsonschema.validate(data, _schema("progress"))
        assert PROGRESS.validate_python(data) == event
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data | {"kind": "unheard-of"}, _schema("progress"))
