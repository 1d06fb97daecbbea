"""Whether a text that was shown redacted is what really stands somewhere.

Formats and the repository's own values are blanked the same way on every machine. What the
operator's environment alone knew is not known elsewhere: its mark stands for any one stretch.
"""

from __future__ import annotations

from mlops_agent.sandbox.secrets.marks import ENVIRONMENT, mark
from mlops_agent.sandbox.secrets.redactor import Redactor

_ANY = mark(ENVIRONMENT).decode()


def holds(exact: str, told: str, redactor: Redactor) -> bool:
    """Whether a text holds what was told of it, told exactly or redacted."""
    shown = redactor.text(exact)
    return told in exact or redactor.text(told) in shown or _fits(shown, redactor.text(told))


def same(exact: str, told: str, redactor: Redactor) -> bool:
    """Whether a text is what was told, exactly or redacted."""
    shown, said = redactor.text(exact), redactor.text(told)
    return told == exact or said == shown or (_fits(shown, said) and _ends(shown, said))


def _fits(shown: str, told: str) -> bool:
    """Whether the parts between marks of the environment stand in a text in order, apart."""
    first, *rest = told.split(_ANY)
    if not rest:
        return False
    at = shown.find(first)
    if at < 0:
        return False
    at += len(first)
    for part in rest:
        # A mark stands for one character at least.
        at = shown.find(part, at + 1)
        if at < 0:
            return False
        at += len(part)
    return at <= len(shown)


def _ends(shown: str, told: str) -> bool:
    parts = told.split(_ANY)
    return shown.startswith(parts[0]) and shown.endswith(parts[-1])
