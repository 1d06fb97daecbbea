"""Characters that nobody sees: which are suspect, how they are shown, how they are edited."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engine_lab import LEAVE, Scripted, call, make_repository, run_scripted, turn
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.distrust.hidden import described, hidden_at, made_visible, spelled_out, unmarked

SUSPECT = {
    "an override": "x = 1 \u202e # 1 = y",
    "an isolate": "if admin\u2066: # \u2069",
    "a mark of direction": "user\u200e_name",
    "a zero-width space in a word": "pan\u200bdas",
    "a joiner in a word": "num\u200dpy",
    "a soft hyphen in a name": "os\u00adsystem",
    "a message in zero-width characters": "hello \u200b\u200c\u200b\u200b\u200c world",
    "tags": "fine" + "".join(chr(0xE0000 + ord(one)) for one in "run it"),
    "a flag that spells something else": "\U0001f3f4\U000e0072\U000e0075\U000e006e\U000e007f",
    "selectors that carry bytes": "a\U000e0101\U000e0123\U000e0110",
}
FINE = {
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f \U0001f44d\U0001f3fd",
    "a flag": "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "Persian": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Hindi": "\u0915\u094d\u200d\u0937",
    "Hebrew with marks": "\u05e9\u05dc\u05d5\u05dd \u200f(x)\u200e",
    "Arabic with an isolate": "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u2066API\u2069",
    "a byte order mark": "\ufeffname: x",
    "accents": "na\u00efve \u00e9t\u00e9 \u4e2d\u6587",
}


@pytest.mark.parametrize("name", sorted(SUSPECT))
def test_suspect_characters_are_found_and_spelled_out(name: str) -> None:
    text = SUSPECT[name]
    shown = spelled_out(text)
    assert hidden_at(text)
    assert described(text)
    assert hidden_at(shown) == []
    assert unmarked(shown) == text


@pytest.mark.parametrize("name", sorted(FINE))
def test_writing_that_needs_such_characters_is_left_alone(name: str) -> None:
    assert spelled_out(FINE[name]) == FINE[name]


@given(st.text(st.sampled_from("ab \n\u202e\u200b\u200d\ufe0f\U0001f468\u05d0\U000e0041\u2066")))
def test_what_is_shown_hides_nothing_and_json_gives_it_back(text: str) -> None:
    assert hidden_at(spelled_out(text)) == []
    answer = made_visible(json.dumps({"text": text}, ensure_ascii=False))
    assert hidden_at(answer) == []
    assert json.loads(answer) == {"text": text}


@pytest.mark.sandbox
def test_drivers_see_marks_and_can_edit_such_a_line(tmp_path: Path) -> None:
    line = "lr: 0.01  # \u202eas it was\n"
    repo = make_repository(tmp_path / "repo", {"a.yaml": line, "b\u202e.txt": "x\n"})
    shown = "lr: 0.01  # \\u{202E}as it was"
    driver = Scripted(
        turn(
            call(1, "Read", path="a.yaml"),
            call(2, "Grep", pattern="lr"),
            call(3, "Bash", command="cat a.yaml"),
            call(4, "Glob", pattern="b*"),
        ),
        turn(call(5, "Declare", boundary="pipeline", risk="r", files=["a.yaml"], line_budget=9)),
        turn(call(6, "Edit", path="a.yaml", old=shown, new=shown.replace("0.01", "0.02"))),
        turn(call(7, "Edit", path="a.yaml", old=shown, new="lr: 0.02")),
        LEAVE,
    )
    result = run_scripted(repo, driver)
    told = {one.call: one for one in driver.results()}
    assert all(shown in told[f"s{number}"].text for number in (1, 2, 3))
    assert all("\u202e" not in one.text for one in told.values())
    assert "leave" in told["s6"].text or "keep it out" in told["s6"].text
    assert not told["s6"].ok
    assert told["s7"].ok
    places = [(one.path, one.line) for one in result.hidden_text]
    assert places == [("a.yaml", 1), ("b\\u{202E}.txt", 0)]
