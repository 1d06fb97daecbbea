"""The signs by which a line shows itself as data: fences, mails, logs, traces, blobs, pastes.

Owns the regular expressions, each for the beginning of one line. It follows no line to the next.
"""

from __future__ import annotations

from mlops_agent.boundary.expressions import Expression
from mlops_agent.boundary.words import words

_B = r"[ \t]*"

FENCE = Expression(_B + r"(`{3,}|~{3,})")
TRIPLE = Expression(_B + r"('{3}|\"{3})[ \t]*$")
QUOTE = Expression(_B + ">")
MAIL = Expression(
    _B + r"(?i:-{2,}[ \t]*(?:original message|forwarded (?:message|by)|weitergeleitete nachricht|"
    r"urspr\u00fcngliche nachricht|message transf\u00e9r\u00e9)|begin forwarded message|"
    r"on .{4,80} wrote:[ \t]*$|am .{4,80} schrieb .{1,60}:[ \t]*$)"
)
HEADER = Expression(_B + r"(?i:(?:from|von|de): .{0,80}[@<])")
HEADERS = Expression(_B + r"(?i:(?:sent|to|subject|date|cc|gesendet|an|betreff):)")
CUT = Expression(
    _B + r"(?i:[-=*_~#]{2,}[ \t]*(?:8<|>8|\u2702|(?:begin|start|logs?)\b|paste|ticket|readme|quote|"
    r"snip|cut here|e?-?mail|message|thread|issue|comment|transcript|description|body|excerpt)"
    r"[^\n]*$"
    r"|[-=]{2,}8<|<{3,}|\[(?:quote|paste|begin|ticket)[^\]\n]*\][ \t]*$)"
)
CUT_END = Expression(_B + r"(?i:[-=*_~#]{2,}|>{3,}|\[/|\[end)")
LOG = Expression(
    _B + r"(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d[\s,.\]]"
    r"|\d{4}/\d\d/\d\d \d\d:\d\d|\[\d\d:\d\d\][ \t]"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d |[IWEF]\d{4} \d\d:\d\d:|(?:level|time|ts|msg)=\S+ \w+="
    r"|\[?(?:INFO|WARN|WARNING|ERROR|DEBUG|FATAL|CRITICAL|TRACE|SEVERE)\]?[ \t:|\]]+\S"
    r"|\{\"(?:level|ts|time|timestamp|msg)\":)"
)
TRACE = Expression(
    _B + r"(?:Traceback \(most recent call last\)|Exception in thread|goroutine \d+ \[|panic: "
    r"|Caused by: |Stack ?trace:"
    r"|(?:Uncaught )?[A-Za-z_$][\w.$]*(?:Error|Exception|Interrupt|Warning|Exit)(?:: |$))"
)
TRACE_LINE = Expression(
    r"[ \t]+at [\w.$<>/]|[ \t]*File \"[^\"]+\", line \d|[ \t]+.{0,200}\.go:\d|[ \t]*\.\.\. \d+ more"
    r"|[ \t]*\S{1,200}\([^()]*\)$|[ \t]*During handling of|[ \t]*The above exception"
    r"|[ \t]*[A-Za-z_][\w.]*(?:Error|Exception)\b|\$ \S|[ \t]*\^+"
)
SHELL = Expression(
    _B
    + r"(?:\$ |# (?:pip|kubectl|dvc|git) |>>> |In \[\d+\]|Out\[\d+\]|@@ |diff --git|\+\+\+ |--- a/)"
)
BLOB = Expression(_B + r"(?:[{\[][ \t]*(?:[\"'{\[]|$)|</?\w+[^>]*>[ \t]*$|<\?xml|apiVersion:)")
INLINE = Expression(r"[{\[][ \t]*(?:\{[ \t]*)?\"[\w -]{1,60}\"[ \t]*:")
CODE = Expression(r"(?:    |\t)\S")
CODELIKE = Expression(r"[=(){};<>\[\]]|->|::|^\s*(?:def|class|import|from|return|if|for)\b")

_HANDED_ON = (
    r"(?:pasted?|pasting|copied|copying|fwd|forward(?:ed|ing)?|below|here(?:'s| is| are| comes)|"
    r"this is|from|see|quot(?:e[sd]?|ing)|attached|following|verbatim|says|said|wrote|reads|"
    r"as written|got this|(?:contents?|text|body) of)"
)
_PIECE = (
    r"(?:tickets?|readme(?:\.md)?|e-?mail|mail|message|thread|logs?|(?:stack ?)?traces?|output|"
    r"jira|confluence|notion|github|gitlab|teams|issue|comments?|wiki|page|doc|runbook|slack|chat|transcript|text|errors?|snippet|template|footer|post|"
    r"note|body|paste|handover|release notes|changelog|model card|description|alert|dump|"
    r"says|said|wrote|reads|writes|verbatim)"
)
_WHOSE = r"(?:the )?(?:jira |github |original |raw |full |old |support |customer |slack )?"
INTRODUCES = Expression(
    rf"(?i:(?:\b{_HANDED_ON}\b[^\n]{{0,100}}\b|^[ \t]*{_WHOSE}){_PIECE}\b[^\n:]{{0,40}}:[ \t]*$)"
)
"""A line that says of the next ones that they are somebody else's."""
RESUMES = Expression(
    _B + r"(?i:(?:so|now|ok|okay|anyway|and|but)?,?[ \t]*(?:my|our|the actual|what) (?:own )?"
    r"(?:request|ask|question|point|job|order|task|i|we)\b|end of\b|that(?:'s| is) (?:the|all|it)\b"
    r"|(?:so|now|anyways?|above)\b|(?:i|we) (?:need|want|would like|only want|only need|ask|just)\b"
    r"|i'd like|we'd like|from you|for (?:us|you|me)\b)"
)
"""A line on which the caller speaks again."""
ASKS_AGAIN = Expression(
    _B + r"(?i:(?:can|could|would|will) (?:you|we|someone)\b|(?:please|pls|how|should|who)\b)"
)
ASKED_BEFORE = Expression(
    r"(?i:\b(?:please|pls|can you|could you|would you|need|want|i'd like|we'd like|help|fix|add|"
    r"set up|roll|make|write|how|should|review|build|create|check|give|look|draft|design|"
    r"document)\b)"
)
_SIGNS = frozenset("`~>-=*_#<[{$@+ \t\u2702\u005e.|'\"")
_FAULTS = ("Error", "Exception", "Interrupt", "Warning", "Exit")


def may_be_data(said: str) -> bool:
    """Whether any of the signs can fit a line: a quick look, so that prose costs little."""
    if said[:1] in _SIGNS or said[:1].isdigit() or said[1:2].isdigit():
        return True
    start = said.split(maxsplit=1)[0]
    if start[-1] == ":":
        return True
    first = start.lower().rstrip("|")
    listed = words().data_words
    known = first in listed or first.split(":")[0] in listed or first.split("=")[0] in listed
    return known or said.rstrip().endswith(")") or any(fault in said for fault in _FAULTS)
