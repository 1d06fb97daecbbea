"""Output that was stopped by its size loses the line that it was stopped in, at no cost."""

from __future__ import annotations

import time

import pytest

from mlops_agent.sandbox.veiled import without_torn_end

MARK = b"\n[stopped: more than 67108864 bytes of output]\n"


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (b"one\ntwo\nhalf a pass", b"one\ntwo\n"),
        (b"half a pass", b""),
        (b"one\n", b"one\n"),
        (b"", b""),
        (b"one\n" + b"x" * 70_000, b"one\n" + b"x" * (70_000 - 64 * 1024)),
    ],
)
def test_the_last_line_before_the_note_is_left_out(before: bytes, kept: bytes) -> None:
    assert without_torn_end(before + MARK) == kept + MARK


@pytest.mark.parametrize("data", [b"", b"one\nhalf", b"one\n", MARK + b"x", MARK[:-2]])
def test_output_that_came_to_its_end_is_the_very_same(data: bytes) -> None:
    assert without_torn_end(data) is data


def test_a_long_line_without_a_feed_costs_nothing() -> None:
    begun = time.process_time()
    for data in (b"x" * 5_000_000, b"\n" * 5_000_000, b"[stopped: more than " * 250_000):
        assert without_torn_end(data) is data
        assert without_torn_end(data + MARK) != data
    assert time.process_time() - begun < 0.5
