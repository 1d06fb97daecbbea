"""The last resort for a text that cannot be parsed: unknown, or a live mutation that is spelt out.

It cuts the text wherever a command could begin and judges each piece by itself, so it finds too
much rather than too little, and never says anything milder than unknown. It looks at so many pieces
and no more, each cut where it is long.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from mlops_agent.sandbox.policy.braces import spread
from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.programs import judge_words
from mlops_agent.sandbox.policy.verdicts import Part, shortened
from mlops_agent.vocabulary.program_words import programs

_SEPARATORS = re.compile(r"[;&|\n\r()`<>\0]+|\$\(|\b(?:do|then|else)\b")
_WORD = re.compile(r"[\w./-]+")
MOST_PIECES = 150
"""Different pieces that are judged."""
LONGEST_PIECE = 1000
"""Characters of a piece that are judged."""
_CARRIERS = frozenset({"wrapper", "shell"})
_UNKNOWN = Finding("unknown", "")


def crude(text: str, why: str) -> Part:
    """Unknown for this reason, or the first live mutation that the bare text spells out."""
    for piece in islice(_pieces(text), MOST_PIECES):
        for words in _commands(piece):
            found = judge_words(_alone(words))
            if found.effect == "live_mutation":
                return Part(shortened(" ".join(words)), "live_mutation", found.reason)
    return Part(shortened(text), "unknown", why)


def _pieces(text: str) -> Iterator[str]:
    """The different pieces in which a program that may change something is named."""
    seen = set[str]()
    for piece in _SEPARATORS.split(text):
        short = piece[:LONGEST_PIECE].strip()
        if short not in seen:
            seen.add(short)
            if _may_be_live(short):
                yield short


def _may_be_live(piece: str) -> bool:
    known = _live_programs()
    plain = piece.replace("\\", "").replace("'", "").replace('"', "")
    return any(word.rpartition("/")[2] in known for word in _WORD.findall(plain))


def _commands(piece: str) -> Iterator[list[str]]:
    """The words from the first program on that is no wrapper."""
    words = [word for one in _split(piece) for word in spread(one, "")]
    known = programs()
    for at, word in enumerate(words):
        program = known.get(word.strip("{}\"'").rpartition("/")[2])
        if program is not None and program.kind not in _CARRIERS:
            yield [word.strip("{}\"'"), *words[at + 1 :]]
            return


def _split(piece: str) -> list[str]:
    try:
        return shlex.split(piece)
    except ValueError:
        return piece.replace("\\", "").replace("'", "").replace('"', "").split()


def _alone(words: Sequence[str]) -> Call:
    """A command that is judged by itself: what it runs in turn is not looked into."""

    def unseen(_inner: object) -> Finding:
        return _UNKNOWN

    return Call(words, None, False, unseen, unseen, unseen)


@cache
def _live_programs() -> frozenset[str]:
    return frozenset(
        name
        for name, program in programs().items()
        if program.kind not in _CARRIERS and (program.kind != "plain" or _has_live(name))
    )


def _has_live(name: str) -> bool:
    program = programs()[name]
    options = (option.effect for option in program.options)
    return (
        "live_mutation" in (effect for _, effect in program.verbs)
        or "live_mutation" in options
        or bool(program.copies)
        or program.otherwise == "live_mutation"
    )
