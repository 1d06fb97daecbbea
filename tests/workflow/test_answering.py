"""Answers put to the questions: keys, contradictions, and that no word of an answer is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.contracts.gates import Clarification
from mlops_agent.errors import BadInputError
from mlops_agent.vocabulary.gates import gate_words
from mlops_agent.workflow.answer_file import read_answers
from mlops_agent.workflow.answering import declined, known_keys
from mlops_agent.workflow.asking import clarify
from mlops_agent.workflow.quantities import disagree, quantities

TEXT = "Plan for our churn model. p95 must stay under 100 ms."


def answered(answers: dict[str, str]) -> Clarification:
    return clarify(TEXT, "guided", answers=answers)


def told(made: Clarification) -> dict[str, str]:
    return {one.slot: one.evidence.text for one in made.answered if one.evidence.source == "answer"}


def refusal(answers: dict[str, str]) -> str:
    with pytest.raises(BadInputError) as caught:
        answered(answers)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "key", ["training", "training-evaluation", "training-evaluation.cadence", "cadence"]
)
def test_a_question_a_gate_and_a_need_are_keys(key: str) -> None:
    made = answered({key: "weekly"})
    assert told(made) == {"cadence": "weekly"}
    [one] = [one for one in made.answered if one.slot == "cadence"]
    assert one.evidence.answer == key
    assert (one.evidence.start, one.evidence.end) == (0, 6)


def test_an_answer_settles_each_need_by_its_words() -> None:
    made = answered({"training": "every Monday; a challenger must beat the champion by 0.005"})
    assert told(made) == {
        "cadence": "every Monday",
        "gate": "a challenger must beat the champion by 0.005",
    }
    assert "training" not in {one.id for one in made.questions}


def test_what_no_pattern_reads_is_taken_as_a_whole() -> None:
    made = answered(
        {"promotion": "Paula, once she has looked at the slices, and they are in a bucket"}
    )
    assert told(made)["approver"].startswith("Paula")


def test_what_an_answer_leaves_open_is_assumed() -> None:
    made = answered({"drift": "alert at PSI 0.2"})
    assert told(made) == {"tolerance": "alert at PSI 0.2"}
    assert {"trigger", "signals"} <= {one.slot for one in made.assumptions}
    assert "drift" not in {one.id for one in made.questions}


def test_answering_one_need_leaves_the_rest_of_its_question() -> None:
    made = answered({"registry": "MLflow"})
    [one] = [one for one in made.questions if one.id == "promotion"]
    assert one.slots == ["approver"]
    assert one.question == gate_words().slots["approver"].ask


DECLINED = ["", "skip", "-", "default", "Unknown", "n/a", "I don't know yet", "not sure, ask Bob"]
DECLINED += ["TBD (Ravi?)", "no idea, sorry", "later", "help", "keine Ahnung"]


@pytest.mark.parametrize("answer", DECLINED)
def test_a_declined_question_is_asked_no_more_and_its_default_assumed(answer: str) -> None:
    made = answered({"compliance": answer})
    assert "compliance" not in {one.id for one in made.questions}
    assert {"rules", "retention", "lock"} <= {one.slot for one in made.assumptions}
    assert told(made) == {}


def test_with_all_answered_nothing_is_asked() -> None:
    assert answered({one.id: "skip" for one in answered({}).questions}).questions == []


@pytest.mark.parametrize(
    ("key", "meant"),
    [("servng", "serving"), ("training_evaluation", "training-evaluation"), ("latncy", "latency")],
)
def test_an_unknown_key_is_named_with_the_closest_known(key: str, meant: str) -> None:
    assert refusal({key: "x"}) == (
        f'no question and no gate is called "{key}"; the closest known is "{meant}"'
    )


def test_a_need_below_another_gate_is_unknown() -> None:
    assert "objective.latency" in refusal({"objective.latency": "1 s"})


@pytest.mark.parametrize(
    ("answers", "both"),
    [
        ({"training": "weekly", "training-evaluation": "daily"}, ("weekly", "daily")),
        ({"registry": "MLflow", "promotion": "none, only SageMaker"}, ("MLflow", "SageMaker")),
        ({"rollback-time": "5 minutes", "operations": "rollback takes 2 hours"}, ("5 min", "2 h")),
    ],
)
def test_two_answers_that_differ_are_refused_by_name(
    answers: dict[str, str], both: tuple[str, str]
) -> None:
    said = refusal(answers)
    assert "two answers differ on " in said
    assert all(name in said for name in (*answers, *both))


@pytest.mark.parametrize(
    "answers",
    [
        {"latency": "1 s"},
        {"serving": "online, p95 of 1 s"},
        {"serving-release": "p95 of 1 s"},
        {"serving-release.latency": "0.2 seconds"},
    ],
)
def test_an_answer_against_a_number_of_the_request_is_refused(answers: dict[str, str]) -> None:
    said = refusal(answers)
    assert "p95 must stay under 100 ms" in said
    assert next(iter(answers)) in said


def test_a_bare_word_is_held_against_what_the_request_says_of_it() -> None:
    with pytest.raises(BadInputError, match='training says "daily", but the request says'):
        clarify("We retrain weekly.", "guided", answers={"training": "daily"})


@pytest.mark.parametrize(
    "answers",
    [
        {"latency": "0.1 s"},
        {"latency": "p95 100 ms, p99 250 ms"},
        {"training": "weekly", "training-evaluation": "every week, I mean weekly"},
        {"rollback-time": "5 min", "operations": "300 seconds; team growth owns it"},
    ],
)
def test_the_same_said_twice_is_no_contradiction(answers: dict[str, str]) -> None:
    answered(answers)


@pytest.mark.parametrize(
    "answer",
    [
        "no",
        "nobody",
        "no approval",
        "later versions win",
        "help desk staff",
        "not applicable: batch",
    ],
)
def test_a_reply_that_says_something_is_an_answer(answer: str) -> None:
    assert not declined(answer)


@given(st.sampled_from(known_keys()), st.text(min_size=1, max_size=80))
def test_no_answer_is_lost(key: str, answer: str) -> None:
    made = clarify("Plan for our churn model.", "guided", answers={key: answer})
    if declined(answer):
        assert told(made) == {}
    elif any(char.isalnum() for char in answer):
        assert told(made)


@given(st.sampled_from(known_keys()))
def test_every_known_key_is_taken(key: str) -> None:
    made = clarify("Plan for our churn model.", "guided", answers={key: "as the team lead says"})
    assert {one.evidence.answer for one in made.answered} == {key}


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("100 ms", "0.1 s", False),
        ("100 ms", "1 s", True),
        ("2,000 EUR", "2k eur", False),
        ("99.5 %", "99,5 percent", False),
        ("by 06:00", "06:30", True),
        ("100 ms", "99.5 %", False),
        ("weekly", "7 days", False),
        ("every month", "monthly", False),
        ("each night", "weekly", True),
        ("PSI 0.10", "PSI 0.25", True),
        ("recall@10 at 0.4", "0.4", False),
        ("no number", "1 s", False),
    ],
)
def test_quantities_are_compared_in_one_unit(one: str, other: str, differ: bool) -> None:
    assert disagree(one, other) is differ
    assert disagree(other, one) is differ


@given(st.text(max_size=60))
def test_a_text_never_disagrees_with_itself(text: str) -> None:
    assert not disagree(text, text)
    assert all(kind is not None for kind, _ in quantities(text))


def put(folder: Path, text: str) -> Path:
    file = folder / "answers.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    text = (
        "latency: 06:00\nregistry: no\ndrift: 0.10\ncompliance:\nserving-release: {cost: 5 EUR}\n"
    )
    assert read_answers(put(tmp_path, text)) == {
        "latency": "06:00",
        "registry": "no",
        "drift": "0.10",
        "compliance": "",
        "serving-release.cost": "5 EUR",
    }
    assert (tmp_path / "answers.yaml").read_text(encoding="utf-8") == text


def test_half_a_character_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text('purpose: "f\\udcfcr alle"\n', encoding="utf-8")
    assert read_answers(file) == {"purpose": "f?r alle"}


def test_json_is_read_too(tmp_path: Path) -> None:
    assert read_answers(put(tmp_path, '{"drift": "skip", "cost": 5}')) == {
        "drift": "skip",
        "cost": "5",
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a\n- b\n", "no mapping"),
        ("drift: [1, 2]\n", "no plain text"),
        ("drift: 1\ndrift: 2\n", "answered twice"),
        ("drift: &a 1\ncost: *a\n", "aliases"),
        ("drift: {a: {b: c}}\n", "no plain text"),
        ("drift: 'x\n", "can't be read"),
        ("a" * 210_000, "larger than"),
    ],
)
def test_a_file_that_is_none_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadInputError, match=says) as caught:
        read_answers(put(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_an_empty_file_has_no_answers(tmp_path: Path) -> None:
    assert read_answers(put(tmp_path, "# nothing yet\n")) == {}


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "answers"
    file.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(BadInputError, match="not UTF-8"):
        read_answers(file)
