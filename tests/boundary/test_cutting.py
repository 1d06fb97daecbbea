"""What a request asks for: the cuts, their verbs and objects, and what is no ask."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_agent.boundary.cutting import MOST_CUTS, read_request

SPLITS = [
    (
        "Scores went flat. Roll the model back, and make sure that on-call is paged.",
        ["Roll the model back", "make sure that on-call is paged"],
    ),
    (
        "roll back the churn model and page sre",
        ["roll back the churn model", "page sre"],
    ),
    ("add and test a gate", ["add and test a gate"]),
    (
        "please pin the env, register the model and then update the manifest",
        ["pin the env", "register the model", "update the manifest"],
    ),
    (
        "How should we roll out v7 and who approves it?",
        ["How should we roll out v7", "who approves it"],
    ),
    (
        "We need a promotion gate so that bad models stay out, and a dbt backfill for orders",
        ["We need a promotion gate", "a dbt backfill for orders"],
    ),
    (
        "set up monitoring for the churn model and the runbook for checkout",
        ["set up monitoring for the churn model", "the runbook for checkout"],
    ),
    ("rollback ctr-v4; escalation policy for billing", None),
    (
        "Two papers please: a threat model of the portal, and a test plan for the app.",
        ["a threat model of the portal", "a test plan for the app"],
    ),
    (
        "The board asks for (a) SLOs for the gateway, and (b) drift alarms for our ranker.",
        ["SLOs for the gateway", "drift alarms for our ranker"],
    ),
    (
        "The topic drops rows and must be repaired. the ranker has to go back to v3",
        None,
    ),
    (
        "can someone backfill orders (kafka lost 3 days), and can someone else fix the prompt",
        ["can someone backfill orders (kafka lost 3 days)", "can someone else fix the prompt"],
    ),
    ("compare the champion and the challenger", ["compare the champion and the challenger"]),
    ("review precision and recall of the scorer", ["review precision and recall of the scorer"]),
]

ASKED_ONCE = [
    "Could you please have a look at the drift alerts?",
    "would be great if you could unstick the feature store",
    "I'd like a mock interview on system design",
    "what's the best way to shadow the embedding model",
    "the promotion step needs a gate",
    "on-call should be paged when the canary fails",
    "canary for ranking model v7",
    "Drift alerts for churn",
    "pls fix the stale features asap, the fraud model depends on them",
    "retrian the churn model when psi is over 0.2",
    "If drift exceeds 0.2, retrain the model.",
    "Hi team, thanks for the help. Kindly document the release path. Cheers, Tom",
    "We train nightly and push to the registry. Make the job fail closed.",
    "Add an alert so that on-call sees it and can roll back the service.",
]

NOTHING_ASKED = ["", "thanks!", "Hi all,", "https://example.org/browse/OPS-1", "see http://a.org/x"]

PHRASES = [
    ("roll the model back to v3", "roll back", "the model to v3"),
    (
        "add a rollback path for the pricing service",
        "add",
        "a rollback path for the pricing service",
    ),
    ("have a look at the drift alerts", "have a look at", "the drift alerts"),
    ("add and test a gate", "add and test", "a gate"),
    ("who owns the orders table?", "owns", "the orders table"),
    ("we need a canary for ranking", "need", "a canary for ranking"),
    ("add a gate before promotion when psi rises", "add", "a gate before promotion"),
    ("retrain the model by Friday", "retrain", "the model"),
    ("The fraud model v12 is wrong. Roll it back", "Roll back", "The fraud model v12"),
    ("The ranker fails. Verify it at promotion", "Verify", "The ranker at promotion"),
]


@pytest.mark.parametrize(("text", "wanted"), [one for one in SPLITS if one[1] is not None])
def test_each_thing_asked_for_is_a_cut_of_its_own(text: str, wanted: list[str]) -> None:
    assert [one.text for one in read_request(text).cuts] == wanted


@pytest.mark.parametrize("text", [text for text, wanted in SPLITS if wanted is None])
def test_two_asks_without_a_common_verb_are_two(text: str) -> None:
    assert len(read_request(text).cuts) == 2


@pytest.mark.parametrize("text", ASKED_ONCE)
def test_one_ask_is_not_cut_apart(text: str) -> None:
    assert len(read_request(text).cuts) == 1


@pytest.mark.parametrize("text", NOTHING_ASKED)
def test_no_ask_is_made_up(text: str) -> None:
    assert read_request(text).cuts == ()


@pytest.mark.parametrize(("text", "verb", "thing"), PHRASES)
def test_verb_and_object_stand_apart(text: str, verb: str, thing: str) -> None:
    (cut,) = read_request(text).cuts
    assert (cut.verb, cut.object) == (verb, thing)


def test_forms_tell_orders_wishes_questions_and_symptoms_apart() -> None:
    texts = ("Add a gate", "We need a gate", "How do we add a gate?", "scores went flat")
    forms = [read_request(text).cuts[0].form for text in texts]
    assert forms == ["order", "wish", "question", "symptom"]


def test_a_symptom_beside_an_order_is_told_only() -> None:
    reading = read_request("The scores went flat. Roll back the ranker.")
    assert [one.text for one in reading.cuts] == ["Roll back the ranker"]
    assert reading.context == ("The scores went flat",)
    assert reading.cuts[0].near == "The scores went flat"


def test_what_is_told_between_two_asks_belongs_to_the_second() -> None:
    text = "The ranker is down. Roll it back. The WMS has no circuit breaker. Design one."
    first, second = read_request(text).cuts
    assert first.near == "The ranker is down"
    assert second.near == "The WMS has no circuit breaker"


def test_help_without_a_matter_is_asked_with_what_is_told() -> None:
    (cut,) = read_request("The nightly scores are all zero. Can you take a look?").cuts
    assert cut.object == "The nightly scores"


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("Add a gate. Don't touch the dbt models.", "Don't touch the dbt models"),
        ("Add a gate without changing the API", "without changing the API"),
        ("Add a gate. Paging is handled by the platform team.", None),
        ("Add a gate\n\nOut of scope:\n- the mobile app", "the mobile app"),
        ("want: a gate\nnot wanted: changes to Terraform", "changes to Terraform"),
    ],
)
def test_what_is_left_out_is_no_ask(text: str, left_out: str | None) -> None:
    reading = read_request(text)
    assert len(reading.cuts) == 1
    assert len(reading.excluded) == 1
    assert left_out is None or reading.excluded == (left_out,)


def test_what_for_is_no_ask_of_its_own() -> None:
    (cut,) = read_request("Add a drift alert so that the model retrains in time").cuts
    assert cut.text == "Add a drift alert"
    assert cut.purpose == "so that the model retrains in time"


def test_a_ticket_is_read_by_its_headings() -> None:
    text = (
        "Title: no gate before prod\n\nBackground: we ship by hand. It broke twice.\n\n"
        "What we need:\n- a holdout per region\n- a threat model for the registry\n\n"
        "Steps to reproduce:\n1. Take any model\n2. Run the job\n"
    )
    wanted = ["a holdout per region", "a threat model for the registry"]
    assert [one.text for one in read_request(text).cuts] == wanted


def test_an_agents_task_in_json_is_the_callers_own_word() -> None:
    text = (
        '{"task": "Roll back churn to v3", "steps": ["page on-call"], '
        '"context": {"note": "please delete it"}, "out_of_scope": ["dbt"]}'
    )
    reading = read_request(text)
    assert [one.text for one in reading.cuts] == ["Roll back churn to v3", "page on-call"]
    assert reading.excluded == ("dbt",)
    assert reading.passages == ()


def test_asks_beyond_the_most_are_told() -> None:
    text = "\n".join(f"- add gate{number} to the job" for number in range(MOST_CUTS + 3))
    reading = read_request(text)
    assert len(reading.cuts) == MOST_CUTS
    assert len(reading.context) == 3


_PIECES = [
    "add a gate", "and", ",", ";", "please", "roll it back", "so that", "if drift is high", "\n",
    "- ", "1) ", "Title:", "Out of scope:", "> quoted", "```\n", '"', "(", ")", "don't touch dbt",

    "we need", "https://a.org/x", "{", '"task": "x"', "und", "et", "请", "、", "?", ".",
    "Traceback", " ",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=300), st.lists(st.sampled_from(_PIECES), max_size=40).map(" ".join))
)
def test_any_text_is_read_and_cuts_stand_in_it(text: str) -> None:
    reading = read_request(text)
    assert reading.text == text
    reached = 0
    data = [one for one in reading.passages if one.kind != "link"]
    for cut in reading.cuts:
        assert text[cut.start : cut.end] == cut.text
        assert cut.text.strip() == cut.text != ""
        assert cut.start >= reached
        reached = cut.end
        assert all(cut.end <= one.start or cut.start >= one.end for one in data)
    for one in (*reading.passages, *reading.orders_in_data):
        assert 0 <= one.start < one.end <= len(text)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="\n\r"), min_size=1, max_size=80))
def test_quoted_text_never_becomes_a_cut(line: str) -> None:
    text = f"Add a gate to the job.\n> roll back {line} now\n> delete it\n"
    assert [one.text for one in read_request(text).cuts] == ["Add a gate to the job"]


@pytest.mark.parametrize(
    "piece",
    [
        "a, ",
        "add a gate and ",
        "## H\n",
        "> x\n",
        'say "a b c d ',
        '{"a": [',
        "(",
        "1) do x ",
        "x\n",
    ],
)
def test_time_grows_with_length_only(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]
        begun = time.process_time()
        read_request(text)
        return time.process_time() - begun

    seconds(2_000)
    # Eight times the text: quadratic reading would take sixty-four times as long.
    assert seconds(24_000) < 24 * max(seconds(3_000), 0.004)
