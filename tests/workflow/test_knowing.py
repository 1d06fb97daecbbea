"""What a request and a repository answer of the gates by themselves, and what they leave open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from gate_repository import repository
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.gates import OPEN_GATES, Answered
from mlops_agent.lifecycle.reading import Lifecycle, read_lifecycle
from mlops_agent.settings.loading import load_settings
from mlops_agent.vocabulary.gates import gate_words
from mlops_agent.workflow.knowing import said, what_is_known
from mlops_agent.workflow.surveying import found_in

TRAIN = """\
import mlflow
from sklearn.linear_model import LogisticRegression

model = LogisticRegression().fit([[0], [1]], [0, 1])
mlflow.sklearn.log_model(model, name="model", registered_model_name="churn")
"""
PROMOTE = """\
from mlflow import MlflowClient

client = MlflowClient()
new_auc, old_auc = 0.8, 0.7
if new_auc < old_auc:
    raise SystemExit("worse than the champion")
client.set_registered_model_alias("churn", "champion", "2")
"""
WORKFLOW = """\
on:
  schedule:
    - cron: "0 3 * * 1"
jobs:
  train:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: python train.py
      - run: python promote.py
"""
SERVICE = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: churn
spec:
  predictor:
    canaryTrafficPercent: 10
    model:
      modelFormat:
        name: mlflow
      storageUri: models:/churn@champion
"""
ALERTS = """\
groups:
  - name: churn
    rules:
      - alert: Drift
        expr: churn_psi > 0.2
"""
FILES = {
    "train.py": TRAIN,
    "promote.py": PROMOTE,
    ".github/workflows/train.yml": WORKFLOW,
    "serve.yaml": SERVICE,
    "alerts.yml": ALERTS,
    "uv.lock": "version = 1\n",
    "docs/runbook-churn.md": "# Roll back\n",
    "data/train.csv.dvc": "outs:\n- md5: d41d8cd98f00b204e9800998ecf8427e\n  path: train.csv\n",
}


def slots(text: str) -> set[str]:
    return {one.slot for one in what_is_known(text)}


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("The retention desk calls the top 500 customers.", "decision"),
        ("Scores are used by planners to order spare parts.", "decision"),
        ("We measure NDCG@10, target 0.47.", "metric"),
        ("AUC must be at least 0.83 on the holdout.", "metric"),
        ("A false alarm costs us 6 EUR.", "error-cost"),
        ("Labels arrive after 30 days.", "label-delay"),
        ("Chargebacks come in 45 to 90 days later.", "label-delay"),
        ("There is no ground truth.", "label-delay"),
        ("Data is versioned with DVC.", "data-versioning"),
        ("We read straight from the live tables.", "data-versioning"),
        ("Pandera checks the schema before each run.", "data-quality"),
        ("It is retrained every Monday.", "cadence"),
        ("A notebook retrains it nightly.", "cadence"),
        ("It was never retrained.", "cadence"),
        ("A challenger must beat the champion by 0.005.", "gate"),
        ("Nothing stops a worse model.", "gate"),
        ("We use MLflow.", "registry"),
        ("No registry.", "registry"),
        ("Pickles are copied to a shared S3 bucket.", "registry"),
        ("The risk team approves each version.", "approver"),
        ("Anyone can deploy to production.", "approver"),
        ("It is scored in a nightly batch.", "form"),
        ("p95 must stay under 100 ms.", "latency"),
        ("The forecast must be ready by 06:00.", "latency"),
        ("At most 2,000 EUR per month.", "cost"),
        ("Availability 99.9 %.", "availability"),
        ("New versions get 5 % of the traffic first.", "rollout"),
        ("We have no monitoring yet.", "signals"),
        ("Inputs and scores are logged.", "signals"),
        ("Alert when PSI goes above 0.2.", "tolerance"),
        ("Retrain when drift exceeds the limit.", "trigger"),
        ("Rollback takes under 10 minutes.", "rollback-time"),
        ("We can't roll back.", "rollback-time"),
        ("The ML lead decides on a rollback.", "decision-owner"),
        ("GDPR applies.", "rules"),
        ("It is not regulated.", "rules"),
        ("Logs are kept for 24 months.", "retention"),
        ("Dependencies are pinned.", "lock"),
        ("Team growth-ml owns it.", "owner"),
        ("Nobody is on call.", "on-call"),
        ("The runbook is in the wiki.", "runbook"),
        ("Owner: growth-ml", "owner"),
        ("registry (SageMaker), approvals (risk committee)", "approver"),
        ('{"latency_p95_ms": 120}', "latency"),
    ],
)
def test_a_sentence_answers_its_need(text: str, slot: str) -> None:
    assert slot in slots(text)


@pytest.mark.parametrize(
    "text",
    [
        "What threshold should we use for drift?",
        "How often should we retrain, weekly or monthly?",
        "Which registry would you recommend, MLflow or SageMaker?",
        "Tell us whether MLflow is enough.",
        "We do not use MLflow any more.",
        "We no longer retrain weekly.",
        "Not sure whether we want MLflow.",
        "Maybe weekly retraining.",
        "Our competitors retrain daily.",
        "Latency: TBD. Owner: unknown.",
        "Set up a model registry and write a runbook.",
        "The training of new colleagues is on Mondays.",
        "Training data is refreshed.",
        "Plan for our fraud model.",
        "",
    ],
)
def test_what_is_asked_doubted_denied_or_ordered_is_no_answer(text: str) -> None:
    assert slots(text) == set()


def test_the_span_is_the_place_in_the_request() -> None:
    text = "Plan it. Please note: p95 must stay under 100 ms, and labels arrive after 30 days."
    found = {one.slot: one.evidence for one in what_is_known(text)}
    latency = found["latency"]
    assert latency.source == "request"
    assert latency.text == "p95 must stay under 100 ms"
    assert text[latency.start : latency.end] == latency.text
    assert found["label-delay"].text == "labels arrive after 30 days"


def test_a_statement_before_a_question_in_one_sentence_counts() -> None:
    text = "We use MLflow and retrain weekly, is a canary worth it?"
    assert slots(text) == {"registry", "cadence"}


def test_pasted_text_answers_nothing() -> None:
    log = "```\nINFO registered model in mlflow\nINFO retrain daily\n```\n"
    text = f"Make a plan. Here is the log:\n{log}We retrain every month."
    assert [one.evidence.text for one in what_is_known(text)] == ["We retrain every month"]


def test_answers_come_in_the_order_of_the_gates() -> None:
    known = what_is_known("Team growth-ml owns it. We use MLflow. AUC at least 0.8.")
    gates = [OPEN_GATES.index(one.gate) for one in known]
    assert gates == sorted(gates)
    assert len(gates) == 3


@given(st.text(max_size=300))
def test_every_span_is_of_the_text(text: str) -> None:
    for one in said(text):
        span = one.evidence
        assert span.start is not None
        assert span.end is not None
        assert span.text == text[span.start : span.end] != ""


@given(st.lists(st.sampled_from(["no", "model", "retrain", "weekly", "MLflow", "1"]), max_size=60))
def test_a_question_answers_nothing_whatever_its_words(words: list[str]) -> None:
    assert said(f"Should it be that {' '.join(words)}?") == []


@pytest.fixture(scope="module")
def lifecycle(tmp_path_factory: pytest.TempPathFactory) -> Lifecycle:
    root = repository(tmp_path_factory.mktemp("known"), FILES)
    return read_lifecycle(root, settings=load_settings(root))


def places(known: list[Answered]) -> dict[str, str]:
    return {one.slot: f"{one.evidence.path}:{one.evidence.line}" for one in known}


def test_a_repository_answers_with_its_lines(lifecycle: Lifecycle) -> None:
    assert places(found_in(lifecycle)) == {
        "data-versioning": "data/train.csv.dvc:2",
        "cadence": ".github/workflows/train.yml:3",
        "gate": "promote.py:5",
        "registry": "train.py:5",
        "form": "serve.yaml:1",
        "rollout": "serve.yaml:7",
        "signals": "alerts.yml:5",
        "lock": "uv.lock:1",
        "runbook": "docs/runbook-churn.md:1",
    }


def test_the_text_beside_a_place_is_its_line(lifecycle: Lifecycle) -> None:
    found = {one.slot: one.evidence.text for one in found_in(lifecycle)}
    assert found["gate"] == "if new_auc < old_auc:"
    assert found["cadence"] == '- cron: "0 3 * * 1"'


def test_who_approves_and_who_is_called_no_repository_tells(lifecycle: Lifecycle) -> None:
    assert not {"approver", "on-call", "tolerance", "rules"} & set(places(found_in(lifecycle)))


def test_a_finding_takes_back_what_it_breaks(lifecycle: Lifecycle) -> None:
    finding = Finding(
        rule="REG004",
        name="gate-default-pass",
        severity="error",
        confidence="high",
        boundary="registry",
        path="promote.py",
        line=5,
        message="it passes by default",
        smallest_fix="none",
        fix="none",
        fingerprint="0" * 64,
    )
    assert "gate" not in places(found_in(lifecycle, [finding]))
    accepted = finding.model_copy(update={"suppressed": True})
    assert "gate" in places(found_in(lifecycle, [accepted]))


def test_what_is_done_elsewhere_is_known_by_the_settings(tmp_path: Path) -> None:
    settings = 'external:\n  monitoring: "Datadog, dashboard churn"\n'
    root = repository(tmp_path, {"train.py": TRAIN, "mlops-agent.yaml": settings})
    known = found_in(read_lifecycle(root, settings=load_settings(root)))
    assert places(known)["signals"] == "mlops-agent.yaml:2"


def test_request_and_repository_are_both_listed(lifecycle: Lifecycle) -> None:
    known = what_is_known("We retrain weekly.", lifecycle)
    sources = [one.evidence.source for one in known if one.slot == "cadence"]
    assert sources == ["request", "repository"]


def test_every_slot_is_asked_by_one_question_and_has_whole_sentences() -> None:
    words = gate_words()
    assert sorted(name for one in words.questions for name in one.slots) == sorted(words.slots)
    assert len(words.questions) <= words.most_questions
    for slot in words.slots.values():
        assert slot.ask.endswith("?"), slot.name
        assert slot.default.endswith("."), slot.name
    asked = [gate for one in words.questions for gate in (words.slots[n].gate for n in one.slots)]
    assert set(asked) == set(OPEN_GATES)


def test_no_default_answers_a_bound_without_a_number() -> None:
    for name in ("latency", "cost", "availability", "tolerance", "trigger", "retention"):
        assert re.search(r"\d", gate_words().slots[name].default), name


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("The credit risk committee has to nod before a new version.", "approver"),
        ("The chargebacks come in six weeks later.", "label-delay"),
        ("We overwrite the pickle on S3.", "registry"),
        ("If it breaks we redeploy last week's container.", "rollback-time"),
        ("Nobody looks at whether they make sense.", "signals"),
    ],
)
def test_words_of_ones_own_tell_a_need(text: str, slot: str) -> None:
    assert slot in {one.slot for one in what_is_known(text)}


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("Missing: drift thresholds, retention, on-call.", "on-call"),
        ("Need a rollback policy for it.", "rollback-time"),
        ("Plan how we take this model to production.", "decision"),
    ],
)
def test_an_order_tells_no_need(text: str, slot: str) -> None:
    assert slot not in {one.slot for one in what_is_known(text)}
