"""A number counts for what it is said of, within what it can be; all else is told, not used."""

from __future__ import annotations

import time

import pytest

from mlops_agent.contracts.gates import Answered, Evidence
from mlops_agent.errors import BadInputError
from mlops_agent.workflow.amounts import amounts
from mlops_agent.workflow.chance import least_surprising
from mlops_agent.workflow.deriving import BOUNDS
from mlops_agent.workflow.deriving.rhythm import cadence_days
from mlops_agent.workflow.figures import compare_figures, read_figures, told_figures
from mlops_agent.workflow.ground import Ground
from mlops_agent.workflow.metrics import metrics_in
from mlops_agent.workflow.targets import told_value


def ground(text: str, metric: str = "") -> Ground:
    told = told_figures(text, {})
    found = metrics_in(metric)[0] if metric else None
    place = Evidence(source="request", text=text, start=0, end=len(text))
    known = {"cadence": [Answered(gate="training-evaluation", slot="cadence", evidence=place)]}
    return Ground(
        figures=told.by_kind,
        unread=told.unread,
        clashes=told.clashes,
        metric=found,
        known=known if "train" in text else {},
    )


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("between 1 and 2 million predictions a day", "volume", 1e6),
        ("1,5 million predictions a day", "volume", 1.5e6),
        ("1 000 000 predictions a day", "volume", 1e6),
        ("2 lakh predictions per day", "volume", 2e5),
        ("2,000,000 predictions daily", "volume", 2e6),
        ("300k customers nightly", "volume", 3e5),
        ("1 prediction every 10 seconds", "volume", 8640),
        ("50 rps at peak, 5 on average", "volume", 432_000),
        ("2 million predictions a day for 500 customers each week", "volume", 2e6),
        ("last year 5 million predictions a day; now 2 million predictions a day", "volume", 2e6),
        ("labels are known after 30 to 60 days", "label-delay", 60),
        ("labels come six weeks later", "label-delay", 42),
        ("p50 20 ms, p95 80 ms", "latency", 80),
        ("p99 below 250 ms", "latency-p99", 250),
        ("latency today is 45 ms, the limit is 120 ms", "latency", 120),
        ("look at PSI 0.15, act at 0.3", "psi", 0.3),
        ("retained no longer than 6 months", "retention-most", 180),
        ("we must not keep predictions for more than 30 days", "retention-most", 30),
        ("FP cost $5; FN cost $100", "cost-miss", 100),
        ("Missing a churner costs us 40 euros, a needless call 2.", "cost-alarm", 2),
        ("8 % of them churn", "positives", 0.08),
        ("rollback takes us two hours", "rollback", 120),
    ],
)
def test_a_number_is_the_one_that_is_meant(said: str, kind: str, value: float) -> None:
    found = read_figures(said, {})
    assert found[kind].value == pytest.approx(value)
    assert found.keys() - {kind, "psi-look", "cost-alarm", "cost-miss"} == set()


@pytest.mark.parametrize(
    "said",
    [
        "0 predictions in an hour",
        "0 predictions a day",
        "PSI 0.0",
        "positive rate 150 %",
        "100 % positives",
        f"1{'0' * 400} predictions a day",
        "error rate of 0.0000001 %",
        "labels after 5000 years",
        "canary 150 %",
        "20 predictions a day per user, 50,000 users",
        "the test set is 2023 data",
        "a holdout of 1.5 months",
        "retrain when AUC drops by 0.03",
        "Retrain when AUC drops below 0.75",
        "Rollback is rehearsed every 90 days",
        "rollback was last done 3 months ago",
        "20% of the traffic is from Germany",
        "customers keep their policy for 8 years",
        "Should we take 2 million predictions a day?",
        "our competitor makes 2 million predictions a day",
    ],
)
def test_a_number_of_something_else_is_no_figure(said: str) -> None:
    assert read_figures(said, {}) == {}


def test_two_values_are_told_and_an_answer_against_the_request_is_refused() -> None:
    told = told_figures("a holdout of 12k rows. A holdout of 500 rows.", {})
    assert [(one.value, other.value) for one, other in told.clashes] == [(12_000, 500)]
    compare_figures("2 million predictions a day", {"serving": "2M predictions/day"})
    with pytest.raises(BadInputError, match=r"serving says .*300.* the request says .*2 million"):
        compare_figures("2 million predictions a day", {"serving": "300 predictions a day"})


@pytest.mark.parametrize(
    ("said", "target", "measured"),
    [
        ("accuracy fell to 62%", None, None),
        ("AUC dropped to 0.61, it should be 0.8 at least", 0.8, None),
        ("AUC was 0.71 last year, now the target AUC is 0.82", 0.82, None),
        ("ROC AUC must be 0.82", 0.82, None),
        ("we need an AUC of 0.82 or better", 0.82, None),
        ("recall, at least 70%", 0.7, None),
        ("Alert when AUC is below 0.75", None, None),
        ("AUC is 0.84 today", None, 0.84),
        ("MAE must be below 4.5 minutes", 4.5, None),
        ("AUC, a holdout of 20k rows, 10% positives", None, None),
    ],
)
def test_a_target_is_no_degraded_value(
    said: str, target: float | None, measured: float | None
) -> None:
    metric = metrics_in(said)[0]
    for wanted, value in (("target", target), ("measured", measured)):
        found = told_value(said, {}, metric, wanted)  # type: ignore[arg-type]
        assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("0 */6,12 * * *", 0.25),
        ("0 */0 * * *", 1 / 24),
        ("0 6,18 * * *", 0.5),
        ("0 2/3/4 * * *", 1),
        ("every two weeks", 14),
        ("every 3 days", 3),
        ("every 6 months", 183),
        ("twice a week", 3.5),
    ],
)
def test_a_cadence_of_any_step_is_read(text: str, days: float) -> None:
    assert cadence_days(text) == pytest.approx(days)


def test_a_rare_failure_takes_no_minutes_to_bound() -> None:
    begun = time.process_time()
    assert least_surprising(5_000_000, 1e-6, 0.01) == 12
    assert time.process_time() - begun < 1


def test_few_predictions_wait_no_longer_than_two_weeks() -> None:
    few = ground("7 predictions a day", "AUC")
    for name in ("steps", "stop", "drift-look", "drift-act"):
        assert "too few for statistics" in BOUNDS[name](few).derivation, name
    assert "272 days" not in BOUNDS["steps"](few).threshold
    assert "32 hours" in BOUNDS["silence"](few).threshold
    given = BOUNDS["steps"](ground("canary 5 %, 1,000 predictions a day"))
    assert given.threshold.startswith("5 %, 25 %, 100 % of traffic; each step 7 days")


def test_looking_comes_before_acting() -> None:
    both = ground("look at PSI 0.15, act at 0.3")
    assert BOUNDS["drift-look"](both).threshold.startswith("PSI above 0.15 ")
    assert BOUNDS["drift-act"](both).threshold.startswith("PSI above 0.3 ")
    assert BOUNDS["drift-look"](ground("PSI 0.05")).threshold.startswith("PSI above 0.025 ")
    assert BOUNDS["drift-act"](ground("look at PSI 0.3")).threshold.startswith("PSI above 0.6 ")


def test_a_limit_of_keeping_stays_a_limit() -> None:
    said = BOUNDS["retention"](ground("kept at least 12 months; deleted after 18 months"))
    assert said.threshold.startswith("kept at least 12 months and kept at most 18 months")


def test_an_equation_adds_up_and_each_guess_is_told() -> None:
    margin = BOUNDS["margin"](ground("holdout of 12k rows, 10 % positives", "AUC")).derivation
    product, result = margin.split("sqrt(2) x ")[1].split(",")[0].split(" = ")
    assert float(result) == pytest.approx(1.645 * 2**0.5 * float(product), rel=0.05)
    assert "rounded up" in margin
    assert "10 % positive (assumed)" in BOUNDS["quality"](ground("", "AUC")).derivation
    two = BOUNDS["decision"](ground("a missed churner costs $40 and a wasted call €2"))
    assert two.assumed
    assert "two currencies" in two.derivation
    assert "99.9 %" in BOUNDS["stop"](ground("99.9 % availability")).derivation


def test_what_was_told_is_not_denied() -> None:
    odd = BOUNDS["cadence"](ground("we retrain whenever the moon is full"))
    assert "the moon is full" in odd.derivation
    assert "nothing says" not in odd.derivation
    daily = BOUNDS["cooldown"](ground("retrained every day; labels after 3 days"))
    assert daily.threshold.startswith("at most 1 retraining on a signal in 1 day")


def test_percentiles_are_named() -> None:
    two = BOUNDS["latency"](ground("p95 80 ms and p99 250 ms"))
    assert two.threshold.startswith("above 80 ms (p95) or above 250 ms (p99)")


def test_a_second_of_reading_is_enough_for_any_text() -> None:
    begun = time.process_time()
    amounts("1 000 " * 4000)
    amounts("between 1 and " * 2000 + "roll back " * 2000)
    assert time.process_time() - begun < 2
