"""The talk of guided mode: answers, options, skip, back, why, leaving and coming back."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from mlops_agent.contracts.gates import Clarification
from mlops_agent.errors import BadInputError
from mlops_agent.workflow.answer_file import read_answers
from mlops_agent.workflow.asking import clarify
from mlops_agent.workflow.guided import Guide, LeftError
from mlops_agent.workflow.keeping import Kept

TEXT = "Plan for our churn model. p95 must stay under 100 ms."
KEY = "AKIA" + "IOSFODNN7EXAMPLF"


class Person:
    """Somebody who says these lines and then leaves; what was shown to them is kept."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.shown = ""

    def say(self, text: str) -> None:
        self.shown += text

    def ask(self, prompt: str) -> str:
        self.shown += prompt
        line = next(self._lines, None)
        if line is None:
            raise EOFError
        if line == "^C":
            raise KeyboardInterrupt
        return line


def asked(answers: Mapping[str, str]) -> Clarification:
    return clarify(TEXT, "guided", answers=answers)


def guide(*lines: str, kept: Kept | None = None, **given: str) -> tuple[Guide, Person]:
    person = Person(lines)
    saved = kept.save if kept is not None else lambda _: None
    return Guide(person, asked, saved, dict(given)), person


def left(one: Guide) -> dict[str, str]:
    with pytest.raises(LeftError):
        one.run()
    return one.answers


def test_all_skipped_and_confirmed_leaves_only_assumptions() -> None:
    one, person = guide(*["skip"] * 8, "")
    made = one.run()
    assert made.questions == []
    assert [known.slot for known in made.answered] == ["latency"]
    assert "8 of 8" in person.shown
    assert "Assumed unless you correct it" in person.shown


def test_a_number_takes_the_option_and_text_is_taken_as_it_is() -> None:
    one, person = guide("calls go to the top 500", "skip", "skip", "skip", "1")
    assert left(one)["drift"] == "look at PSI 0.10, retrain at PSI 0.25"
    assert one.answers["purpose"] == "calls go to the top 500"
    assert "  1  look at PSI 0.10" in person.shown


def test_a_question_mark_tells_why_and_asks_again() -> None:
    one, person = guide("?", "skip")
    assert left(one) == {"purpose": "skip"}
    assert person.shown.count("1 of 8") == 2
    assert "It sets the primary metric" in person.shown


def test_back_asks_the_one_before_and_enter_keeps_its_answer() -> None:
    one, person = guide("first", "back", "", "second")
    assert left(one) == {"purpose": "first", "data": "second"}
    assert "answered: first" in person.shown


def test_back_can_change_an_answer() -> None:
    one, _ = guide("first", "second", "back", "back", "changed")
    assert left(one) == {"purpose": "changed", "data": "second"}


def test_back_at_the_first_question_stays_there() -> None:
    one, person = guide("back", "back", "yes, it does")
    assert left(one) == {"purpose": "yes, it does"}
    assert person.shown.count("1 of 8") == 3


def test_a_contradiction_is_said_and_asked_again() -> None:
    one, person = guide("skip", "skip", "skip", "online with p95 of 1 s", "online")
    assert left(one)["serving"] == "online"
    assert "not taken: serving says" in person.shown
    assert "p95 must stay under 100 ms" in person.shown


def test_assumptions_are_corrected_by_number() -> None:
    one, person = guide(*["skip"] * 8, "99", "1", "fraud cases are held for review", "")
    made = one.run()
    assert "a number from 1 to" in person.shown
    assert one.answers["objective.decision"] == "fraud cases are held for review"
    assert "decision" in {known.slot for known in made.answered}


def test_answers_that_came_along_are_not_asked_for() -> None:
    one, person = guide(purpose="x", data="skip", training="weekly")
    left(one)
    assert "4 of 8" in person.shown
    assert "1 of 8" not in person.shown


def test_answers_that_came_along_and_contradict_end_it_at_once() -> None:
    one, _ = guide(latency="2 s")
    with pytest.raises(BadInputError, match="100 ms"):
        one.run()


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return Kept(TEXT)


@pytest.mark.parametrize("end", ["quit", "^C", ""])
def test_leaving_keeps_what_was_answered(kept: Kept, end: str) -> None:
    lines = ["calls go to the top 500", "skip", *([end] if end else [])]
    one, _ = guide(*lines, kept=kept)
    with pytest.raises((LeftError, KeyboardInterrupt)):
        one.run()
    assert kept.read() == {"purpose": "calls go to the top 500", "data": "skip"}


def test_every_answer_is_kept_before_the_next_question(kept: Kept) -> None:
    seen: list[dict[str, str]] = []

    class Watching(Person):
        def ask(self, prompt: str) -> str:
            seen.append(kept.read())
            return super().ask(prompt)

    one = Guide(Watching(["a b c d", "skip"]), asked, kept.save)
    left(one)
    assert [len(one) for one in seen] == [0, 1, 2]


def test_going_on_asks_only_what_is_left(kept: Kept) -> None:
    kept.save({"purpose": "calls go to the top 500", "data": "skip"})
    one, person = guide("y", "weekly", kept=kept)
    one.offer(kept.read())
    assert left(one)["training"] == "weekly"
    assert "2 answers to this request are kept" in person.shown
    assert "3 of 8" in person.shown
    assert kept.read()["purpose"] == "calls go to the top 500"


def test_starting_anew_asks_everything_again(kept: Kept) -> None:
    kept.save({"purpose": "calls"})
    one, person = guide("n", "other words", kept=kept)
    one.offer(kept.read())
    assert left(one) == {"purpose": "other words"}
    assert "1 of 8" in person.shown


def test_leaving_at_the_offer_keeps_the_file(kept: Kept) -> None:
    kept.save({"purpose": "calls"})
    one, _ = guide(kept=kept)
    with pytest.raises(LeftError):
        one.offer(kept.read())
    assert kept.read() == {"purpose": "calls"}


def test_the_kept_file_is_an_answers_file_for_its_owner_only(kept: Kept) -> None:
    kept.save({"purpose": 'a: "b" # c\nd', "registry": "no", "latency": "06:00"})
    assert read_answers(kept.path)["purpose"] == 'a: "b" # c\nd'
    assert read_answers(kept.path)["registry"] == "no"
    assert read_answers(kept.path)["latency"] == "06:00"
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.path.parent.stat().st_mode) == 0o700
    assert [one.name for one in kept.path.parent.iterdir()] == [kept.path.name]


def test_no_secret_is_kept(kept: Kept) -> None:
    kept.save({"purpose": f"the key is {KEY}"})
    assert KEY not in kept.path.read_text(encoding="utf-8")


def test_other_requests_and_repositories_have_places_of_their_own(tmp_path: Path) -> None:
    places = {Kept(TEXT).path, Kept(TEXT + "!").path, Kept(TEXT, tmp_path).path}
    assert len(places) == 3
    assert Kept(TEXT).path == Kept(TEXT).path


@pytest.mark.parametrize("lines", [["quit"], ["q"], ["some answer", "quit"], ["n", "quit"], ["n"]])
def test_leaving_without_an_answer_changes_nothing_that_is_kept(
    kept: Kept, lines: list[str]
) -> None:
    kept.save({"purpose": "calls", "data": "labels after 45 days"})
    before = kept.path.read_bytes()
    one, person = guide(*lines, kept=kept)
    with pytest.raises(LeftError):
        if not one.offer(kept.read()):
            kept.start_anew()
        one.run()
    assert kept.path.read_bytes() == before
    assert ("y goes on with them" in person.shown) is (lines[0] == "some answer")


def test_a_new_start_moves_the_old_answers_aside_with_its_first(kept: Kept) -> None:
    kept.save({"purpose": "calls"})
    kept.start_anew()
    kept.save({})
    assert kept.read() == {"purpose": "calls"}
    kept.save({"data": "weekly"})
    assert kept.read() == {"data": "weekly"}
    assert read_answers(kept.aside) == {"purpose": "calls"}


def test_two_talks_at_once_keep_the_answers_of_both(kept: Kept) -> None:
    first, _ = guide("calls go to the top 500", kept=kept)
    second, _ = guide("skip", "labels after 45 days", kept=Kept(TEXT))
    left(first)
    kept.save({"serving": "online"})
    left(second)
    assert kept.read() == {"purpose": "skip", "serving": "online", "data": "labels after 45 days"}


def test_a_place_that_takes_no_answers_is_known_before_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(OSError, match="Not a directory"):
        Kept(TEXT).make_ready()


@pytest.mark.parametrize("word", ["help", "h"])
def test_help_says_what_a_line_can_be(word: str) -> None:
    one, person = guide(word, "s", "b", "b")
    assert left(one) == {"purpose": "skip"}
    assert "a number takes that option" in person.shown


@pytest.mark.parametrize("line", ["no idea", "not sure, ask Bob", "idk", "later"])
def test_a_line_that_declines_is_no_fact(line: str) -> None:
    one, person = guide(line)
    assert left(one) == {"purpose": line}
    assert "the default applies" in person.shown
    assert [known.slot for known in asked(one.answers).answered] == ["latency"]
