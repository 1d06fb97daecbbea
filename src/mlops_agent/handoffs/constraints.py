"""What a request says that binds whoever does the work: deadline, approvals, risk, kinds of data.

Found by words, quoted as they stand. What is not said is left empty, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mlops_agent.contracts.handoff import Constraints

MOST = 4
"""Quotes of one kind that are kept."""
WIDEST = 120
_DAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|tonight|today|noon|midnight|eod|eow|cob"
    r"|(?:the )?end of [\w ]{2,20}|(?:next|this) (?:week|month|quarter|sprint|release|weekend)"
    r"|the (?:release|launch|freeze|audit|demo|go-live|cutover)|q[1-4]\b"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[:.]\d\d|\d{1,2} ?(?:am|pm|h)\b|\d{1,2}(?:st|nd|rd|th)?(?: of)? "
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d{1,2}"
)
_DATE = rf"(?:the \d{{1,2}}(?:st|nd|rd|th)|{_DAY})"
_EVENT = r"(?:code |feature |the )*(?:release|launch|freeze|audit|demo|go-live|cutover)"
_DEADLINE = re.compile(
    rf"\b(?:(?:by|before|until|no later than|due(?: on| by)?) {_DATE}"
    rf"|before {_EVENT}(?: on [^.,;\n]{{2,20}})?"
    r"|(?:deadline|time ?frame|due date)(?: is\b|:) ?[^.;\n]{2,60}"
    r"|within (?:the next )?(?:\d+|an?|one|two|three) (?:minute|hour|day|week|month)s?"
    r"|asap\b|as soon as possible|right away|immediately|urgent(?:ly)?"
    rf"|(?:bis|avant|antes de|antes del|entro|voor) (?:{_DAY}|\w+tag|vendredi|viernes|venerdì))\b",
    re.IGNORECASE,
)
_APPROVAL = re.compile(
    r"\b(?:needs?|requires?|pending|waiting for|wait for|after|subject to|without|get)"
    r" (?:an? |the |their |formal |written )?(?:sign[- ]?off|approval|change ticket|review)"
    r"(?: (?:from|by|of) [^.,;\n]{2,60})?"
    r"|\b[\w /-]{2,40} (?:has|have|needs?|must) (?:to )?(?:approve|sign off)[^.,;\n]{0,40}"
    r"|\bmust be (?:approved|signed off)(?: by [^.,;\n]{2,60})?",
    re.IGNORECASE,
)
_RISK = re.compile(
    r"\b(?:prod(?:uction)?|customer[- ]facing|sev[- ]?[0-3]\b|p[01]\b"
    r"|live traffic|high[- ]risk|(?:safety|business)[- ]critical|patient safety|regulated"
    r"|irreversible)\b",
    re.IGNORECASE,
)
_DATA = re.compile(
    r"\b(?:(?:\w+ )?data (?:must|may|should|can|cannot|can't)\b[^.,;\n]{2,60}"
    r"|pii|phi|personal(?:ly identifiable)? (?:data|information)|personal data|gdpr|dsgvo"
    r"|hipaa|health (?:data|records)|patient (?:data|records|identifiers)|pci(?:[- ]dss)?"
    r"|(?:card(?:holder)?|payment|customer|sensitive) data|confidential|ssns?|biometric\w*)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:no|not|non|without|isn't|aren't|never|nor)\b[\w -]{0,14}$", re.IGNORECASE
)
_BEFORE = 24


def constraints_of(own_words: str) -> Constraints:
    """The constraints that the caller's own words state; pasted text is to be left out before."""
    return Constraints(
        approvals=_quotes(_APPROVAL, own_words),
        deadline="; ".join(_quotes(_DEADLINE, own_words)),
        risk_class="; ".join(_said(_RISK, own_words)),
        data_class="; ".join(_said(_DATA, own_words)),
    )


def _quotes(pattern: re.Pattern[str], text: str) -> list[str]:
    return _first(" ".join(one.group().split())[:WIDEST].strip() for one in pattern.finditer(text))


def _said(pattern: re.Pattern[str], text: str) -> list[str]:
    """What is said and not denied: "no PII" names no personal data."""
    found = (
        one.group()
        for one in pattern.finditer(text)
        if not _NEGATED.search(text[max(0, one.start() - _BEFORE) : one.start()])
    )
    return _first(found)


def _first(found: Iterator[str]) -> list[str]:
    """The first few, each once whatever its case."""
    kept: dict[str, str] = {}
    for one in found:
        if len(kept) == MOST:
            break
        kept.setdefault(one.casefold(), one)
    return list(kept.values())


def own_words(text: str, pasted: Sequence[tuple[int, int]]) -> str:
    """A text with the pasted spans (half-open, in order) taken out."""
    parts: list[str] = []
    end = 0
    for start, stop in pasted:
        parts.append(text[end:start])
        end = max(end, stop)
    return "\n".join([*parts, text[end:]])
