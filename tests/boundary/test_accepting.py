"""Bad input is one clear line; whatever can be read is handed back unchanged."""

from __future__ import annotations

import pytest

from mlops_agent.boundary.accepting import LARGEST, checked_text
from mlops_agent.errors import BadInputError
from mlops_agent.exit_codes import ExitCode


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "is empty"),
        (" \n\t\u00a0\u200b", "is empty"),
        (b"\xff\xfe\x00a", "not text"),
        (b"add \x00 a gate", "not text"),
        ("add \0 a gate", "not text"),
        ("add \udcff a gate", "not text"),
        ("a" * (LARGEST + 1), "200 KB"),
        ("\u00e9".encode() * (LARGEST // 2 + 1), "200 KB"),
    ],
)
def test_bad_input_is_one_clear_line(given: str | bytes, said: str) -> None:
    with pytest.raises(BadInputError) as caught:
        checked_text(given, source="the request")
    message = str(caught.value)
    assert message.startswith("the request ")
    assert said in message
    assert "\n" not in message
    assert caught.value.hint
    assert caught.value.exit_code is ExitCode.BAD_INPUT


@pytest.mark.parametrize(
    "given", ["add a gate\n", "  \u00fcberpr\u00fcfe das Modell", "a" * LARGEST]
)
def test_text_comes_back_unchanged(given: str) -> None:
    assert checked_text(given, source="x") == given
    assert checked_text(given.encode(), source="x") == given


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert checked_text(b"\xef\xbb\xbfadd a gate", source="x") == "add a gate"
