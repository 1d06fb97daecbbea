"""A plan says what is known with its place, derives the rest from it, and marks what it assumes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mlops_agent.boundary.routing import route_text
from mlops_agent.contracts.bundle import Control, GatePlan, Plan
from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.gates import GATES, Evidence, Gate
from mlops_agent.errors import BadInputError
from mlops_agent.lifecycle.reading import Lifecycle
from mlops_agent.risks.auditing import audit_repository
from mlops_agent.settings.model import Settings
from mlops_agent.vocabulary.plan import control_words
from mlops_agent.workflow.baselines import baselines
from mlops_agent.workflow.ground import Ground
from mlops_agent.workflow.metrics import metrics_in
from mlops_agent.workflow.naming import names_of
from mlops_agent.workflow.opening import widened
from mlops_agent.workflow.owners import named
from mlops_agent.workflow.planning import plan
from mlops_agent.workflow.standing import standing

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "churn"
REQUEST = (
    "Make our churn model production ready: 2 million predictions a day, $40 per missed churner, "
    "$2 per false alarm, holdout of 12k rows, p95 80 ms, labels after 45 days. "
    "Owned by the ml-growth team."
)
PLACEHOLDER = re.compile(r"\{\w+\}|\bTBD\b|\bTODO\b|appropriate|as needed|best practice")


def committed(folder: Path) -> Path:
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "first"]):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *words], cwd=folder, check=True)
    return folder


def a_repository(folder: Path, files: dict[str, str]) -> tuple[Lifecycle, list[Finding]]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    lifecycle, audit = audit_repository(committed(folder), Settings())
    return lifecycle, audit.findings


@pytest.fixture(scope="module")
def churn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lifecycle, list[Finding]]:
    folder = tmp_path_factory.mktemp("plans") / "churn"
    shutil.copytree(EXAMPLE, folder)
    lifecycle, audit = audit_repository(committed(folder), Settings())
    return lifecycle, audit.findings


@pytest.fixture(scope="module")
def made(churn: tuple[Lifecycle, list[Finding]]) -> Plan:
    return plan(REQUEST, "one-shot", *churn)


def gate(made: Plan, name: Gate) -> GatePlan:
    return next(one for one in made.gates if one.gate == name)


def control(made: Plan, name: str) -> Control:
    return next(one for part in made.gates for one in part.controls if one.name == name)


def places(made: Plan) -> list[Evidence]:
    facts = [one for part in made.gates for fact in part.facts for one in fact.evidence]
    return facts + [e for part in made.gates for one in part.controls for e in one.evidence]


def test_the_ten_gates_are_there_in_order_and_the_plan_is_final(made: Plan) -> None:
    assert [one.gate for one in made.gates] == list(GATES)
    assert made.final
    assert Plan.model_validate_json(made.to_json()) == made


def test_every_place_holds_what_is_quoted_from_it(
    made: Plan, churn: tuple[Lifecycle, list[Finding]]
) -> None:
    lifecycle, _ = churn
    assert len(places(made)) > 20
    for one in places(made):
        if one.path:
            assert one.line is not None
            assert one.text in lifecycle.facts.line(one.path, one.line)
        else:
            assert one.text == REQUEST[one.start : one.end]


def test_controls_are_of_this_model(made: Plan) -> None:
    assert control(made, "success metric").metric == "ROC AUC on the frozen holdout"
    assert control(made, "success metric").threshold == "at least 0.78"
    assert control(made, "decision threshold").threshold == "at least 0.048"
    assert "the repository's `min_gain: 0.002`".lower() in (
        control(made, "relative gate").derivation.lower()
    )
    assert control(made, "latency").threshold.startswith("above 80 ms")
    assert "MLflow" in control(made, "approval").metric
    assert all("ml-growth" in one.owner for part in made.gates for one in part.controls)
    assert "45 days" in control(made, "live quality").derivation


def test_nothing_reads_like_a_template(made: Plan) -> None:
    bare = plan("Plan the production life of our ranking model.", "one-shot")
    for one in (made, bare):
        assert not PLACEHOLDER.search(one.to_json().replace("{}", ""))
        told = [(c.threshold, c.derivation) for part in one.gates for c in part.controls]
        assert all(threshold and derivation for threshold, derivation in told)


def test_a_control_that_a_finding_undoes_is_not_in_the_repository(
    made: Plan, churn: tuple[Lifecycle, list[Finding]]
) -> None:
    # The gate is there, but its failure is lost (PIP001); the alert asks for no metric (MON007).
    assert not control(made, "relative gate").in_repository
    assert not control(made, "silence").in_repository
    assert control(made, "latency").in_repository
    mended = plan(REQUEST, "one-shot", churn[0], [])
    assert control(mended, "relative gate").in_repository
    assert control(mended, "silence").in_repository


def test_requests_come_in_order_of_risk_and_are_ours_to_do(made: Plan) -> None:
    assert [one.request for one in made.requests[:5]] == [
        "Fix PIP001 at .github/workflows/train.yml:34",
        "Fix DAT009 at dvc.yaml:4",
        "Fix DAT009 at dvc.yaml:14",
        "Fix MON007 at monitoring/alerts.yaml:5",
        "Add a rollback command for the churn model in src/promote.py that points champion back "
        "at the version that served before.",
    ]
    followed = [one.follow_up for one in made.residual_risks]
    for request in [*(one.request for one in made.requests), *followed]:
        assert route_text(request).decision == "accept", request


def test_a_request_says_whether_a_model_has_to_do_it_and_none_is_for_what_stands(
    made: Plan, churn: tuple[Lifecycle, list[Finding]]
) -> None:
    fixable = {f"Fix {one.rule} at {one.path}:{one.line}" for one in churn[1] if one.fix != "none"}
    assert {one.request for one in made.requests if not one.needs_model} <= fixable
    assert any(not one.needs_model for one in made.requests)
    # All six of its requirements are pinned.
    assert not any("Pin the" in one.request for one in made.requests)
    assert control(made, "locked environment").evidence[0].path == "requirements.txt"
    check = next(one for one in made.requests if "drift check" in one.request)
    assert "alerts.yaml" not in check.request


def test_a_folder_within_a_repository_is_said_to_be_read_with_all_of_it(
    churn: tuple[Lifecycle, list[Finding]],
) -> None:
    root = Path(churn[0].root)
    assert widened(root, root) == ""
    assert "read as a whole" in widened(root / "src", root)


def test_a_figure_that_is_told_twice_is_an_open_point() -> None:
    text = "Plan our churn model: AUC, a holdout of 12k rows. The holdout has 500 rows."
    gate = next(one for one in plan(text, "one-shot").gates if one.gate == "training-evaluation")
    assert any("12k" in line and "500" in line for line in gate.open)
    with pytest.raises(BadInputError, match="the request says"):
        plan(
            "Plan our churn model: 2 million predictions a day.",
            "guided",
            answers={"serving": "300 predictions a day"},
        )


def test_every_request_that_a_plan_can_make_is_ours_to_do() -> None:
    for text in ("Plan our churn model's production life.", "Plan the fraud model. AUC counts."):
        bare = plan(text, "one-shot")
        wanted = [one for one in control_words() if one.request and one.only != "batch"]
        assert len(bare.requests) == len(wanted)
        for one in bare.requests:
            assert route_text(one.request).decision == "accept", one.request


def test_assumptions_are_said_and_vanish_with_an_answer(made: Plan) -> None:
    assert made.notes[-1].endswith("assumed.")
    retraining = gate(made, "retraining-rollback")
    assert retraining.status == "assumed"
    assert control(made, "rollback").corrected_by == "the time that a rehearsed rollback takes"
    told = plan(f"{REQUEST} We can roll back within 15 minutes.", "one-shot")
    assert control(told, "rollback").threshold.startswith("at most 15 minutes")
    assert not control(told, "rollback").assumed
    assert not control(told, "rollback").corrected_by


def test_guided_without_answers_goes_on_with_its_questions_open() -> None:
    guided = plan("Plan the production life of our ranking model.", "guided")
    assert not guided.final
    opened = [line for one in guided.gates[:-1] for line in one.open]
    assert opened
    assert all(line.endswith("?") for line in opened)
    assert any("questions are open" in one for one in guided.notes)
    one_shot = plan("Plan the production life of our ranking model.", "one-shot")
    assert not [line for one in one_shot.gates[:-1] for line in one.open]


def test_answers_settle_what_they_speak_of() -> None:
    text = "Plan the production life of our ranking model."
    answers = {
        "serving-release.latency": "p95 120 ms",
        "lineage.label-delay": "labels arrive after 3 days",
        "operations-incident.owner": "search-ml",
        "registry-promotion.approver": "the head of search approves each version",
    }
    told = plan(text, "guided", answers=answers)
    assert control(told, "latency").threshold.startswith("above 120 ms")
    assert control(told, "success metric").owner == "search-ml (model owner)"
    assert control(told, "approval").owner == "head of search"
    assert any(one.answer == "lineage.label-delay" for one in places(told))
    with pytest.raises(BadInputError):
        plan(text, "guided", answers={"latenzy": "1 s"})


def test_baselines_are_read_with_their_lines(tmp_path: Path) -> None:
    files = {
        "metrics/eval.json": '{\n  "accuracy": 0.913,\n  "loss": 0.2\n}\n',
        "params.yaml": "evaluate:\n  min_accuracy: 0.9\n  max_drift_psi: 0.2\nseed: 7\n",
        "MODEL_CARD.md": "# Card\n\n| metric | value |\n|---|---|\n| F1 | 0.71 |\n- Recall: 84 %\n",
        "tests/metrics.json": '{"accuracy": 0.1}',
        "train.py": "import sklearn\n",
    }
    lifecycle, _ = a_repository(tmp_path, files)
    found = {(one.role, one.key): (one.value, one.evidence.line) for one in baselines(lifecycle)}
    assert found == {
        ("measured", "F1"): (0.71, 5),
        ("measured", "Recall"): (0.84, 6),
        ("measured", "accuracy"): (0.913, 2),
        ("floor", "min_accuracy"): (0.9, 2),
        ("drift", "max_drift_psi"): (0.2, 3),
    }


def test_alerts_rollbacks_and_seeds_are_seen(tmp_path: Path) -> None:
    files = {
        "ops/back.py": "def roll_back(name):\n    return name\n",
        "train.py": "from sklearn.ensemble import RandomForestClassifier\n"
        "model = RandomForestClassifier(random_state=3)\nmodel.fit([[1]], [1])\n",
        "alerts.yaml": "groups:\n- name: g\n  rules:\n  - alert: Silent\n"
        "    expr: absent(predictions_total)\n",
    }
    lifecycle, _ = a_repository(tmp_path, files)
    seen = {name: [(e.path, e.line) for e in found] for name, found in standing(lifecycle).items()}
    assert seen == {
        "rollback": [("ops/back.py", 1)],
        "seeds": [("train.py", 2)],
        "silence-alert": [("alerts.yaml", 5)],
    }


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Owned by the ml-growth team.", "ml-growth team"),
        ("The risk platform team owns the model.", "risk platform team"),
        ("Nobody owns it yet.", ""),
        ("Plan it.", ""),
    ],
)
def test_an_owner_is_a_name_or_nothing(text: str, owner: str) -> None:
    found = plan(f"Plan the production life of our churn model. {text}", "one-shot")
    wanted = f"{owner} (model owner)" if owner else "model owner (assumed)"
    assert control(found, "success metric").owner == wanted


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ("RMSE at most 52", "at most 52"),
        ("AUC must stay above 0.85", "at least 0.85"),
        ("recall of at least 90 %", "at least 0.9"),
        ("MAPE below 12.5 %", "at most 0.125"),
        ("precision@500 of at least 0.4", "at least 0.4"),
    ],
)
def test_a_target_is_read_with_its_direction(text: str, threshold: str) -> None:
    found = plan(f"Take our demand model to production, {text}, please.", "one-shot")
    told = control(found, "success metric")
    assert told.threshold == threshold
    assert not told.evidence[0].text.endswith(",")


@pytest.mark.parametrize(
    ("text", "name"),
    [("recall at 0.7", "recall"), ("recall at 90 %", "recall"), ("recall at 500", "recall at 500")],
)
def test_a_share_is_no_rank(text: str, name: str) -> None:
    assert [one.name for one in metrics_in(text)] == [name]


def test_a_model_is_called_as_the_caller_calls_it() -> None:
    ground = Ground()
    said = {
        "Plan our credit risk model": "credit risk",
        "Take the new model live": "served",
        "Release the churn classifier": "churn",
    }
    for text, name in said.items():
        assert names_of(text, ground, None).values["model"] == name
    assert named(ground, "owner") == ""


def test_a_batch_model_gets_no_canary_of_traffic() -> None:
    batch = plan(
        "Plan our demand forecast model, judged by MAPE: 500k rows scored in a nightly batch.",
        "one-shot",
    )
    assert control(batch, "rollout of a batch").threshold.startswith("1 full batch")
    names = [one.name for one in gate(batch, "serving-release").controls]
    assert names == ["rollout of a batch", "stop rule of a batch", "scores ready"]
    assert not any(one.startswith("Rollout:") for one in gate(batch, "serving-release").assumptions)
    for one in batch.requests:
        assert route_text(one.request).decision == "accept", one.request
    assert json.loads(batch.to_json())["final"] is True
