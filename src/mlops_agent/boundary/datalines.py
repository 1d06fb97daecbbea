"""Lines of data: fences, quotes, mails, logs, stack traces, blobs, and what is said to be pasted.

Owns telling by a line, and the lines before it, that it is data. Each line is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mlops_agent.boundary.reading import Passage
from mlops_agent.boundary.tasks import is_task

TASK = "task"
"""The kind of data that is the caller's own task."""
_BESIDE = 25
"""Words beside a task written as data, from which on it is somebody's whom the words speak of."""
_LABEL_ONLY = 4
"""Words beside data up to which there is nothing else that the caller could mean."""
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_QUOTE = re.compile(r"[ \t]*>")
_MAIL = re.compile(
    r"[ \t]*(?:-{2,}[ \t]*(?:original message|forwarded message|weitergeleitete nachricht|"
    r"urspr\u00fcngliche nachricht|message transf\u00e9r\u00e9|forwarded by)|begin forwarded message|"
    r"on .{4,80} wrote:[ \t]*$|am .{4,80} schrieb .{1,60}:[ \t]*$)",
    re.IGNORECASE,
)
_HEADER = re.compile(r"[ \t]*(?:from|von|de): .*(?:@|<)", re.IGNORECASE)
_HEADERS = re.compile(r"[ \t]*(?:sent|to|subject|date|cc|gesendet|an|betreff):", re.IGNORECASE)
_CUT = re.compile(
    r"[ \t]*(?:[-=*_~#]{2,}[ \t]*(?:8<|>8|\u2702|begin\b|start\b|paste|ticket|readme|quote|snip|cut here|"
    r"log\b|logs\b|mail|e-?mail|message|thread|issue|comment|transcript|description|body|copy|excerpt)[^\n]*"
    r"|[-=]{2,}8<[-=]*[^\n]*|<{3,}[^\n]*|\[(?:quote|paste|begin|ticket)[^\]\n]*\])[ \t]*$",
    re.IGNORECASE,
)
_CUT_END = re.compile(r"[ \t]*(?:[-=*_~#]{2,}|>{3,}|\[/|\[end)[^\n]*$", re.IGNORECASE)
_LOG = re.compile(
    r"[ \t]*(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d[\s,.\]]|\d{4}/\d\d/\d\d \d\d:\d\d"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d |\[?(?:INFO|WARN|WARNING|ERROR|DEBUG|FATAL|CRITICAL|TRACE|SEVERE)\]?[ \t:|\]]+\S"
    r"|[IWEF]\d{4} \d\d:\d\d:|(?:level|time|ts|msg)=\S+ \w+=|\{\"(?:level|ts|time|timestamp|msg)\":)"
)
_TRACE = re.compile(
    r"[ \t]*(?:Traceback \(most recent call last\)|Exception in thread|goroutine \d+ \[|panic: |Caused by: "
    r"|Stack ?trace:|(?:Uncaught )?[A-Za-z_$][\w.$]*(?:Error|Exception|Interrupt|Warning|Exit)(?:: |$))"
)
_TRACE_LINE = re.compile(
    r"[ \t]+at [\w.$<>/]+.*|[ \t]*File \"[^\"]+\", line \d+|[ \t]+.*\.go:\d+|[ \t]*\.\.\. \d+ more|"
    r"[ \t]*\S+\([^()]*\)$|[ \t]*During handling of|[ \t]*The above exception|[ \t]*(?:[A-Za-z_][\w.]*)?(?:Error|Exception)\b[^\n]*"
    r"|\$ \S+|[ \t]*\^+"
)
_SHELL = re.compile(
    r"[ \t]*(?:\$ |# (?:pip|kubectl|dvc|git) |>>> |In \[\d+\]|Out\[\d+\]|@@ |diff --git|\+\+\+ |--- a/)"
)
_BLOB = re.compile(
    r"[ \t]*(?:[{\[][ \t]*(?:[\"'{\[]|$)|</?\w+[^>]*>[ \t]*$|<\?xml|apiVersion:|---[ \t]*$)"
)
_INLINE = re.compile(r"\S.*?([{\[][ \t]*(?:\{[ \t]*)?\"[\w -]+\"[ \t]*:)")
_BRACKET = re.compile(r"[{}\[\]]")
_LONGEST_INLINE = 20_000
_CODE = re.compile(r"(?:    |\t)\S")
_CODELIKE = re.compile(r"[=(){};<>\[\]]|->|::|^\s*(?:def|class|import|from|return|if|for)\b")
_INTRODUCES = re.compile(
    r"(?:\b(?:pasted?|pasting|copied|copying|fwd|forward(?:ed|ing)?|below|here(?:'s| is| are| comes)|this is|from|"
    r"see|quot(?:e[sd]?|ing)|attached|following|verbatim|says|said|wrote|reads|as written|got this|content of|contents of|text of|body of|it says)\b"
    r"[^\n]{0,100}\b|^[ \t]*(?:the )?(?:jira |github |original |raw |full |old |support |customer |slack )?)"
    r"(?:ticket|readme(?:\.md)?|e-?mail|mail|message|thread|logs?|traces?|stack ?traces?|output|issue|comments?|wiki|"
    r"page|doc|runbook|slack|chat|transcript|text|errors?|snippet|template|footer|post|tickets? (?:text|body)|"
    r"readme[^\n]{0,20}|note|body|paste|handover|release notes|changelog|model card|description|alert|dump|"
    r"says|said|wrote|reads|writes|verbatim)\b[^\n:]{0,40}:[ \t]*$",
    re.IGNORECASE,
)
_RESUMES = re.compile(
    r"[ \t]*(?:(?:so|now|ok|okay|anyway|and|but)?,?[ \t]*(?:my|our|the actual|what) (?:own )?(?:request|ask|question|point|job|order|task|i|we)\b"
    r"|(?:end of|that(?:'s| is) (?:the|all|it)|(?:so|now|anyway|anyways)\b|above\b|(?:i|we) (?:need|want|would like|only want|only need|ask|just)\b"
    r"|i'd like|we'd like|from you|for (?:us|you|me)\b|what (?:i|we) (?:need|want)))",
    re.IGNORECASE,
)
_ASKS_AGAIN = re.compile(
    r"[ \t]*(?:can|could|would|will) (?:you|we|someone)\b|[ \t]*(?:please|pls)\b|[ \t]*(?:how|should|who)\b",
    re.IGNORECASE,
)
_ASKED_BEFORE = re.compile(
    r"\b(?:please|pls|can you|could you|would you|need|want|i'd like|we'd like|help|fix|add|set up|roll|make|write|how|should|review|build|create|check|give|look|draft|design|document)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    said: str

    @property
    def blank(self) -> bool:
        return not self.said.strip()


def line_passages(text: str) -> Iterator[Passage]:
    """The passages that whole lines make up, in order."""
    lines = list(_lines(text))
    place = 0
    while place < len(lines):
        kind, end = _data_at(text, lines, place)
        if end > place:
            start, stop = lines[place].start, lines[end - 1].end
            own = kind in ("blob", "code") and _is_own(text, lines, place, start, stop)
            yield Passage(start, stop, TASK if own else kind)
            place = end
            continue
        inline = _inline_blob(text, lines, place)
        if inline is not None:
            yield inline
            while place < len(lines) and lines[place].end < inline.end:
                place += 1
        place += 1


def _inline_blob(text: str, lines: list[_Line], place: int) -> Passage | None:
    """JSON behind a few words of a line ("dispatch: {...}")."""
    found = _INLINE.search(lines[place].said)
    if not found:
        return None
    start = lines[place].start + found.start(1)
    depth = 0
    for bracket in _BRACKET.finditer(text, start, min(len(text), start + _LONGEST_INLINE)):
        depth += 1 if bracket.group() in "{[" else -1
        if depth == 0:
            own = _is_own(text, lines, place, start, bracket.end())
            return Passage(start, bracket.end(), TASK if own else "blob")
    return None


def _is_own(text: str, lines: list[_Line], place: int, start: int, stop: int) -> bool:
    """Whether data is the caller's own task: nobody else's by the line before, and little beside."""
    if place and _INTRODUCES.search(lines[place - 1].said):
        return False
    beside = text[max(0, start - 2000) : start] + text[stop : stop + 2000]
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
    if _FENCE.match(said):
        return "code", _fence_end(lines, place)
    if _QUOTE.match(said):
        return "quote", _while(lines, place, _QUOTE)
    if _MAIL.match(said) or (_HEADER.match(said) and _headed(lines, place)):
        return "forwarded", len(lines)
    if _CUT.match(said):
        return "paste", _cut_end(lines, place)
    if _TRACE.match(said):
        return "trace", _trace_end(lines, place)
    if _LOG.match(said):
        return "log", _while(lines, place, _LOG)
    if _TRACE_LINE.match(said) and said[:1] in " \t":
        return "trace", _trace_end(lines, place)
    if _SHELL.match(said):
        return "code", _while(lines, place, _SHELL)
    return _block_at(text, lines, place)


def _block_at(text: str, lines: list[_Line], place: int) -> tuple[str, int]:
    said = lines[place].said
    if _BLOB.match(said) and not said.lstrip().startswith("---"):
        end = _blob_end(text, lines, place)
        if end > place:
            return "blob", end
    before_blank = place == 0 or lines[place - 1].blank
    if before_blank and _CODE.match(said) and _CODELIKE.search(said):
        return "code", _while(lines, place, _CODE)
    if place and _INTRODUCES.search(lines[place - 1].said) and len(lines[place - 1].said) < 160:
        return "paste", _paste_end(lines, place)
    if place > 1 and lines[place - 1].blank and _INTRODUCES.search(lines[place - 2].said):
        return "paste", _paste_end(lines, place)
    return "", place


def _fence_end(lines: list[_Line], place: int) -> int:
    opened = _FENCE.match(lines[place].said)
    mark = opened.group(1) if opened else "```"
    for after in range(place + 1, len(lines)):
        if lines[after].said.strip() == mark:
            return after + 1
    return len(lines)


def _while(lines: list[_Line], place: int, pattern: re.Pattern[str]) -> int:
    while place < len(lines) and pattern.match(lines[place].said):
        place += 1
    return place


def _headed(lines: list[_Line], place: int) -> bool:
    near = lines[place + 1 : place + 4]
    return any(_HEADERS.match(line.said) for line in near)


def _cut_end(lines: list[_Line], place: int) -> int:
    for after in range(place + 1, len(lines)):
        if _CUT_END.match(lines[after].said):
            return after + 1
    return len(lines)


def _trace_end(lines: list[_Line], place: int) -> int:
    after = place + 1
    while after < len(lines):
        said = lines[after].said
        if not (said[:1] in (" ", "\t") and said.strip()) and not (
            _TRACE_LINE.match(said) or _TRACE.match(said) or _LOG.match(said)
        ):
            break
        after += 1
    return after


def _blob_end(text: str, lines: list[_Line], place: int) -> int:
    """The line after the one on which a JSON or XML blob closes; place itself where none is one."""
    depth, keyed = 0, False
    for after in range(place, len(lines)):
        whole = text[lines[after].start : lines[after].end]
        keyed = keyed or '":' in whole or '" :' in whole or "'" in whole or "</" in whole
        depth += whole.count("{") + whole.count("[") - whole.count("}") - whole.count("]")
        if depth <= 0:
            return after + 1 if keyed else place
    return len(lines) if keyed else place


def _paste_end(lines: list[_Line], place: int) -> int:
    """Up to where the caller speaks again; a quoted line is quoted alone."""
    asked = any(_ASKED_BEFORE.search(line.said) for line in lines[max(0, place - 8) : place])
    for after in range(place + 1, len(lines)):
        said = lines[after].said
        if _RESUMES.match(said) and (lines[after - 1].blank or _closed(lines[after - 1])):
            return after
        if not asked and lines[after - 1].blank and _ASKS_AGAIN.match(said):
            return after
    return len(lines)


def _closed(line: _Line) -> bool:
    return line.said.rstrip().endswith(('"', "\u201d", "```", "---"))
