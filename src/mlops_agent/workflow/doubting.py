"""What takes back an answer that a sentence seems to give: a doubt, or whose affairs it tells.

Owns the clause that a place stands in. Which words doubt is data (`vocabulary/gates/words.toml`).
"""

from __future__ import annotations

import re

from mlops_agent.vocabulary.gates import gate_words
from mlops_agent.workflow.statements import Sentence

CLAUSE = re.compile(
    r"[,:](?=\s)|[;()\n]|\s[-\u2013\u2014]\s|\b(?:but|and|although|though|while|whereas)\b",
    re.IGNORECASE,
)
"""Where one clause of a sentence ends and the next begins."""


def before(text: str, one: Sentence, start: int) -> str:
    """The clause of a sentence up to a place."""
    clause = max((m.end() for m in CLAUSE.finditer(text, one.start, start)), default=one.start)
    return text[clause:start]


def doubted(text: str, one: Sentence, start: int, end: int) -> bool:
    """Whether the clause around an answer doubts it, or its sentence tells of somebody else."""
    words = gate_words()
    begin = start - len(before(text, one, start))
    after = CLAUSE.search(text, end, one.end)
    return bool(
        words.doubt.search(text, begin, after.start() if after else one.end)
        or words.elsewhere.search(text, one.start, one.end)
    )
