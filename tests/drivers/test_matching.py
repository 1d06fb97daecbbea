"""Which findings a request speaks of: written requests against the real catalogue."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.drivers.offline.matching import Matched, Tied, Unmatched, match
from mlops_agent.drivers.offline.words import stem, stems
from mlops_agent.risks.catalogue import RULES
from mlops_agent.tools.risks import ListedFinding


def found(rule: str, path: str, line: int, message: str = "", fix: str = "") -> ListedFinding:
    card = RULES[rule]
    return ListedFinding(
        fingerprint=hashlib.sha256(f"{rule} {path} {line}".encode()).hexdigest(),
        rule=rule,
        name=card.name,
        severity=card.severity,
        confidence=card.confidence,
        boundary=card.boundary,
        path=path,
        line=line,
        message=message or f"{card.name} here",
        smallest_fix=fix or "mend it",
        fix="safe",
    )


SWALLOWED = found(
    "PIP001",
    ".github/workflows/train.yml",
    34,
    "A failure of the evaluation is lost: `python src/evaluate.py | tee` ends with 0",
)
PREPARE = found("DAT009", "dvc.yaml", 4, "Stage prepare uses src/features.py, not in deps")
TRAIN = found("DAT009", "dvc.yaml", 14, "Stage train uses src/features.py, not in deps")
ALERT = found("MON007", "monitoring/alerts.yaml", 5, "Alert asks for churn_prediction_total")
LATEST = found("REG007", "service/app.py", 12, "models:/churn/latest serves the newest version")
ALL = [SWALLOWED, PREPARE, TRAIN, ALERT, LATEST]

FITTING = [
    ("The nightly retraining promotes a model even when the evaluation failed.", "PIP001"),
    ("Make a failing evaluation stop the promotion.", "PIP001"),
    ("A failed evaluation step must not be ignored, the job stays green", "PIP001"),
    ("evaluation failures are swallowed by tee", "PIP001"),
    ("The alert never fires because the metric does not exist", "MON007"),
    ("the prediction alert can never fire", "MON007"),
    ("our service loads the newest model instead of the approved one", "REG007"),
    ("Pin the served model, a restart changes it", "REG007"),
    ("please fix REG007", "REG007"),
    ("When we change the features, dvc repro does not rebuild the train stage.", "DAT009"),
    ("fix serve-latest-version", "REG007"),
]
FOREIGN = [
    "Rename the README to docs",
    "add user login to the API",
    "Make training faster",
    "Improve the accuracy of the churn model",
    "Upgrade to Python 3.13",
    "Write documentation for the API",
    "Translate the error messages to German",
    "Why is the sky blue?",
    "Refactor the feature code into smaller modules",
    "Add a new feature for customer age",
    "Create a dashboard for sales",
    "Set up SSO for the notebook server",
    "do something useful",
    "evaluation",
]


@pytest.mark.parametrize(("text", "rule"), FITTING)
def test_a_request_in_plain_words_finds_its_rule(text: str, rule: str) -> None:
    result = match(text, ALL, RULES)
    assert isinstance(result, Matched), result
    assert [one.rule for one in result.findings] == [rule]
    assert result.named


@pytest.mark.parametrize("text", FOREIGN)
def test_a_request_for_something_else_matches_nothing(text: str) -> None:
    assert isinstance(match(text, ALL, RULES), Unmatched)


def test_a_fault_that_is_not_here_does_not_drift_to_one_that_is() -> None:
    result = match("Make a failing evaluation stop the promotion.", [PREPARE, ALERT], RULES)
    assert isinstance(result, Unmatched)
    assert "PIP001" in result.why


def test_a_rule_that_found_nothing_is_said_to_have_found_nothing() -> None:
    result = match("Fix REG004", ALL, RULES)
    assert isinstance(result, Unmatched)
    assert result.why == "the audit finds no REG004 in this repository"


def test_two_findings_of_the_named_rule_tie() -> None:
    result = match("Fix DAT009", ALL, RULES)
    assert isinstance(result, Tied)
    assert list(result.findings) == [PREPARE, TRAIN]


def test_a_place_breaks_the_tie() -> None:
    for text in ("Fix DAT009 at dvc.yaml:14", "Fix DAT009 of the train stage"):
        result = match(text, ALL, RULES)
        assert isinstance(result, Matched), text
        assert list(result.findings) == [TRAIN]


def test_line_four_is_not_found_in_line_forty() -> None:
    result = match("Fix DAT009 at dvc.yaml:40", [PREPARE, TRAIN], RULES)
    assert isinstance(result, Tied)


def test_all_of_them_has_to_be_asked_for() -> None:
    result = match("Fix DAT009 in all stages of dvc.yaml", ALL, RULES)
    assert isinstance(result, Matched)
    assert list(result.findings) == [PREPARE, TRAIN]


def test_a_bare_place_matches_but_does_not_name_the_fault() -> None:
    result = match("Something is wrong in service/app.py", ALL, RULES)
    assert isinstance(result, Matched)
    assert list(result.findings) == [LATEST]
    assert not result.named


def test_a_fingerprint_is_enough() -> None:
    result = match(f"Fix {TRAIN.fingerprint[:20]}", ALL, RULES)
    assert isinstance(result, Matched)
    assert list(result.findings) == [TRAIN]


def test_nothing_found_is_said() -> None:
    assert match("Fix PIP001", [], RULES) == Unmatched("the audit finds nothing in this repository")


@given(st.text(max_size=300))
def test_any_text_is_matched_the_same_way_twice(text: str) -> None:
    assert match(text, ALL, RULES) == match(text, ALL, RULES)


@pytest.mark.parametrize(
    "family",
    [
        "fail fails failed failing failure failures",
        "evaluate evaluates evaluated evaluating evaluation evaluations",
        "promote promotes promoted promoting promotion",
        "deploy deploys deployed deployment deployments",
        "fire fires fired firing",
        "alias aliases",
        "dependency dependencies",
        "stop stops stopped stopping",
        "retry retries",
        "ignore ignores ignored ignoring",
    ],
)
def test_the_forms_of_a_word_share_a_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


def test_identifiers_are_taken_apart_and_small_words_left_out() -> None:
    assert stems("the promoteModel of promote_model") == {stem("promote"), stem("model")}


FLAGS = [
    found("REG004", f"{folder}/register.py", 38, "deploy_flag is read and then set to a constant")
    for folder in ("classical/aml-cli-v2/src", "classical/rai-aml-cli-v2/src", "nlp/aml-cli-v2/src")
]
NOT_OBEYED = "a model that scores worse than the registered versions still gets registered"


def test_a_folder_that_the_request_writes_narrows_to_what_lies_below() -> None:
    for folder in ("classical/aml-cli-v2", "classical/aml-cli-v2/", "`classical/aml-cli-v2/src`"):
        result = match(f"In {folder} {NOT_OBEYED}.", FLAGS, RULES)
        assert isinstance(result, Matched), folder
        assert list(result.findings) == [FLAGS[0]]


def test_words_of_the_path_count_before_words_of_the_message() -> None:
    result = match(f"In the classical CLI project {NOT_OBEYED}.", FLAGS, RULES)
    assert isinstance(result, Tied)
    assert list(result.findings) == FLAGS[:2]


def test_a_folder_named_like_a_word_places_nothing() -> None:
    inside = [found("PIP001", "data/ci.yml", 3), found("PIP001", "train/ci.yml", 3)]
    assert isinstance(match("Clean the data every night", inside, RULES), Unmatched)


SCATTERED = [
    "When I run the promotion workflow, the API must serve that model, with its own statistics.",
    "Roll out new models gradually: first 10% of the traffic and a test request, then all of it.",
    "Images should be prepared as in training, and changing img_size in params.yaml should reach "
    "serving without a manual edit.",
    "Drift is never detected when all services run. Make the monitor see the training data.",
]


@pytest.mark.parametrize("text", SCATTERED)
def test_words_from_here_and_there_are_too_few_to_act_on(text: str) -> None:
    result = match(text, ALL, RULES)
    assert isinstance(result, Unmatched)
    assert "too few to act on" in result.why


def test_a_loose_match_says_how_to_ask_for_it() -> None:
    result = match(SCATTERED[0], ALL, RULES)
    assert isinstance(result, Unmatched)
    assert "`Fix PIP001 at .github/workflows/train.yml:34`" in result.why


def test_a_second_fault_that_is_named_and_found_becomes_a_question() -> None:
    text = "Our drift alerts never fire: publish a data drift score against the training data."
    result = match(text, [SWALLOWED, ALERT], RULES)
    assert isinstance(result, Tied)
    assert list(result.findings) == [ALERT]


def test_a_name_in_mixed_case_is_the_word_of_a_path() -> None:
    boosted = found("MON004", "pipelines/xgboost/pipeline.py", 7)
    other = found("MON004", "pipelines/tensorflow/pipeline.py", 8)
    text = "Somebody should get a mail when data drifts in the XGBoost pipeline."
    result = match(text, [boosted, other], RULES)
    assert isinstance(result, Matched)
    assert list(result.findings) == [boosted]


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("Fix DAT009 in every stage", True),
        ("Fix all of the findings of DAT009", True),
        ("Fix DAT009 everywhere", True),
        ("Fix DAT009, so that each environment can set its own addresses", False),
        ("Fix DAT009 before we serve all customers", False),
    ],
)
def test_all_counts_findings_or_nothing(text: str, several: bool) -> None:
    assert isinstance(match(text, ALL, RULES), Matched) is several
