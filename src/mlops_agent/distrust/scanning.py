"""One reading of a tree's text for what is hidden in it and what of it speaks to agents.

Large files count with their beginning, binary ones not at all. Nothing that is found permits
anything, and nothing is permitted because nothing was found.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import PurePosixPath

from mlops_agent.contracts.distrust import HiddenText, SeenInjection
from mlops_agent.distrust.addressed import Span, spans_in, without
from mlops_agent.distrust.hidden import described, hidden_at, spelled_out
from mlops_agent.distrust.quarantine import Held, Quarantine, distinctive, plain, unknown
from mlops_agent.distrust.words import words

MOST_LISTED = 50
FILE_BYTES = 1024 * 1024
_QUOTED = 120
_DATA = (".csv", ".tsv", ".json", ".jsonl", ".ipynb", ".lock", ".svg", ".log")
"""Among their numbers there is any number: that one is there says nothing."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in a tree, at most MOST_LISTED of each; `quarantine` holds all words."""

    hidden: tuple[HiddenText, ...] = ()
    seen: tuple[SeenInjection, ...] = ()
    quarantine: Quarantine = field(default_factory=Quarantine)


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    text: str
    spans: list[Span]


def scan(files: Iterable[tuple[str, bytes]], asked: str) -> Scan:
    """Scan files, by their relative paths; what the request `asked` says is not held back."""
    hidden: list[HiddenText] = []
    spoken: list[_File] = []
    known: list[tuple[str, str]] = [("", asked)]
    for path, data in files:
        hidden += _hidden_names(path)
        if named := spans_in(path, PurePosixPath(path).name):
            spoken.append(_File(path, PurePosixPath(path).name, named))
        text = _text(data)
        if text is None:
            continue
        hidden += _hidden(path, text)
        spans = spans_in(path, text, for_agents=is_for_agents(path))
        known.append((path, without(text, spans)))
        if spans:
            spoken.append(_File(path, text, spans))
    quarantine = Quarantine(_held_back(spoken, known)) if spoken else Quarantine()
    seen = [one for file in spoken for one in _seen(file, quarantine)]
    return Scan(tuple(hidden[:MOST_LISTED]), tuple(seen[:MOST_LISTED]), quarantine)


def unspoken(path: str, data: bytes) -> str:
    """The text of a file without the spans that speak to agents; empty for a binary one."""
    text = _text(data)
    if text is None:
        return ""
    return without(text, spans_in(path, text, for_agents=is_for_agents(path)))


def hidden_count(data: bytes) -> int:
    """How many suspect hidden characters a file holds."""
    text = _text(data)
    return len(hidden_at(text)) if text is not None else 0


def is_for_agents(path: str) -> bool:
    """Whether agents are spoken to by right in this file, at the root or in any folder."""
    name = PurePosixPath(path).name
    return any(
        fnmatch(path, glob) or fnmatch(path, f"*/{glob}") or ("/" not in glob and name == glob)
        for glob in words().for_agents
    )


def _text(data: bytes) -> str | None:
    head = data[:FILE_BYTES]
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return head.decode("utf-16", errors="replace")
    if b"\0" in head[:8192]:
        return None
    return head.decode(errors="replace").removeprefix("\ufeff")


def _hidden_names(path: str) -> list[HiddenText]:
    what = described(path)
    return [HiddenText(path=spelled_out(path), line=0, what=what)] if what else []


def _hidden(path: str, text: str) -> Iterator[HiddenText]:
    if text.isascii() or not hidden_at(text):
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if what := described(line):
            yield HiddenText(path=spelled_out(path), line=number, what=what)


def _held_back(spoken: list[_File], known: list[tuple[str, str]]) -> tuple[Held, ...]:
    candidates = [
        Held(word, spelled_out(file.path), span.line)
        for file in spoken
        for span in file.spans
        for word in distinctive(file.text[span.start : span.end])
    ]
    numbers = [one for one in candidates if one.word.replace(".", "").isdigit()]
    others = [one for one in candidates if one not in numbers]
    # A name is known where it is spelled; a number only where a sentence or a setting has it.
    texts = [plain(f"{path}\n{text}") for path, text in known]
    telling = [plain(text) for path, text in known if not path.lower().endswith(_DATA)]
    return (*unknown(others, texts), *unknown(numbers, telling))


def _seen(file: _File, quarantine: Quarantine) -> Iterator[SeenInjection]:
    for span in file.spans:
        quote = quarantine.masked(spelled_out(file.text[span.start : span.end]))
        cut = quote if len(quote) <= _QUOTED else f"{quote[:_QUOTED]} ..."
        yield SeenInjection(path=spelled_out(file.path), line=span.line, kind=span.kind, quote=cut)
