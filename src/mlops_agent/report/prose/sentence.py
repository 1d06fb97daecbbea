"""A claim's sentence held against what its assertions bear out.

Quoted code, places (path:line), file names, rule ids, hashes, exit codes, counts and plain numbers
are read off the sentence and looked up. What cannot be read off is not judged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from mlops_agent.contracts.report import Assertion
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.prose.backing import Backing, backing_of
from mlops_agent.report.prose.counts import number_problem
from mlops_agent.report.prose.extent import unborne
from mlops_agent.report.prose.matching import any_holds, blank, holds
from mlops_agent.report.prose.moment import moment_problem
from mlops_agent.report.prose.outcome import outcome_problem
from mlops_agent.report.prose.subject import names_subject
from mlops_agent.report.prose.vocabulary import foreign_word

_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_EXTENSION = (
    r"(?:py|ipynb|ya?ml|toml|jsonl?|cfg|ini|conf|env|lock|sh|bash|md|rst|txt|html|xml|j2|tf|hcl"
    r"|csv|parquet|pkl|joblib|onnx|sql|js|ts|go|rs|java|scala|R|proto|patch|diff|dockerfile)"
)
_NAME = rf"(?:[\w.@+-]+/)*[\w.@+-]*\w\.{_EXTENSION}|(?:[\w.@+-]+/)*(?:Makefile|Dockerfile)"
_PLACE = re.compile(rf"(?<![\w/.])(?P<path>{_NAME}|(?:[\w.@+-]+/)+[\w.@+-]+):(?P<line>\d+)")
_FILE = re.compile(rf"(?<![\w/.-])(?:{_NAME})(?![\w/])")
_SHORT = 3
"""Texts of up to this many characters are too common to be taken out of a sentence."""
_HIDDEN = ("Cf", "Cc", "Co", "Cn")
"""Unicode categories that a reader does not see; they can hide a word from a check."""
_RULE = re.compile(r"\b[A-Z]{3}\d{3}\b")
_HASH = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b")


def problem_of_claim(text: str, assertions: Sequence[Assertion], evidence: Evidence) -> str:
    """Return what a claim's sentence says and its assertions do not, on one line."""
    if hidden := [one for one in text if unicodedata.category(one) in _HIDDEN]:
        return f"the sentence holds an invisible character, U+{ord(hidden[0]):04X}"
    if not names_subject(text, assertions):
        return "the sentence names nothing of what it asserts: name the command, file or probe"
    backing = backing_of(assertions, evidence)
    problems = [
        *problems_of_names(text, backing, evidence),
        number_problem(unquoted(text, backing), text, backing),
        outcome_problem(unquoted(text, backing), assertions),
        words_problem(text, assertions, evidence),
        moment_problem(text, assertions, evidence),
    ]
    return "; ".join(problem for problem in problems if problem)


def words_problem(text: str, assertions: Sequence[Assertion], evidence: Evidence) -> str:
    """Return the words of a sentence that a claim of its kind cannot bear, true or false."""
    backing = backing_of(assertions, evidence)
    problems = [
        unborne(text, assertions, _literals(backing)),
        foreign_word(_without_ticks(text, backing), assertions, backing),
    ]
    return "; ".join(problem for problem in problems if problem)


def problems_of_names(
    text: str, backing: Backing, evidence: Evidence, *, also: Sequence[str] = ()
) -> list[str]:
    """Return the quotes, places, files, rules and hashes of a sentence that nothing bears out.

    `also` are files that may be named without being asserted.
    """
    texts = (*backing.texts, *backing.paths, *_places(backing))
    text = _without_ticks(text, backing)
    problems = [
        f"nothing that is asserted holds the quoted {code!r}"
        for _, code in _CODE.findall(text)
        if code.strip() and not any_holds(texts, code) and not _among(code.strip(), also)
    ]
    problems += problems_of_places(text, backing)
    problems += _name_problems(unquoted(text, backing), texts, also, evidence)
    return list(dict.fromkeys(problems))


def problems_of_places(text: str, backing: Backing) -> list[str]:
    """Return each path:line of a sentence, outside its quotes, that is not asserted."""
    plain = _CODE.sub(" ", _without_ticks(text, backing))
    problems: list[str] = []
    for match in _PLACE.finditer(blank(plain, _places(backing))):
        path, line = match["path"], int(match["line"])
        if not any(line == known and _same(path, where) for where, known in backing.places):
            problems.append(f"{match[0]} is not among the places that are asserted")
    return problems


def files_named(text: str) -> list[str]:
    """The files that a text names, in code spans too, each once."""
    return list(dict.fromkeys(match[0] for match in _FILE.finditer(text.replace("`", " "))))


def unquoted(text: str, backing: Backing) -> str:
    """The author's own words: a sentence without quotes and without what is asserted literally."""
    plain = blank(_CODE.sub(" ", _without_ticks(text, backing)), _places(backing))
    return blank(plain, _literals(backing))


def _literals(backing: Backing) -> list[str]:
    return [*backing.paths, *(one for one in backing.texts if len(one) > _SHORT)]


def _places(backing: Backing) -> list[str]:
    return [f"{path}:{line}" for path, line in backing.places]


def _without_ticks(text: str, backing: Backing) -> str:
    # A backtick in a file's name would otherwise begin a quote.
    return blank(text, [one for one in (*_places(backing), *backing.paths) if "`" in one])


def _name_problems(
    plain: str, texts: Sequence[str], also: Sequence[str], evidence: Evidence
) -> list[str]:
    files = [match[0] for match in _FILE.finditer(plain)]
    rules = [match[0] for match in _RULE.finditer(plain)]
    hashes = [match[0] for match in _HASH.finditer(plain)]
    known = _hashes(evidence)
    return [
        *(
            f"{one} is not among the files that are asserted"
            for one in files
            if not any_holds(texts, one) and not _among(one, also)
        ),
        *(
            f"{one} is not among the rules that are asserted"
            for one in rules
            if not any_holds(texts, one)
        ),
        *(
            f"{one} is no commit or tree of this run"
            for one in hashes
            if not any(holds(whole[: len(one)], one) for whole in known)
        ),
    ]


def _among(name: str, paths: Sequence[str]) -> bool:
    return any(_same(name, path) for path in paths)


def _same(path: str, whole: str) -> bool:
    return whole == path or whole.endswith("/" + path)


def _hashes(evidence: Evidence) -> list[str]:
    started, ended = evidence.ledger.started, evidence.ledger.ended
    known = [evidence.base_hash, evidence.proposed_hash]
    known += [started.base.commit] if started else []
    return known + ([ended.proposed_commit] if ended else [])
