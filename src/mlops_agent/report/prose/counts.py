"""Numbers in a sentence, each in the role that the words around it give it."""

from __future__ import annotations

import re

from mlops_agent.report.prose.backing import NUMBER, Backing

_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"
)  # fmt: skip
_SPELT = {word: str(number) for number, word in enumerate(_WORDS)}
_ONE = "one"
"""Often no number: it counts only as an exit code."""
_SPELT_WORD = re.compile(rf"\b({'|'.join(word for word in _WORDS if word != _ONE)})\b", re.I)
_EXIT = re.compile(
    r"\b(?:exit|return)(?:s|ed|ing)?(?:[ -](?:with|code|status|of|was|is|a|the))* (\d+|one)\b"
)
_PAIR = re.compile(r"`+([^`]+)`+[^`.;]{0,40}?\bexit(?:s|ed)?(?:[ -](?:with|code|status))* (\d+)\b")
_FILES = re.compile(r"\b(\d+) (?:[a-z]+ )?(?:files?|paths?)\b")
_ADDED = re.compile(
    r"\badd(?:s|ed|ing)? (\d+) lines?\b|\b(\d+) (?:lines? )?(?:are |were )?added\b|(?<!\w)\+(\d+)\b"
)
_REMOVED = re.compile(
    r"\bremov(?:es|ed|ing) (\d+) lines?\b|\b(\d+) (?:lines? )?(?:are |were )?removed\b"
    r"|(?<!\w)[-\u2212](\d+)\b"
)
_LINES = re.compile(r"\b(\d+) (?:changed )?lines?\b")
_LINE = re.compile(r"\blines? (\d+)\b")


def number_problem(plain: str, text: str, backing: Backing) -> str:
    """Return the first number of a sentence that is not the asserted one.

    Args:
        plain: the sentence without quotes and asserted literals.
        text: the whole sentence.
        backing: what the assertions bear out.
    """
    digits = _SPELT_WORD.sub(lambda match: _SPELT[match[1].lower()], plain)
    return _in_role(digits, text, backing) or _in_any_role(digits, backing)


def _in_role(plain: str, text: str, backing: Backing) -> str:
    for command, code in _PAIR.findall(text):
        for known, actual in backing.exits:
            if known == command and actual != int(code):
                return f"`{command}` did not exit with {code}"
    for path, _ in backing.places:
        here = {line for where, line in backing.places if where == path}
        for match in re.finditer(rf"\bline (\d+) (?:of|in) {re.escape(path)}(?!\w)", text, re.I):
            if int(match[1]) not in here:
                return f"{match[0]} is not among the places that are asserted"
    lines = frozenset(line for _, line in backing.places)
    roles: tuple[tuple[re.Pattern[str], frozenset[int], str], ...] = (
        (_EXIT, backing.exit_codes, "exit code"),
        (_FILES, backing.files, "number of files"),
        (_ADDED, _one(backing.added), "number of lines added"),
        (_REMOVED, _one(backing.removed), "number of lines removed"),
        (_LINES, backing.lines, "number of lines"),
        (_LINE, lines, "line"),
    )
    for pattern, allowed, role in roles:
        for match in pattern.finditer(plain):
            word = next(group for group in match.groups() if group)
            said = int(_SPELT.get(word, word))
            if allowed and said not in allowed:
                return f"{said} is not the {role} that is asserted"
    return ""


def _in_any_role(plain: str, backing: Backing) -> str:
    allowed = backing.numbers
    for match in NUMBER.finditer(plain):
        if match[0] not in allowed:
            return f"the number {match[0]} is nowhere in what is asserted"
    return ""


def _one(number: int | None) -> frozenset[int]:
    return frozenset() if number is None else frozenset({number})
