"""Path names: every name can be got back, and none can break a line."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.lifecycle.paths import on_disk, to_bytes, to_text

names = st.binary(min_size=1, max_size=60).filter(lambda name: b"\0" not in name)


@given(names)
def test_any_name_survives_and_stays_on_one_line(name: bytes) -> None:
    text = to_text(name)
    assert to_bytes(text) == name
    assert text.isprintable() or not any(ord(c) < 0x20 or c == "\x7f" for c in text)
    text.encode("utf-8")


@given(names, names)
def test_different_names_have_different_texts(one: bytes, two: bytes) -> None:
    assert (to_text(one) == to_text(two)) == (one == two)


def test_plain_names_stay_as_they_are() -> None:
    assert to_text(b"src/train model.py") == "src/train model.py"
    assert to_text("grün/é.py".encode()) == "grün/é.py"


def test_on_disk_gives_the_real_file(tmp_path: Path) -> None:
    target = tmp_path / "a\nb\\c.py"
    target.write_text("x")
    assert on_disk(tmp_path, r"a\nb\\c.py").read_text() == "x"
