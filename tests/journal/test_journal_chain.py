"""The journal: what is appended is read back, and every change of a byte is noticed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mlops_agent.contracts.journal import CallStarted, Event, Resumed, TurnDecided
from mlops_agent.errors import BadInputError, RepositoryBusyError
from mlops_agent.journal.chain import FIRST, encode, link
from mlops_agent.journal.reading import JOURNAL, read_journal
from mlops_agent.journal.writing import Journal, is_being_written


def lines_of(texts: list[str]) -> bytes:
    previous, data = FIRST, b""
    for number, text in enumerate(texts, start=1):
        event = TurnDecided(
            seq=number, at="2026-01-01T00:00:00+00:00", previous=previous,
            turn=number, text=text, calls=[],
        )  # fmt: skip
        line = encode(event)
        previous = link(line)
        data += line + b"\n"
    return data


def texts_of(path: Path) -> list[str]:
    return [event.text for event in read_journal(path) if isinstance(event, TurnDecided)]


SOME_TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5)


@given(texts=SOME_TEXTS, data=st.data())
@settings(max_examples=150, deadline=None)
@pytest.mark.fault("F20")
def test_cutting_a_journal_anywhere_leaves_a_prefix_of_its_events(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], data: st.DataObject
) -> None:
    whole = lines_of(texts)
    length = data.draw(st.integers(0, len(whole)))
    path = tmp_path_factory.mktemp("cut") / JOURNAL
    path.write_bytes(whole[:length])
    left = texts_of(path)
    assert left == texts[: len(left)]
    assert len(left) == whole[:length].count(b"\n")


@given(texts=SOME_TEXTS, data=st.data())
@settings(max_examples=300, deadline=None)
def test_changing_any_one_byte_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], data: st.DataObject
) -> None:
    whole = bytearray(lines_of(texts))
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[place]))
    whole[place] = byte
    path = tmp_path_factory.mktemp("changed") / JOURNAL
    path.write_bytes(whole)
    with pytest.raises(BadInputError, match=r"broken at line \d+"):
        read_journal(path)


def test_a_changed_line_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / JOURNAL
    path.write_bytes(lines_of(["one", "two", "three"]).replace(b"two", b"TWO"))
    with pytest.raises(BadInputError, match="line 2"):
        read_journal(path)


def test_a_line_that_was_taken_out_is_noticed(tmp_path: Path) -> None:
    first, second, third, _ = lines_of(["one", "two", "three"]).split(b"\n")
    path = tmp_path / JOURNAL
    path.write_bytes(b"\n".join([first, third, b""]))
    with pytest.raises(BadInputError, match="line 2: it does not follow"):
        read_journal(path)
    path.write_bytes(b"\n".join([second, third, b""]))
    with pytest.raises(BadInputError, match="line 1"):
        read_journal(path)


def test_a_line_resealed_after_a_change_breaks_the_next_link(tmp_path: Path) -> None:
    lines = lines_of(["one", "two"]).split(b"\n")
    forged = lines_of(["ONE"]).rstrip(b"\n")
    path = tmp_path / JOURNAL
    path.write_bytes(b"\n".join([forged, lines[1], b""]))
    with pytest.raises(BadInputError, match="line 2: it does not follow"):
        read_journal(path)


def test_append_fills_in_the_chain_and_read_gives_it_back(tmp_path: Path) -> None:
    with Journal.create(tmp_path / "run") as journal:
        first = journal.append(TurnDecided, turn=1, text="ü\u2028\n", calls=[])
        second = journal.append(CallStarted, call="c1")
    assert (first.seq, second.seq, first.previous) == (1, 2, FIRST)
    read = read_journal(tmp_path / "run")
    assert [event.model_dump(exclude={"digest"}) for event in read] == [
        event.model_dump(exclude={"digest"}) for event in (first, second)
    ]


@pytest.mark.fault("F20")
def test_opening_cuts_a_torn_line_and_goes_on_with_the_chain(tmp_path: Path) -> None:
    path = tmp_path / JOURNAL
    path.write_bytes(lines_of(["one"]) + lines_of(["one", "two"]).split(b"\n")[1][:40])
    with Journal.open(tmp_path) as journal:
        assert journal.append(Resumed, lost=[]).seq == 2
    assert [type(event) for event in read_journal(tmp_path)] == [TurnDecided, Resumed]


def test_opening_a_changed_journal_is_refused_and_leaves_it_alone(tmp_path: Path) -> None:
    path = tmp_path / JOURNAL
    changed = lines_of(["one", "two"]).replace(b"one", b"eno") + b"torn"
    path.write_bytes(changed)
    with pytest.raises(BadInputError, match="line 1"):
        Journal.open(tmp_path)
    assert path.read_bytes() == changed


def test_a_second_writer_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path)
    assert is_being_written(tmp_path)
    with pytest.raises(RepositoryBusyError):
        Journal.open(tmp_path)
    journal.close()
    assert not is_being_written(tmp_path)
    Journal.open(tmp_path).close()


def test_create_does_not_overwrite_and_open_does_not_create(tmp_path: Path) -> None:
    Journal.create(tmp_path).close()
    with pytest.raises(BadInputError, match="already"):
        Journal.create(tmp_path)
    with pytest.raises(BadInputError, match="no journal"):
        Journal.open(tmp_path / "other")
    with pytest.raises(BadInputError, match="no journal"):
        read_journal(tmp_path / "other")


def test_fields_that_do_not_fit_write_nothing(tmp_path: Path) -> None:
    with Journal.create(tmp_path) as journal:
        with pytest.raises(ValidationError):
            journal.append(CallStarted, call=["no"])
        assert journal.append(CallStarted, call="c1").seq == 1
    assert len(read_journal(tmp_path)) == 1


def test_threads_do_not_break_the_chain(tmp_path: Path) -> None:
    with Journal.create(tmp_path) as journal:

        def write() -> None:
            for number in range(10):
                journal.append(CallStarted, call=f"c{number}")

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [event.seq for event in read_journal(tmp_path)] == list(range(1, 41))


WRITER = """
import sys
from pathlib import Path
from mlops_agent.contracts.journal import CallStarted
from mlops_agent.journal.writing import Journal
journal = Journal.create(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    journal.append(CallStarted, call=f"c{number}" + "x" * 2000)
    print(number, flush=True)
"""


@pytest.mark.parametrize("written", [1, 2, 7])
@pytest.mark.fault("F20")
def test_what_append_returned_from_survives_kill_9(tmp_path: Path, written: int) -> None:
    run = tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(run)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(written):
        confirmed = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    confirmed = max([confirmed, *map(int, process.stdout.read().split())])
    process.wait()
    events: list[Event] = list(read_journal(run))
    assert len(events) >= confirmed
    with Journal.open(run) as journal:
        assert journal.append(Resumed, lost=[]).seq == len(events) + 1
    assert len(read_journal(run)) == len(events) + 1
