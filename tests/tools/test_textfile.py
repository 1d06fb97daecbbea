"""The one replacement: exactly one occurrence, back to the very bytes, or a message that helps."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mlops_agent.tools.base import ToolError
from mlops_agent.tools.encodings import rewritten
from mlops_agent.tools.textfile import (
    count_changed_lines,
    is_crlf,
    occurrences,
    replace_once,
    to_crlf,
)

FEW = st.text("ab\n\r é", min_size=0, max_size=12)


@given(data=st.binary(max_size=60), start=st.integers(0, 60), length=st.integers(1, 20), new=FEW)
@settings(max_examples=300)
def test_an_edit_of_any_bytes_changes_only_the_one_occurrence(
    data: bytes, start: int, length: int, new: str
) -> None:
    assume(b"\0" not in data)
    text = data.decode(errors="surrogateescape")
    assume(not is_crlf(text))
    old = text[start : start + length]
    try:
        after = replace_once("f", data, old, new)
    except ToolError:
        return
    assert len(occurrences(text, old)) == 1
    first = data.index(old.encode())
    assert after == data[:first] + new.encode() + data[first + len(old.encode()) :]


@given(text=FEW, old=FEW, new=FEW)
@settings(max_examples=500)
def test_an_edit_lands_exactly_when_the_text_is_there_once(text: str, old: str, new: str) -> None:
    assume(not is_crlf(text))
    once = sum(text.startswith(old, place) for place in range(len(text))) == 1
    if once and old and old != new:
        after = replace_once("f", text.encode(), old, new).decode()
        head, _, tail = text.partition(old)
        assert after == head + new + tail
        if len(occurrences(after, new)) == 1 and new and not is_crlf(after):
            assert replace_once("f", after.encode(), new, old) == text.encode()
    else:
        with pytest.raises(ToolError):
            replace_once("f", text.encode(), old, new)


@given(lines=st.lists(st.text("abc", max_size=3), min_size=2, max_size=6), new=st.text("xyz\n"))
@settings(max_examples=200)
def test_in_a_crlf_file_every_line_end_stays_crlf(lines: list[str], new: str) -> None:
    data = "".join(f"{number}{line}\r\n" for number, line in enumerate(lines)).encode()
    old = f"0{lines[0]}\n1{lines[1]}\n"
    assume(old != new)
    after = replace_once("f", data, old, new)
    rest = data.split(b"\r\n", 2)[2]
    assert after == to_crlf(new).encode() + rest
    if after.count(b"\n"):
        assert is_crlf(after.decode())
    if new and len(occurrences(after.decode(), to_crlf(new))) == 1 and is_crlf(after.decode()):
        assert replace_once("f", after, new, old) == data


def test_overlapping_occurrences_count_as_several() -> None:
    with pytest.raises(ToolError, match=r"2 times in f \(lines 1, 2\)"):
        replace_once("f", b"a\na\na", "a\na", "b")


def test_a_byte_order_mark_and_odd_bytes_stay() -> None:
    assert replace_once("f", b"\xef\xbb\xbfx = 1\r\n", "x = 1", "x = 2") == b"\xef\xbb\xbfx = 2\r\n"
    assert replace_once("f", b"caf\xe9 x\n", "x", "y") == b"caf\xe9 y\n"
    with pytest.raises(ToolError, match="not UTF-8"):
        replace_once("f", b"caf\xe9 x\n", "x", "é")
    with pytest.raises(ToolError, match="surrogate"):
        replace_once("f", b"caf\xe9 x\n", "\udce9", "e")


def test_mixed_line_ends_are_matched_as_they_are() -> None:
    mixed = b"a\r\nb\nc\n"
    assert replace_once("f", mixed, "b\n", "B\n") == b"a\r\nB\nc\n"
    with pytest.raises(ToolError, match="not in f"):
        replace_once("f", mixed, "a\nb", "x")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "x", "old is empty"),
        ("x", "x", "the same"),
        ("nowhere to be found", "x", "Nothing in it is like it"),
        ("def train(model, date):", "x", "     2\tdef train(model, data):"),
        ("def  train(model,data):", "x", "only white space differs"),
        ("pass", "x", "2 times in f.py (lines 1, 3)"),
    ],
)
def test_each_refusal_says_what_to_do(old: str, new: str, said: str) -> None:
    with pytest.raises(ToolError) as caught:
        replace_once("f.py", b"pass\ndef train(model, data):\n    pass\n", old, new)
    assert said in str(caught.value)


def test_binary_files_are_refused() -> None:
    with pytest.raises(ToolError, match="binary"):
        replace_once("model.pkl", b"\x80\x04\0x", "x", "y")
    with pytest.raises(ToolError, match="binary"):
        replace_once("f", "x".encode("utf-32"), "x", "y")
    for broken in (b"\xff\xfex", b"\xff\xfe\x00\xd8x\0", b"\xfe\xff\xdc\x00"):
        with pytest.raises(ToolError, match="begins like UTF-16"):
            replace_once("f", broken, "x", "y")


@given(before=FEW, after=FEW, big=st.booleans())
def test_utf_16_goes_back_to_the_very_bytes(before: str, after: str, big: bool) -> None:
    codec = "utf-16-be" if big else "utf-16-le"
    data = ("\ufeff" + before + "<here>" + after).encode(codec)
    assume(not is_crlf(before + after))
    changed = replace_once("f", data, "<here>", "caf\u00e9 \u4e16 \U0001f600\n")
    expected = "\ufeff" + before + "caf\u00e9 \u4e16 \U0001f600\n" + after
    assert changed == expected.encode(codec)
    assert replace_once("f", changed, "caf\u00e9 \u4e16 \U0001f600\n", "<here>") == data or (
        after.count("caf\u00e9") or is_crlf(expected)
    )


def test_utf_16_keeps_its_mark_line_ends_and_order() -> None:
    data = "\ufeffa\r\nb\r\n".encode("utf-16-be")
    assert replace_once("f", data, "a\nb", "c\nd\ne") == "\ufeffc\r\nd\r\ne\r\n".encode("utf-16-be")
    assert rewritten("new\n", data) == "\ufeffnew\n".encode("utf-16-be")
    assert rewritten("new\n", b"old") == rewritten("new\n", None) == b"new\n"


@given(
    before=st.lists(st.sampled_from("abc"), max_size=8),
    after=st.lists(st.sampled_from("abc"), max_size=8),
)
@settings(max_examples=200)
def test_line_counts_add_up_to_the_difference(before: list[str], after: list[str]) -> None:
    old, new = ("".join(f"{one}\n" for one in lines) for lines in (before, after))
    added, removed = count_changed_lines(old, new)
    assert added - removed == len(after) - len(before)
    assert (added, removed) == (0, 0) if old == new else added + removed > 0
    assert added <= len(after)
    assert removed <= len(before)


def test_line_counts_are_gits(tmp_path: Path) -> None:
    old, new = "a\nb\nc\nd\n", "a\nB\nc\nd\ne\n"
    (tmp_path / "old").write_text(old)
    (tmp_path / "new").write_text(new)
    git = subprocess.run(
        ["git", "diff", "--no-index", "--numstat", "old", "new"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    added, removed = count_changed_lines(old, new)
    assert git.stdout.split()[:2] == [str(added), str(removed)]
