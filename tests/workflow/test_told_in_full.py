"""What people tell in their own words is used: ratios, floors, approvers, units, languages."""

from __future__ import annotations

import pytest

from mlops_agent.contracts.bundle import Control
from mlops_agent.workflow.asking import clarify
from mlops_agent.workflow.deriving import BOUNDS
from mlops_agent.workflow.figures import read_figures
from mlops_agent.workflow.grounding import lay_ground
from mlops_agent.workflow.metrics import metrics_in
from mlops_agent.workflow.owners import named
from mlops_agent.workflow.planning import plan
from mlops_agent.workflow.ratios import cost_ratios
from mlops_agent.workflow.targets import told_value


@pytest.mark.parametrize(
    ("said", "ratio"),
    [
        ("a missed sepsis costs about 30 times a false alarm", 30),
        ("Missing a fraud is 25x worse than blocking a good customer", 25),
        ("FN:FP cost ratio 30:1", 30),
        ("losing a customer costs us about twice what a needless voucher costs", 2),
        ("a false positive is ten times cheaper than a false negative", 10),
        ("a missed tumour is an order of magnitude worse than a false alarm", 10),
        ("a good mail in junk costs 50 times as much as a spam that slips through", 1 / 50),
        ("we'd rather have 20 false alarms than miss one fraud", 20),
        ("a miss is as bad as 30 false alarms", 30),
        ("misses and false alarms cost the same", 1),
        ("beds planned too low cost twice what beds planned too high cost", 2),
        ("a false alarm costs half as much as a miss", 2),
        ("Ein verpasster Betrug ist 20-mal so teuer wie ein Fehlalarm", 20),
        ("une fraude manquée coûte 30 fois plus cher qu'une fausse alerte", 30),
    ],
)
def test_a_ratio_of_costs_is_enough_for_a_threshold(said: str, ratio: float) -> None:
    (found,) = cost_ratios(said)
    assert found.value == pytest.approx(ratio)
    bound = BOUNDS["decision"](lay_ground(said, {}, []))
    assert not bound.assumed
    assert float(bound.threshold.removeprefix("at least ")) == pytest.approx(
        1 / (1 + ratio), rel=0.03
    )


@pytest.mark.parametrize(
    "said",
    [
        "false alarms are 30 times more frequent than misses, which are costly",
        "a missed case costs twice what it cost last year",
        "we accept 30 false alarms per day",
        "We retrain 3 times a month and a false alarm costs 5 EUR",
    ],
)
def test_a_number_of_times_that_compares_no_costs_is_no_ratio(said: str) -> None:
    assert list(cost_ratios(said)) == []


@pytest.mark.parametrize(
    ("said", "target", "measured"),
    [
        ("AUROC 0.86 must be held", 0.86, None),
        ("AUC is 0.86 today and must be held", 0.86, 0.86),
        ("AUC 0.41 today and must not drop below 0.38", 0.38, 0.41),
        ("0.86 AUROC is required", 0.86, None),
        ("at least 90 % recall", 0.9, None),
        ("recall SLA: 0.9", 0.9, None),
        ("F1 of 0.6 is the minimum we accept", 0.6, None),
        ("MAPE may not rise above 12 %", 0.12, None),
        ("MAE 4.1 MW today, 4.5 MW tolerated", 4.5, 4.1),
        ("AUC is currently 0.77; we won't accept less than 0.74", 0.74, 0.77),
        ("MAE at most 1.2 days, labels after 5 days", 1.2, None),
        ("Our AUC is 0.86 on 30k rows. It must not fall under 0.84.", 0.84, 0.86),
        ("AUC target 0.86, today 0.82", 0.86, 0.82),
        ("recall at least 0.7, currently 0.74", 0.7, 0.74),
        ("AUC below 0.8 is not acceptable", 0.8, None),
        ("we have an AUC of 0.86 today", None, 0.86),
        ("NDCG@10 0.46 measured", None, 0.46),
        ("roll back when AUC is below 0.7", None, None),
        ("RMSE 41 now, latency at most 60 ms", None, 41),
        ("Recall 0,85 darf nicht unterschritten werden", 0.85, None),
    ],
)
def test_what_must_be_held_is_no_measured_value(
    said: str, target: float | None, measured: float | None
) -> None:
    metric = metrics_in(said)[0]
    values = [told_value(said, {}, metric, wanted) for wanted in ("target", "measured")]
    assert [one.value if one else None for one in values] == [target, measured]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Anna from clinical safety approves promotions.", "Anna from clinical safety"),
        ("Maria Lopez signs off each version.", "Maria Lopez"),
        ("Promotion goes through the search council.", "search council"),
        ("promotions need Tom's ok", "Tom"),
        ("legal approves each release", "legal"),
        ("clinical safety (Anna) signs off on every promotion", "clinical safety"),
        ("Dr. Weber has to sign before go-live", "Dr. Weber"),
        ("new versions are released by the ML guild", "ML guild"),
        ("Two approvals are needed: Kim and the CRO", "Kim and the CRO"),
        ("Anna Berg gibt neue Versionen frei", "Anna Berg"),
        ("promotion is automatic", ""),
        ("nobody approves promotions", ""),
        ("An underwriter approves every loan.", ""),
    ],
)
def test_an_approver_is_who_is_said_to_approve_and_no_other_word(said: str, name: str) -> None:
    text = f"Plan the production life of our churn model. {said}"
    known = clarify(text, "one-shot").answered
    assert named(lay_ground(text, {}, known), "approver") == name


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("20,000 SKUs nightly", "volume", 20_000),
        ("5,000 sensors are scored every 10 minutes", "volume", 720_000),
        ("5k req/s at peak, 1,500 on average", "volume", 1500 * 86_400),
        ("a few million predictions a month", "volume", 2e6 / 30),
        ("2 Mio. Vorhersagen pro Tag", "volume", 2e6),
        ("We score roughly 4,500 appointments each morning", "volume", 4500),
        ("a fraud that slips through costs 4.200 EUR", "cost-miss", 4200),
        ("checking an honest claim costs 35 EUR", "cost-alarm", 35),
        ("50.000 Transaktionen pro Stunde", "volume", 1.2e6),
        ("300 000 prédictions par jour", "volume", 3e5),
        ("SLO 99.95 %", "availability", 0.9995),
        ("an error budget of 0.1 % a month", "availability", 0.999),
        ("Dice on 400 held-out scans", "holdout", 400),
        ("defaults are observed after 12 months", "label-delay", 360),
        ("actual sales are known the next day", "label-delay", 1),
        ("Labels kommen nach 45 Tagen", "label-delay", 45),
        ("A wrongly declined payment costs us about 6 EUR", "cost-alarm", 6),
        ("a default we miss costs 5000 USD", "cost-miss", 5000),
        ("une fraude manquée coûte 120 €, une fausse alerte 4 €", "cost-alarm", 4),
        ("p95 latency must be below 0.150 s", "latency", 150),
    ],
)
def test_a_figure_is_read_in_the_words_of_many_teams(said: str, kind: str, value: float) -> None:
    assert read_figures(said, {})[kind].value == pytest.approx(value)


def test_a_bare_answer_to_a_need_of_a_gate_is_read_as_that_need() -> None:
    answers = {"serving-release.latency": "200 ms", "lineage.label-delay": "5 days"}
    figures = read_figures("", {**answers, "reproducibility-governance.retention": "3 years"})
    told = {kind: one.value for kind, one in figures.items()}
    assert told == {"latency": 200, "label-delay": 5, "retention": 3 * 365}


def thresholds(text: str) -> dict[str, Control]:
    return {
        one.name: one for gate in plan(f"Plan {text}", "one-shot").gates for one in gate.controls
    }


def test_a_floor_that_must_be_held_binds_the_gate_and_the_live_model() -> None:
    told = thresholds("our sepsis model. AUROC 0.86 must be held, specificity at least 0.8.")
    assert told["absolute gate"].threshold.startswith("at least 0.86; specificity at least 0.8")
    assert told["live quality"].threshold.startswith("below 0.86, or 0.043 below the value")
    assert "AUROC 0.86 must be held" in told["success metric"].derivation
    late = thresholds("our churn model. AUC 0.82 today, target 0.86.")
    assert "0.82 today (request) does not reach it" in late["success metric"].derivation


def test_costs_of_stock_give_a_quantile_and_not_a_score() -> None:
    told = thresholds("our demand forecast: WAPE; a stockout costs three times what overstock does")
    assert told["forecast quantile"].threshold == "the 0.75 quantile"
    assert "decision threshold" not in told
    assert told["success metric"].metric.startswith("WAPE")
    assert "forecast quantile" not in thresholds("our demand forecast: WAPE of 12 % at most.")


def test_costs_that_differ_from_their_ratio_are_an_open_point() -> None:
    text = "Plan our churn model by recall: $40 per missed churner, $2 per false alarm. "
    made = plan(f"{text}A miss costs 100 times a false alarm.", "one-shot")
    assert any("$40" in line and "100 times" in line for line in made.gates[0].open)
    same = plan(f"{text}A miss costs 20 times a false alarm.", "one-shot")
    assert not same.gates[0].open


def test_an_error_budget_is_an_availability_and_no_default_denies_it() -> None:
    made = plan("Plan our ETA model by MAE. Error budget 0.1 % a month.", "one-shot")
    serving = next(one for one in made.gates if one.gate == "serving-release")
    assert not any(line.startswith("Availability") for line in serving.assumptions)
    assert any(fact.claim == "availability" for fact in serving.facts)


def test_a_floor_near_todays_value_takes_the_labels_that_tell_the_two_apart() -> None:
    told = thresholds("our spam filter model. precision currently 99.2 %, never below 99 %.")
    # (1.645 + 0.842)^2 x 0.992 x 0.008 / 0.002^2 = 12,270, rounded up.
    assert told["live quality"].threshold == (
        "below 0.99, on at least 13,000 labelled predictions that are positive"
    )


def test_what_has_to_be_deleted_does_not_take_the_lineage_with_it() -> None:
    told = thresholds("our churn model by recall. Prompts must be deleted after 30 days.")
    assert "kept at most 30 days" in told["audit trail"].threshold
    assert "lineage and approvals kept at least 12 months" in told["audit trail"].threshold
