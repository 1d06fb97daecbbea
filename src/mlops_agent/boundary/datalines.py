"""Lines of data: fences, quotes, mails, logs, stack traces, blobs, and what is said to be pasted.

Owns telling by a line, and the lines before it, that it is data. Each line is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mlops_agent.boundary import linesigns as signs
from mlops_agent.boundary.expressions import Expression
from mlops_agent.boundary.reading import Passage
from mlops_agent.boundary.reported import (
    ROLE,
    ROW,
    SAID,
    SUBJECT,
    asks_by_column,
    names_speaker,
)
from mlops_agent.boundary.tasks import is_task
from mlops_agent.boundary.words import words

TASK = "task"
"""The kind of data that is the caller's own task."""
_BESIDE = 25
"""Words beside a task written as data, from which on it is somebody's whom the words speak of."""
_LABEL_ONLY = 4
"""Words beside data up to which there is nothing else that the caller could mean."""
_NEAR = 300
_BRACKET = Expression(r"[{}\[\]]")
_ASKED_WITHIN = 8
"""Lines before data in which the caller's own ask is looked for."""
_LONGEST_INLINE = 4_000
_MOST_INLINE = 20


class _Line(NamedTuple):
    start: int
    end: int
    said: str

    @property
    def blank(self) -> bool:
        return not self.said.strip()


def line_passages(text: str) -> Iterator[Passage]:
    """The passages that whole lines make up, in order."""
    lines = list(_lines(text))
    place, tried = 0, 0
    while place < len(lines):
        kind, end = _data_at(text, lines, place)
        if end > place:
            start, stop = lines[place].start, lines[end - 1].end
            own = kind in ("blob", "code") and _is_own(text, lines, place, start, stop)
            yield Passage(start, stop, TASK if own else kind)
            place = end
            continue
        inline = _inline_blob(text, lines, place) if tried < _MOST_INLINE else None
        if inline is not None:
            tried += 1
            yield inline
            while place < len(lines) and lines[place].end < inline.end:
                place += 1
        place += 1


def _inline_blob(text: str, lines: list[_Line], place: int) -> Passage | None:
    """JSON behind a few words of a line ("dispatch: {...}")."""
    said = lines[place].said
    found = signs.INLINE.search(said, 1) if '":' in said or '" :' in said else None
    if not found:
        return None
    start = lines[place].start + found.start()
    depth = 0
    for bracket in _BRACKET.finditer(text, start, min(len(text), start + _LONGEST_INLINE)):
        depth += 1 if bracket.group() in "{[" else -1
        if depth == 0:
            own = _is_own(text, lines, place, start, bracket.end())
            return Passage(start, bracket.end(), TASK if own else "blob")
    # Cut off in the middle: the line's rest is data all the same.
    return Passage(start, lines[place].end, "blob")


def _is_own(text: str, lines: list[_Line], place: int, start: int, stop: int) -> bool:
    """Whether data is the caller's own task: nobody else's by the line before, little beside."""
    if place and _introduces(lines[place - 1]):
        return False
    beside = text[max(0, start - _NEAR) : start] + text[stop : stop + _NEAR]
    return len(beside.split()) <= (_BESIDE if is_task(text, start, stop) else _LABEL_ONLY)


def _lines(text: str) -> Iterator[_Line]:
    place = 0
    while place < len(text):
        stop = text.find("\n", place)
        stop = len(text) if stop < 0 else stop
        # A longer line is judged by its beginning.
        yield _Line(place, stop, text[place : min(stop, place + 300)])
        place = stop + 1


def _data_at(text: str, lines: list[_Line], place: int) -> tuple[str, int]:
    """The kind of data that begins at a line and the line after its end; ("", place) for none."""
    line = lines[place]
    said = line.said
    if line.blank:
        return "", place
    if not signs.may_be_data(said):
        return _introduced(lines, place)
    for pattern, kind, end in _KINDS:
        if pattern.match(said) and (stop := end(text, lines, place)) > place:
            return kind, stop
    return _introduced(lines, place)


def _introduced(lines: list[_Line], place: int) -> tuple[str, int]:
    """What the line before, or the one before a blank one, says is somebody else's."""
    said = lines[place - 1].said.strip() if place else "-"
    before = place - 1 if said else place - 2
    if before >= 0 and (not said or said[-1] == ":") and _introduces(lines[before]):
        return "paste", _paste_end(lines, place)
    return "", place


def _introduces(line: _Line) -> bool:
    said = line.said.rstrip()
    return said.endswith(":") and len(said) < 160 and signs.INTRODUCES.search(said) is not None


def _fence_end(_text: str, lines: list[_Line], place: int) -> int:
    opened = signs.FENCE.match(lines[place].said) or signs.TRIPLE.match(lines[place].said)
    mark = opened.group(1) if opened else "```"
    for after in range(place + 1, len(lines)):
        if lines[after].said.strip() == mark:
            return after + 1
    return len(lines)


def _while(pattern: Expression) -> Callable[[str, list[_Line], int], int]:
    """As long as lines fit."""

    def end(_text: str, lines: list[_Line], place: int) -> int:
        while place < len(lines) and pattern.match(lines[place].said):
            place += 1
        return place

    return end


def _mail_end(_text: str, lines: list[_Line], place: int) -> int:
    """A forwarded mail goes on to the end; a mere "From:" line needs others like it."""
    near = lines[place + 1 : place + 4]
    marked = signs.MAIL.match(lines[place].said)
    headed = marked or any(signs.HEADERS.match(line.said) for line in near)
    return len(lines) if headed else place


def _frame_end(text: str, lines: list[_Line], place: int) -> int:
    """A line of a trace that stands indented."""
    return _trace_end(text, lines, place) if lines[place].said[:1] in (" ", "\t") else place


def _code_end(text: str, lines: list[_Line], place: int) -> int:
    """Indented lines that look like code, behind a blank one."""
    fresh = place == 0 or lines[place - 1].blank
    codelike = fresh and signs.CODELIKE.search(lines[place].said)
    return _while(signs.CODE)(text, lines, place) if codelike else place


def _prose_end(_text: str, lines: list[_Line], place: int) -> int:
    """Indented lines behind a blank one and an ask that does not say that they follow."""
    told = next((one for one in lines[max(0, place - 3) : place][::-1] if not one.blank), None)
    fresh = told is not None and lines[place - 1].blank and not told.said[:1].isspace()
    listed = told is not None and (told.said.rstrip()[-1:] == ":" or _is_item(told.said))
    if not fresh or listed or _is_item(lines[place].said) or not _asked(lines, place):
        return place
    return _while(signs.CODE)(_text, lines, place)


def _is_item(said: str) -> bool:
    start = said.split(maxsplit=1)[0]
    return start in ("-", "*", "+", "\u2022") or start.rstrip(".)").isdigit()


def _role_end(_text: str, lines: list[_Line], place: int) -> int:
    """Behind the name of who speaks, up to a blank line, where something was asked before."""
    if not names_speaker(lines[place].said) or not _asked(lines, place):
        return place
    return _unbroken(lines, place)


def _table_end(_text: str, lines: list[_Line], place: int) -> int:
    """A table that neither its first row nor the line before says to hold asks."""
    if place and ROW.match(lines[place - 1].said):
        return place
    told = next((one for one in lines[max(0, place - 2) : place][::-1] if not one.blank), None)
    announced = told is not None and told.said.rstrip()[-1:] == ":"
    if announced or asks_by_column(lines[place].said) or not _asked(lines, place):
        return place
    return _while(ROW)(_text, lines, place)


def _subject_end(_text: str, lines: list[_Line], place: int) -> int:
    """A mail behind an ask: its subject and all that comes after."""
    return len(lines) if _asked(lines, place) else place


def _unbroken(lines: list[_Line], place: int) -> int:
    while place < len(lines) and not lines[place].blank:
        place += 1
    return place


def _asked(lines: list[_Line], place: int) -> bool:
    """Whether the lines before ask for something."""
    return any(
        signs.ASKED_BEFORE.search(line.said) or _opens_with_verb(line.said)
        for line in lines[max(0, place - _ASKED_WITHIN) : place]
    )


def _opens_with_verb(said: str) -> bool:
    first = said.split(maxsplit=1)[0].lower() if said.strip() else ""
    return first in words().verbs or first in words().verbish


def _cut_end(_text: str, lines: list[_Line], place: int) -> int:
    marked = lines[place].said.lstrip()[:1] in ("*", "#", "_")
    if marked and all(lines[before].blank for before in range(place)):
        # A heading that nobody's words come before is the caller's own.
        return place
    for after in range(place + 1, len(lines)):
        if signs.CUT_END.match(lines[after].said):
            return after + 1
    return len(lines)


def _trace_end(_text: str, lines: list[_Line], place: int) -> int:
    after = place + 1
    while after < len(lines):
        said = lines[after].said
        if not (said[:1] in (" ", "\t") and said.strip()) and not (
            signs.TRACE_LINE.match(said) or signs.TRACE.match(said) or signs.LOG.match(said)
        ):
            break
        after += 1
    return after


def _blob_end(text: str, lines: list[_Line], place: int) -> int:
    """The line after the one on which a JSON or XML blob closes; place itself where none is one."""
    depth, keyed = 0, False
    for after in range(place, len(lines) if _keyed_soon(lines, place) else place + 1):
        whole = text[lines[after].start : lines[after].end]
        keyed = keyed or '":' in whole or '" :' in whole or "'" in whole or "</" in whole
        depth += whole.count("{") + whole.count("[") - whole.count("}") - whole.count("]")
        if depth <= 0:
            return after + 1 if keyed else place
    return len(lines) if keyed else place


def _keyed_soon(lines: list[_Line], place: int) -> bool:
    """Whether a blob's beginning has keys; without them it is not followed to its end."""
    return any('":' in line.said or "</" in line.said for line in lines[place : place + 3])


def _paste_end(lines: list[_Line], place: int) -> int:
    """Up to where the caller speaks again; a quoted line is quoted alone."""
    asked = any(
        signs.ASKED_BEFORE.search(line.said)
        for line in lines[max(0, place - _ASKED_WITHIN) : place]
    )
    for after in range(place + 1, len(lines)):
        said = lines[after].said
        if signs.RESUMES.match(said) and (lines[after - 1].blank or _closed(lines[after - 1])):
            return after
        if not asked and lines[after - 1].blank and signs.ASKS_AGAIN.match(said):
            return after
    return len(lines)


def _closed(line: _Line) -> bool:
    return line.said.rstrip().endswith(('"', "\u201d", "```", "---"))


_KINDS: tuple[tuple[Expression, str, Callable[[str, list[_Line], int], int]], ...] = (
    (signs.FENCE, "code", _fence_end),
    (signs.TRIPLE, SAID, _fence_end),
    (signs.QUOTE, "quote", _while(signs.QUOTE)),
    (signs.MAIL, "forwarded", _mail_end),
    (signs.HEADER, "forwarded", _mail_end),
    (signs.CUT, "paste", _cut_end),
    (signs.TRACE, "trace", _trace_end),
    (signs.LOG, "log", _while(signs.LOG)),
    (signs.TRACE_LINE, "trace", _frame_end),
    (signs.SHELL, "code", _while(signs.SHELL)),
    (signs.BLOB, "blob", _blob_end),
    (signs.CODE, "code", _code_end),
    (signs.CODE, SAID, _prose_end),
    (ROLE, SAID, _role_end),
    (ROW, SAID, _table_end),
    (SUBJECT, SAID, _subject_end),
)
"""How a line shows itself, what that makes it, and up to which line it goes."""
