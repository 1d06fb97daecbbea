"""One reading of a tree's text for what is hidden in it and what of it speaks to agents.

Large files count with their beginning, binary ones not at all. Nothing that is found permits
anything, and nothing is permitted because nothing was found.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from mlops_agent.contracts.distrust import HiddenText, SeenInjection
from mlops_agent.distrust.addressed import DATA, Span, spans_in, without
from mlops_agent.distrust.hidden import described, hidden_at, spelled_out
from mlops_agent.distrust.hostility import is_hostile
from mlops_agent.distrust.quarantine import Held, Quarantine, distinctive, plain, unknown
from mlops_agent.distrust.words import words

MOST_LISTED = 50
FILE_BYTES = 1024 * 1024
_QUOTED = 120
_IN_NAMES = frozenset(" :<[")
"""A name without any of these speaks to nobody."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in a tree, at most MOST_LISTED of each.

    `quarantine` holds the words of all that is hostile in kind, not of all that is `seen`.
    """

    hidden: tuple[HiddenText, ...] = ()
    seen: tuple[SeenInjection, ...] = ()
    quarantine: Quarantine = field(default_factory=Quarantine)


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    text: str
    spans: list[Span]

    def words(self, *, hostile: bool) -> Iterator[Held]:
        """The distinctive words of the spans that are hostile in kind, or of the others."""
        for span in self.spans:
            if is_hostile(self.path, self.text, span) == hostile:
                for word in distinctive(self.text[span.start : span.end]):
                    yield Held(word, spelled_out(self.path), span.line)


def scan(files: Iterable[tuple[str, bytes]], asked: str) -> Scan:
    """Scan files, by their relative paths; what the request `asked` says is not held back."""
    hidden: list[HiddenText] = []
    spoken: list[_File] = []
    known: list[tuple[str, str]] = [("", asked)]
    for path, data in files:
        hidden += _hidden_names(path)
        name = PurePosixPath(path).name
        if not _IN_NAMES.isdisjoint(name) and (named := spans_in(path, name)):
            spoken.append(_File(path, name, named))
        text = _text(data)
        if text is None:
            continue
        hidden += _hidden(path, text)
        spans = spans_in(path, text, for_agents=is_for_agents(path))
        known.append((path, without(text, spans)))
        if spans:
            spoken.append(_File(path, text, spans))
    quarantine, blanked = _held_back(spoken, known)
    seen = [one for file in spoken[:MOST_LISTED] for one in _seen(file, blanked)]
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
    return bool(words().for_agents.match(path))


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


def _held_back(spoken: list[_File], known: list[tuple[str, str]]) -> tuple[Quarantine, Quarantine]:
    """The words of hostile text that nothing else holds; with them, those of all such text."""
    hostile = [one for file in spoken for one in file.words(hostile=True)]
    others = [one for file in spoken for one in file.words(hostile=False)]
    alone = _nowhere_else([*hostile, *others], known)
    spelled = {one.word for one in others}
    named = {one.word for one in hostile} - spelled
    return Quarantine(tuple(one for one in alone if one.word in named)), Quarantine(alone)


def _nowhere_else(candidates: list[Held], known: list[tuple[str, str]]) -> tuple[Held, ...]:
    if not candidates:
        return ()
    numbers = [one for one in candidates if one.word.replace(".", "").isdigit()]
    names = [one for one in candidates if one not in numbers]
    # A name is known where it is spelled; among the numbers of data there is any number.
    texts = [plain(f"{path}\n{text}") for path, text in known]
    telling = [plain(text) for path, text in known if not path.lower().endswith(DATA)]
    return (*unknown(names, texts), *unknown(numbers, telling))


def _seen(file: _File, quarantine: Quarantine) -> Iterator[SeenInjection]:
    for span in file.spans:
        quote = quarantine.masked(spelled_out(file.text[span.start : span.end]))
        cut = quote if len(quote) <= _QUOTED else f"{quote[:_QUOTED]} ..."
        yield SeenInjection(path=spelled_out(file.path), line=span.line, kind=span.kind, quote=cut)
