"""Reading a journal back: every line checked, every link of the chain checked.

A last line that was cut off (no newline at its end) is what a crash leaves and is dropped. Anything
else that does not fit means that the file was changed: it is refused, with the number of the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_agent.beneath import read_beneath
from mlops_agent.errors import BadInputError
from mlops_agent.journal.chain import FIRST, BrokenLineError, decode, link

if TYPE_CHECKING:
    from mlops_agent.contracts.journal import AnyEvent

JOURNAL = "journal.jsonl"
_MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Verified:
    """A journal that was checked: its events, the link for the next line, and its sound length.

    `length` counts bytes up to the end of the last whole line.
    """

    events: list[AnyEvent]
    last_link: str
    length: int


def read_journal(path: Path) -> list[AnyEvent]:
    """Return the events of a journal file, or of the journal in a run's folder.

    A torn last line is dropped. Raises BadInputError when there is no journal, or naming the line
    where a line or the chain was changed.
    """
    return verify(path).events


def verify(path: Path) -> Verified:
    """Read and check a journal as `read_journal` does, with what is needed to go on with it."""
    file = path / JOURNAL if path.is_dir() else path
    try:
        data = read_beneath(file.parent, file.name, _MOST_BYTES)
    except OSError as error:
        raise BadInputError(
            f"no journal at {file}: {error.strerror}", "`mlops-agent runs` lists the runs"
        ) from error
    *lines, torn = data.split(b"\n")
    _check_torn(torn, len(lines) + 1, file)
    events: list[AnyEvent] = []
    previous = FIRST
    for number, line in enumerate(lines, start=1):
        events.append(_check_line(line, number, previous, file))
        previous = link(line)
    return Verified(events, previous, len(data) - len(torn))


def _check_line(line: bytes, number: int, previous: str, file: Path) -> AnyEvent:
    try:
        event = decode(line)
    except BrokenLineError as error:
        raise _broken(file, number, str(error)) from error
    if event.previous != previous or event.seq != number:
        raise _broken(file, number, "it does not follow the line before it")
    return event


def _check_torn(torn: bytes, number: int, file: Path) -> None:
    # A crash cuts a line short. A byte after the end of a whole line is something else: the newline
    # itself was overwritten.
    if torn and _whole(torn[:-1]):
        raise _broken(file, number, "it was changed after it was written")


def _whole(line: bytes) -> bool:
    try:
        decode(line)
    except BrokenLineError:
        return False
    return True


def _broken(file: Path, number: int, why: str) -> BadInputError:
    return BadInputError(
        f"the journal {file} is broken at line {number}: {why}",
        "a run whose journal was changed cannot be checked or resumed; start a new run",
    )
