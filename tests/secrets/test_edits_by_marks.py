"""An edit whose old text holds marks replaces exactly the bytes that were shown by them."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from secret_lab import fill, pem

from mlops_agent.sandbox.secrets.marks import marks_in
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.sandbox.secrets.unveiling import places
from mlops_agent.tools.base import ToolError
from mlops_agent.tools.marked import replace_marked

REDACTOR = Redactor().knowing([fill("Own-{14:alnum}7")], "environment")
SECRETS = [
    f'password = "{fill("{12:alnum}8")}"',
    f"DB_PASSWORD={fill('{14:alnum}8x')}",
    f"x {fill('ghp_{36:alnum}')} y",
    f"one {fill('Own-{14:alnum}7')}, two {fill('Own-{14:alnum}7')}",
    f"url postgresql://ml:{fill('{12:alnum}1')}@db/x",
    pem(4, lines=2).rstrip(),
    "words about `[redacted:password]`",
]
LINES = st.lists(
    st.one_of(st.sampled_from(SECRETS), st.text("ab c=\u00e9\U0001f600\udc80", max_size=12)),
    min_size=1, max_size=8,
)  # fmt: skip


@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.data())
def test_exactly_the_bytes_behind_a_shown_line_are_replaced(
    given_lines: list[str], feed: str, wide: bool, data: st.DataObject
) -> None:
    text = feed.join("\n".join(given_lines).split("\n"))
    assume(not (wide and "\udc80" in text))
    before = (
        ("\ufeff" + text).encode("utf-16-le") if wide else text.encode(errors="surrogateescape")
    )
    shown = REDACTOR.text(text).split(feed)
    exact = text.split(feed)
    number = data.draw(st.integers(0, len(exact) - 1))
    old = shown[number]
    assume(marks_in(old))
    if feed.join(shown).count(old) > 1:
        with pytest.raises(ToolError, match="times in"):
            replace_marked("a", before, old, "new", REDACTOR)
        return
    after = replace_marked("a", before, old, "new", REDACTOR)
    exact[number] = "new"
    expected = feed.join(exact)
    assert after == (
        ("\ufeff" + expected).encode("utf-16-le")
        if wide
        else expected.encode(errors="surrogateescape")
    )


@given(LINES, st.integers(0, 300), st.integers(1, 120))
def test_a_part_without_marks_lies_where_it_stands(
    given_lines: list[str], start: int, length: int
) -> None:
    text = "\n".join(given_lines)
    part = REDACTOR.text(text)[start : start + length]
    assume(part)
    for first, end in places(text, part, REDACTOR):
        assert 0 <= first < end <= len(text)
        assert part == text[first:end] or marks_in(part)
