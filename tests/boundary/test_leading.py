"""What leads to an ask: a reason before it, words that join it to the one before."""

from __future__ import annotations

import pytest

from mlops_agent.boundary.cutting import read_request

JOINED = [
    "and while you're at it ",
    "and after that ",
    ", after which ",
    ", and once that's done ",
    ", and as part of that, ",
    ", and on top of that ",
    ". In addition, ",
]


@pytest.mark.parametrize("joined", JOINED)
def test_words_that_join_an_ask_to_the_one_before_hide_none(joined: str) -> None:
    cuts = read_request(f"Roll back the fraud model {joined}write the runbook for checkout").cuts
    assert [(one.verb.lower(), one.object) for one in cuts] == [
        ("roll back", "the fraud model"),
        ("write", "the runbook for checkout"),
    ]


def test_a_time_after_which_something_was_told_joins_nothing() -> None:
    cuts = read_request("Roll back the model, and after that deploy we saw errors.").cuts
    assert [one.verb for one in cuts] == ["Roll back"]


@pytest.mark.parametrize(
    ("text", "verb", "object_"),
    [
        ("Because security asked for it, log who promoted which model.", "log", "who promoted"),
        ("In order to pass the test the endpoint must verify the file", "verify", "the endpoint"),
        ("To pass the pen test our endpoint must verify the file", "verify", "our endpoint"),
        ("We need it before the audit: lineage of the model", "", "lineage of the model"),
        ("Before we ask the team for SLOs we need to know the error", "know", "the error"),
    ],
)
def test_a_reason_before_an_ask_is_no_object(text: str, verb: str, object_: str) -> None:
    (cut,) = read_request(text).cuts
    assert cut.verb == verb
    assert cut.object.startswith(object_)


@pytest.mark.parametrize(
    "text",
    [
        "Bitte set up drift monitoring für das churn Modell und write a runbook für den checkout",
        "Por favor set up drift monitoring para el modelo de churn y write a runbook para el pago",
        "Merci de set up drift monitoring pour le modèle churn et write a runbook pour le paiement",
    ],
)
def test_an_english_order_behind_a_foreign_and_is_an_ask(text: str) -> None:
    cuts = read_request(text).cuts
    assert len(cuts) == 2
    assert cuts[1].text.startswith("write a runbook")


@pytest.mark.parametrize(
    "text",
    [
        "SRE will write the postmortem; you roll back the ranker to v14.",
        "The SRE team writes the postmortem, you roll back the ranker to v14.",
    ],
)
def test_what_others_do_already_is_told_where_you_are_told_what_to_do(text: str) -> None:
    (cut,) = read_request(text).cuts
    assert (cut.verb, cut.object) == ("roll back", "the ranker to v14")


def test_a_sentence_before_a_label_is_no_part_of_it() -> None:
    (cut,) = read_request("Please fix the drift job. Log:\n```\nKeyError: 'ref'\n```").cuts
    assert cut.text == "fix the drift job"
