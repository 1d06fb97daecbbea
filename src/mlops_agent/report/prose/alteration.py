"""Whether a plain sentence says of a file, or of a whole, that the change altered or covers it.

A summary may name any file of the repository to explain itself; a file that it calls changed has to
be in the diff. "Each week is compared" tells what code does; "pin each image" tells what was done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_CHANGES = (
    r"chang(?:e[sd]?|ing)|edit(?:s|ed|ing)?|mend(?:s|ed|ing)?|fix(?:es|ed|ing)?"
    r"|updat(?:es?|ed|ing)|modif(?:y|ies|ied|ying)|rewr(?:ites?|ote|itten|iting)"
    r"|add(?:s|ed|ing)?|remov(?:es?|ed|ing)|delet(?:es?|ed|ing)|drop(?:s|ped|ping)?"
    r"|renam(?:es?|ed|ing)|replac(?:es?|ed|ing)|mov(?:es?|ed|ing)|touch(?:es|ed|ing)?"
    r"|pin(?:s|ned|ning)?|correct(?:s|ed|ing)?|repair(?:s|ed|ing)?|adapt(?:s|ed|ing)?"
    r"|alter(?:s|ed|ing)?|extend(?:s|ed|ing)?|patch(?:es|ed|ing)?|refactor(?:s|ed|ing)?"
    r"|introduc(?:es?|ed|ing)|insert(?:s|ed|ing)?|mak(?:es?|ing)|made|let(?:s|ting)?"
    r"|harden(?:s|ed|ing)?|tighten(?:s|ed|ing)?|simplif(?:y|ies|ied|ying)"
)
_RELATIVE = r"that|which|who|whose|where|when|as|instead|than|like|so|because|while|but"
_GAP = rf"(?:(?!(?:{_RELATIVE})\b)\S+\s+){{0,8}}?"
_LEFT = re.compile(
    r"\b(unchanged|untouched|still|already|stay(?:s|ed)?|keep(?:s)?|remain(?:s)?"
    r"|as (?:it|they) (?:is|was|are|were)|not (?:changed|touched|edited))\b",
    re.IGNORECASE,
)
_WHOLE = r"each|every|everything|everywhere|all|both|always|never|any|entire|whole"
_DONE_TO = re.compile(rf"\b(?:{_CHANGES})\s+(?:(?!(?:to|for|of|in)\b)\w+\s+)?({_WHOLE})\b", re.I)
_WHOLE_DONE = re.compile(
    rf"\b({_WHOLE})\b(?:\s+\S+){{0,3}}?\s+(?:is|are|was|were|has been|have been)\s+(?:now\s+)?"
    rf"(?:{_CHANGES})\b",
    re.IGNORECASE,
)
_COVERED = re.compile(
    r"\b(test(?:s|ed)|checked|verif(?:y|ies|ied)|validat(?:es?|ed)|cover(?:s|ed|age)?|probes?"
    r"|prov(?:e|es|ed|en)|rehearsed|drilled|exercised|confirmed|reviewed|approved|pass(?:es|ed)?"
    r"|holds?|protected|guarded)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.;!?])\s+")
_CLAUSE = re.compile(r"[;.:,](?=\s|$)")


def said_changed(text: str, name: str) -> bool:
    """Whether a text says, as far as its words show, that the file of this name was changed."""
    file = rf"(?<![\w/.-])[`'\"]?(?:[\w.@+-]+/)*{re.escape(name)}[`'\"]?(?!\w)"
    told = (
        rf"\b(?:{_CHANGES})\s+{_GAP}{file}",
        rf"{file}\s+(?:now\b|(?:is|are|was|were|has been|have been|gets?)\s+(?:now\s+)?"
        rf"(?:{_CHANGES})\b)",
        rf"^(?:In\s+|The\s+)?{file}(?:\s|:)",
    )
    for sentence in _SENTENCE.split(text.strip()):
        if _LEFT.search(sentence):
            continue
        if any(re.search(pattern, sentence, re.IGNORECASE) for pattern in told):
            return True
    return False


def wholes_told(text: str, wholes: Sequence[str]) -> list[str]:
    """Those of some words for a whole that speak of what was done or covered, not of what runs."""
    told: list[str] = []
    for clause in _CLAUSE.split(text):
        found = [*_DONE_TO.findall(clause), *_WHOLE_DONE.findall(clause)]
        covered = _COVERED.search(clause) is not None
        found += [one for one in wholes if covered and re.search(rf"\b{re.escape(one)}\b", clause)]
        told += [one for one in found if one in wholes and one not in told]
    return told


def said_missing(text: str, name: str) -> bool:
    """Whether a text says that the file of this name is not there."""
    file = rf"[`'\"]?{re.escape(name)}[`'\"]?"
    told = (
        rf"{file}(?:\s+\S+){{0,3}}?\s+(?:missing|absent|not (?:there|committed|tracked|kept))\b",
        rf"\b(?:no|without(?: an?)?|lacks?(?: an?)?|missing)\s+{file}",
    )
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in told)
