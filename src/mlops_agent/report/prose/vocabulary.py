"""The words a claim may use, by what it asserts: an allow-list, so that nothing else slips in.

A list of forbidden words can't be complete: "is gone", "was drilled in production" and "lacks" all
ride on a true pointer. So outside of quotes and names a claim is written in the few words that its
assertion bears out; some words count in whole phrases only ("does not pass").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from mlops_agent.contracts.report import Assertion, CommandRan, FoundRisk, ProbeTurned
from mlops_agent.report.prose.backing import Backing
from mlops_agent.report.prose.matching import blank

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_CODE = re.compile(r"(`+).+?\1", re.DOTALL)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMMON = _words(
    "a an the this that these those it its they of in on at to from by with as and or where there"
    " is are was were now zero one two three four five six seven eight nine ten eleven"
)
_BASE = _words("before old base tree change edit fix")
_TREES = _BASE | _words("after new proposed proposal trees both")
_OUTCOME = _words(
    "pass passes passed fail fails failed succeed succeeds succeeded exit exits exited exiting code"
    " status end ends ended ran run runs return returns returned"
)
_WHOLE = _words("all each every any both")

WORDS: dict[str, frozenset[str]] = {
    "command": _COMMON
    | _TREES
    | _OUTCOME
    | _words("call command print prints printed output say says quiet"),
    "line": _COMMON
    | _TREES
    | _words(
        "line read reads say says hold holds contain contains has have end ends begin begins start"
        " starts set sets call calls run runs use uses name names import imports"
    ),
    "diff": _COMMON
    | _TREES
    | _words(
        "changes changed diff touch touches touched edits edited line lines file files hunk hunks"
        " consist consists"
    ),
    "probe": _COMMON | _TREES | _OUTCOME | _words("probe turn turns turned red green"),
    "untouched": _COMMON
    | _TREES
    | _WHOLE
    | _words(
        "unchanged untouched same identical stay stays leave leaves left file files folder folders"
        " path paths byte bytes for"
    ),
    "absent": _COMMON
    | _BASE
    | _words(
        "stand stands occur occurs appear appears exist exists find finds found hold holds contain"
        " contains use uses search text word file files folder folders below under any anywhere"
        " do does no not nowhere nothing none"
    ),
    "finding": _COMMON
    | _BASE
    | _words("audit find finds found report reports finding risk rule name names"),
    "list": _COMMON
    | _TREES
    | _OUTCOME
    | _WHOLE
    | _words("claim claims command commands probe probes line lines finding findings")
    | _words("hold holds stand stands red green"),
}
"""What a claim of each kind of assertion may say in its own words; a test holds the coverage."""

LIKE: dict[str, str] = {
    "command": "`make test` exits with code 0",
    "line": "Line 9 of train.yml holds `|| true`",
    "diff": "The change adds 1 line and removes 1 line, in train.yml and in no other file",
    "probe": "The probe `gate` is red on the base tree and green on the proposed tree",
    "untouched": "promote.py is unchanged",
    "absent": "`retry` stands nowhere in the base tree",
    "finding": "The audit of the base tree finds PIP001 at train.yml:9",
    "list": "Each of the two commands passes",
}
"""A sentence of each kind, for whoever has to put a claim right."""

_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven)"
# Phrases that an assertion of the kind bears out as a whole; their words alone are refused.
_BORNE: dict[str, re.Pattern[str]] = {
    "command": re.compile(
        r"\b(?:(?:does|did|do) not|doesn['\u2019]t|didn['\u2019]t|no longer|cannot)"
        r" (?:pass(?:es)?|succeed(?:s)?|fail(?:s)?)(?: at all)?\b"
        r"|\bwithout the (?:change|fix|edit)\b",
        re.IGNORECASE,
    ),
    "diff": re.compile(
        r"\bno (?:other|further|more) files?\b|\bnothing else\b"
        rf"|\b(?:add(?:s|ed)?|remov(?:es?|ed)) {_NUMBER}(?: lines?)?\b"
        rf"|\b{_NUMBER} (?:lines? )?(?:are |were )?(?:added|removed)\b",
        re.IGNORECASE,
    ),
    "untouched": re.compile(
        r"\b(?:is|are|was|were) not (?:changed|touched|edited)\b"
        r"|\b(?:does|did) not (?:change|touch|edit)\b",
        re.IGNORECASE,
    ),
}
_NEGATIONS = frozenset({"no", "not", "nowhere", "nothing", "none"})


def foreign_word(text: str, assertions: Sequence[Assertion], backing: Backing) -> str:
    """Name the words that the assertions do not bear out, or return the empty string.

    Args:
        text: the sentence; its code spans are judged elsewhere.
        assertions: what the claim asserts; all of one kind in a report, any in a test.
        backing: what the assertions allow to name.
    """
    for one in assertions:
        # A backtick inside of a command would otherwise end the quote.
        text = text.replace(f"`{one.command}`", " ") if isinstance(one, CommandRan) else text
    plain = blank(_CODE.sub(" ", text), _names(assertions, backing))
    kinds = [one.kind for one in assertions]
    for kind in kinds:
        if kind in _BORNE:
            plain = _BORNE[kind].sub(" ", plain)
    words = [word.lower() for word in _WORD.findall(plain)]
    allowed = frozenset[str]().union(*(WORDS[kind] for kind in kinds))
    foreign = [word for word in dict.fromkeys(words) if word not in allowed]
    if foreign:
        beside = f" (and {', '.join(map(repr, foreign[1:]))})" if len(foreign) > 1 else ""
        return (
            f"the word {foreign[0]!r} says more than a claim of this kind can{beside}:"
            f" leave `text` out, or write it like {LIKE[kinds[0]]!r}"
        )
    # "Stands in", "finds nothing nowhere": an absence is said by exactly one negation.
    if "absent" in kinds and sum(word in _NEGATIONS for word in words) != 1:
        return f"it does not say that the text is absent: write it like {LIKE['absent']!r}"
    return ""


def _names(assertions: Sequence[Assertion], backing: Backing) -> list[str]:
    """What may stand outside of quotes: paths with their ends, and names of one word."""
    names = [*backing.paths, *(f"{path}:{line}" for path, line in backing.places)]
    for path in backing.paths:
        parts = PurePosixPath(path).parts
        names += ["/".join(parts[start:]) for start in range(1, len(parts))]
    for one in assertions:
        if isinstance(one, ProbeTurned):
            names += _single([one.probe, one.base_run, one.proposed_run])
        elif isinstance(one, FoundRisk):
            names += _single(backing.texts)
        elif isinstance(one, CommandRan):
            names += _single([one.command, one.call])
    return names


def _single(texts: Sequence[str]) -> list[str]:
    # A name of several words could say anything: it needs quotes.
    return [text for text in texts if len(text.split()) == 1]
