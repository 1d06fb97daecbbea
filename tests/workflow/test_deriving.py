"""Thresholds are what the statistics give: published values, and sentences that say how."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.contracts.gates import Evidence
from mlops_agent.workflow.amounts import amounts
from mlops_agent.workflow.baselines import Baseline
from mlops_agent.workflow.chance import (
    auc_error,
    binomial_tail,
    chi_square_quantile,
    ks_critical,
    least_surprising,
    one_proportion,
    proportion_error,
    psi_critical,
    psi_rows,
    two_proportions,
)
from mlops_agent.workflow.deriving import BOUNDS
from mlops_agent.workflow.deriving.bound import lasting, raised, shown
from mlops_agent.workflow.deriving.rhythm import cadence_days
from mlops_agent.workflow.figures import read_figures
from mlops_agent.workflow.ground import Ground
from mlops_agent.workflow.metrics import Metric, metric_named, metrics_in


def named(name: str) -> Metric:
    metric = metric_named(name)
    assert metric is not None
    return metric


def ground(text: str = "", metric: str = "", **rest: object) -> Ground:
    found = named(metric) if metric else None
    return Ground(figures=read_figures(text, {}), metric=found, **rest)  # type: ignore[arg-type]


def set_at(value: float, metric: str, role: str = "floor", key: str = "min_auc") -> Baseline:
    place = Evidence(source="repository", text=f"{key}: {value}", path="params.yaml", line=9)
    return Baseline(role, key, named(metric), value, place)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("probability", "freedom", "table"),
    [(0.95, 1, 3.841), (0.95, 9, 16.919), (0.99, 9, 21.666), (0.5, 10, 9.342), (0.999, 19, 43.820)],
)
def test_chi_square_quantiles_are_those_of_the_tables(
    probability: float, freedom: int, table: float
) -> None:
    assert chi_square_quantile(probability, freedom) == pytest.approx(table, abs=5e-4)


def test_the_error_of_an_auc_is_that_of_hanley_and_mcneil_1982() -> None:
    # Their example: 51 abnormal and 58 normal images, area 0.893, standard error 0.032.
    assert auc_error(0.893, 51, 58) == pytest.approx(0.032, abs=1e-3)


def test_two_proportions_need_what_fleiss_tabulates() -> None:
    # 0.2 against 0.3, two-sided 5 %, power 80 %: 294 in each arm without correction.
    assert two_proportions(0.2, 0.3, 0.025, 0.8) == 294


def test_a_kolmogorov_smirnov_distance_is_the_tables_factor_times_the_sizes() -> None:
    assert ks_critical(100, 100, 0.05) == pytest.approx(1.358 * math.sqrt(200 / 10_000), abs=1e-4)


def test_psi_without_drift_is_chi_square_scaled_by_both_sizes() -> None:
    assert psi_critical(1000, 500, 10, 0.05) == pytest.approx(16.919 * 0.003, abs=1e-5)
    rows = psi_rows(0.1, 10, 0.05)
    assert psi_critical(rows, rows, 10, 0.05) <= 0.1 < psi_critical(rows - 1, rows - 1, 10, 0.05)
    with pytest.raises(ValueError, match="too small"):
        psi_rows(0.1, 10, 0.05, reference=100)


def test_a_binomial_tail_is_exact() -> None:
    assert binomial_tail(2, 3, 0.5) == pytest.approx(0.5)
    assert binomial_tail(0, 3, 0.5) == 1.0
    # With 1 % failures, 11 of 500 happen in more than 1 % of windows and 12 in fewer.
    assert binomial_tail(11, 500, 0.01) > 0.01 >= binomial_tail(12, 500, 0.01)
    assert least_surprising(500, 0.01, 0.01) == 12


def test_a_drop_of_quality_needs_what_the_reference_says() -> None:
    assert one_proportion(0.8, 0.04, 0.05, 0.8) == pytest.approx(620, abs=2)


@given(st.floats(0.01, 0.99), st.integers(10, 100_000))
def test_more_rows_never_make_an_error_larger(share: float, rows: int) -> None:
    assert proportion_error(share, rows + 1) <= proportion_error(share, rows)
    assert auc_error(share, rows, 2 * rows) >= auc_error(share, rows + 1, 2 * rows + 2)


@given(st.floats(1e-6, 1e6))
def test_a_raised_number_is_never_smaller_and_never_more_than_a_step_larger(value: float) -> None:
    assert value <= raised(value) * (1 + 1e-6)
    assert raised(value) <= value * 2 + 1e-12


def test_numbers_are_written_without_false_precision() -> None:
    assert [shown(one) for one in (0.047619, 12_000, 0.1, 1900.4, 99.5)] == [
        "0.048",
        "12,000",
        "0.1",
        "1,900",
        "100",
    ]
    assert [lasting(one) for one in (0.2, 26, 61, 150, 1440, 2000, 60_000)] == [
        "1 minute",
        "26 minutes",
        "61 minutes",
        "3 hours",
        "1 day",
        "34 hours",
        "42 days",
    ]


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("2 million predictions a day", "volume", 2e6),
        ("We score 500k customers every night.", "volume", 5e5),
        ("120 rps at peak", "volume", 120 * 86400),
        ("a nightly batch of 300k scores", "volume", 300_000),
        ("evaluated on 40k rows", "holdout", 40_000),
        ("errors cost us $900 per hour", "cost-hour", 900),
        ("20,000 requests per hour", "volume", 480_000),
        ("a holdout of 12k rows", "holdout", 12_000),
        ("1,200-row holdout", "holdout", 1200),
        ("the test set has 3000 images", "holdout", 3000),
        ("$40 per missed fraud", "cost-miss", 40),
        ("a false positive costs us 2 dollars", "cost-alarm", 2),
        ("a missed churner costs €120, a false alarm €8", "cost-alarm", 8),
        ("each hour of wrong scores costs us $5k", "cost-hour", 5000),
        ("p95 80 ms", "latency", 80),
        ("answers within 1.5 s", "latency", 1500),
        ("labels after 45 days", "label-delay", 45),
        ("ground truth comes 2 weeks later", "label-delay", 14),
        ("base rate 3%", "positives", 0.03),
        ("99.9 % availability", "availability", 0.999),
        ("roll back within 15 minutes", "rollback", 15),
        ("artifacts are kept for 7 years", "retention", 7 * 365),
        ("40 input features", "features", 40),
        ("an error rate of 0.2 %", "error-rate", 0.002),
        ("retrain when PSI exceeds 0.2", "psi", 0.2),
        ("look at PSI 0.1, retrain at 0.2", "psi", 0.2),
        ("look at PSI 0.15, retrain at 0.2", "psi-look", 0.15),
        ("a missed churner costs €120, a needless call €8", "cost-alarm", 8),
    ],
)
def test_amounts_are_read_with_their_unit_and_place(said: str, kind: str, value: float) -> None:
    found = {one.kind: one for one in amounts(said)}
    assert found[kind].value == pytest.approx(value)
    assert any(digit in said[found[kind].start : found[kind].end] for digit in "0123456789")


@pytest.mark.parametrize(
    "said",
    [
        "version 12 of 3 models",
        "retrain in 2026",
        "what threshold should we use?",
        "we have 3 teams and 2 environments",
    ],
)
def test_a_number_that_counts_something_else_is_no_amount(said: str) -> None:
    assert amounts(said) == []


@given(st.text(max_size=80))
def test_any_text_can_be_read_for_amounts_and_metrics(text: str) -> None:
    assert all(0 <= one.start < one.end <= len(text) for one in amounts(text))
    assert all(0 <= one.start < one.end <= len(text) for one in metrics_in(text))


def test_the_decision_threshold_is_the_ratio_of_costs() -> None:
    bound = BOUNDS["decision"](ground("$40 per missed fraud, $2 per false alarm", "roc_auc"))
    assert bound.threshold == "at least 0.048"
    assert "Elkan 2001" in bound.derivation
    assert not bound.assumed
    assert [one.text for one in bound.evidence] == ["$2 per false alarm", "$40 per missed fraud"]
    unknown = BOUNDS["decision"](ground("", "roc_auc"))
    assert unknown.assumed
    assert unknown.wanted
    assert "assumed" in unknown.derivation


def test_a_rank_metric_decides_by_rank() -> None:
    bound = BOUNDS["decision"](ground("", "precision at 500"))
    assert bound.threshold == "among the top 500 scores of a round"


def test_a_margin_below_the_noise_is_called_chance() -> None:
    own = set_at(0.002, "auc", "margin", "min_gain")
    floor = set_at(0.78, "auc")
    bound = BOUNDS["margin"](
        ground("holdout of 12k rows, 10 % positives", "auc", baselines=(floor, own))
    )
    noise = 1.645 * math.sqrt(2) * auc_error(0.78, 1200, 10_800)
    assert bound.threshold.startswith(f"at least {shown(raised(noise, 2))} higher")
    assert "smaller than this noise" in bound.derivation
    assert "Hanley and McNeil 1982" in bound.derivation
    assert "params.yaml:9" in bound.derivation
    assert not bound.assumed


def test_a_margin_above_the_noise_is_kept() -> None:
    own = set_at(0.05, "accuracy", "margin", "min_gain")
    bound = BOUNDS["margin"](ground("holdout of 50k rows", "accuracy", baselines=(own,)))
    assert bound.threshold.startswith("at least 0.05 higher")
    assert "above the noise" in bound.derivation


def test_a_metric_without_a_formula_is_bootstrapped_and_lower_means_better() -> None:
    bound = BOUNDS["margin"](ground("holdout of 12k rows", "rmse"))
    assert "paired bootstrap" in bound.threshold
    assert not any(
        char.isdigit()
        for char in bound.threshold.replace("95", "").replace("1,000", "").replace("0", "")
    )
    assert not bound.assumed
    floor = BOUNDS["floor"](ground("", "rmse", baselines=(set_at(3.2, "rmse", key="max_rmse"),)))
    assert floor.threshold == "at most 3.2"


def test_a_missing_holdout_is_said_with_what_replaces_it() -> None:
    bound = BOUNDS["margin"](ground("", "auc", baselines=(set_at(0.78, "auc"),)))
    assert bound.assumed
    assert "rows in the holdout" in bound.wanted


def test_a_measured_baseline_less_its_noise_is_the_floor() -> None:
    measured = set_at(0.86, "accuracy", "measured", "accuracy")
    bound = BOUNDS["floor"](ground("holdout of 10k rows", "accuracy", baselines=(measured,)))
    level = float(bound.threshold.removeprefix("at least "))
    assert 0.84 < level < 0.86
    assert "params.yaml:9" in bound.derivation


def test_steps_and_windows_come_from_the_volume() -> None:
    many = BOUNDS["steps"](ground("2 million predictions a day, error rate of 1 %"))
    assert many.threshold.startswith("1 %, 25 %, 100 % of traffic; each step at least 3 hours")
    assert "1,900 requests" in many.threshold
    assert not many.assumed
    few = BOUNDS["steps"](ground("400 predictions a day, error rate of 1 %"))
    assert few.threshold.startswith("shadow on all traffic")
    none = BOUNDS["steps"](ground(""))
    assert none.assumed
    assert "predictions a day" in none.wanted


def test_drift_windows_hold_enough_rows_and_silence_is_no_chance() -> None:
    rare = BOUNDS["drift-look"](ground("100 predictions a day, 20 features"))
    days = int(rare.threshold.rsplit("windows of ", 1)[1].split()[0])
    assert days * 100 >= psi_rows(0.1, 10, 0.01 / 21)
    assert not rare.assumed
    assert BOUNDS["drift-look"](ground("")).assumed
    assert "5 minutes" in BOUNDS["silence"](ground("2 million predictions a day")).threshold
    assert "2 hours" not in BOUNDS["silence"](ground("2 million predictions a day")).threshold
    slow = BOUNDS["silence"](ground("1,000 predictions a day")).threshold
    assert "3 hours" in slow or "133 minutes" in slow


def test_a_given_psi_counts_for_acting() -> None:
    bound = BOUNDS["drift-act"](ground("retrain when PSI exceeds 0.2; 5,000 predictions a day"))
    assert bound.threshold.startswith("PSI above 0.2 ")
    assert bound.derivation.startswith("given: ")


def test_times_follow_labels_costs_and_what_was_given() -> None:
    late = ground("labels after 45 days, each hour of wrong scores costs us $5k")
    assert BOUNDS["cadence"](late).threshold == "older than 46 days"
    assert "46 days" in BOUNDS["cooldown"](late).threshold
    assert "$830" in BOUNDS["rollback"](late).derivation
    assert "$1,300" in BOUNDS["incident"](late).derivation
    assert BOUNDS["rollback"](ground("roll back within 15 minutes")).threshold.startswith(
        "at most 15"
    )
    assert "7 years" in BOUNDS["retention"](ground("logs kept for 7 years")).threshold


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("0 3 * * *", 1),
        ("0 3 * * 1", 7),
        ("0 3 1 * *", 31),
        ("0 */6 * * *", 0.25),
        ("every Monday", 7),
    ],
)
def test_a_cadence_is_read_from_cron_and_words(text: str, days: float) -> None:
    assert cadence_days(text) == pytest.approx(days)


def test_every_assumed_bound_says_what_would_replace_it() -> None:
    for name, derive in BOUNDS.items():
        bound = derive(ground("", "auc"))
        assert bound.threshold
        assert bound.derivation
        if bound.assumed:
            assert "assumed" in bound.derivation, name
            assert bound.wanted, name
