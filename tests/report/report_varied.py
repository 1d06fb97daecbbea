"""True runs of many shapes: odd names, line ends, hunks, new, deleted, renamed and binary files."""

from __future__ import annotations

from hypothesis import strategies as st
from report_staging import FILES, WORKFLOW
from report_truths import Plan

LONG = b"".join(b"line %d\n" % number for number in range(1, 61))
HUNKS = LONG.replace(b"line 5\n", b"line five\n").replace(b"line 50\n", b"")


def plan_of(
    name: str = "train.yml",
    extra: dict[str, tuple[bytes | None, bytes | None]] | None = None,
    crlf: bool = False,
    end: bool = True,
) -> Plan:
    """A plan whose workflow has this file name and these line ends.

    `extra` are further changes: what is there before (None: nothing) and after (None: deleted).
    """
    gate = f".github/workflows/{name}"
    old = FILES[WORKFLOW] if end else FILES[WORKFLOW].rstrip(b"\n")
    old = old.replace(b"\n", b"\r\n") if crlf else old
    files = {path: data for path, data in FILES.items() if path != WORKFLOW} | {gate: old}
    edits: dict[str, bytes | None] = {gate: old.replace(b" || true", b"")}
    for path, (before, after) in (extra or {}).items():
        if before is not None:
            files[path] = before
        edits[path] = after
    return Plan(files=files, edits=edits, gate=gate, budget=400)


VARIED: dict[str, Plan] = {
    "plain": plan_of(),
    "blank and quote": plan_of("tra in's.yml"),
    "unicode": plan_of("modèle-été.yml", {"données/ñ ü.py": (b"x = 1\n", b"x = 2\n")}),
    "shell characters": plan_of("a;b $HOME (1).yml"),
    "brackets and hash": plan_of("[a] #7.yml"),
    "numbers": plan_of("step 2 of 10.yml"),
    "leading dash": plan_of("-x.yml"),
    "backtick": plan_of("a`b.yml"),
    "CRLF": plan_of(crlf=True),
    "no newline at the end": plan_of(end=False),
    "hunks": plan_of(extra={"notes.txt": (LONG, HUNKS)}),
    "new file": plan_of(extra={"docs/new.md": (None, b"one\ntwo\n")}),
    "deleted file": plan_of(extra={"old.txt": (b"one\ntwo\n", None)}),
    "renamed file": plan_of(extra={"old.txt": (LONG, None), "new.txt": (None, LONG)}),
    "binary file": plan_of(extra={"model.bin": (b"\0\1\2", b"\0\1\3\n\n")}),
    "empty file": plan_of(extra={"empty.txt": (None, b"")}),
    "attributes": plan_of(
        extra={".gitattributes": (b"* text eol=crlf\n*.txt export-ignore\n", None)}, crlf=True
    ),
}

_WORD = st.text(
    alphabet=st.characters(
        codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="/\\`\x00"
    ),
    min_size=1,
    max_size=8,
)
_DATA = st.binary(max_size=40)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan of the kinds above."""
    words = draw(st.lists(_WORD, min_size=1, max_size=3))
    folder = draw(_WORD)
    changes = draw(
        st.dictionaries(
            _WORD.map(lambda word: f"more/{folder}/{word}.txt"),
            st.tuples(_DATA, _DATA).filter(lambda pair: pair[0] != pair[1]),
            max_size=3,
        )
    )
    extra: dict[str, tuple[bytes | None, bytes | None]] = dict(changes)
    return plan_of(" ".join(words) + ".yml", extra, draw(st.booleans()), draw(st.booleans()))
