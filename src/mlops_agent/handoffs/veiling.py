"""A request without its secrets, as all that comes of it is made from.

Owns what is known as a secret here: formats, the values of the operator's environment, and what a
format shows in the request, wherever else it stands.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from mlops_agent.sandbox.secrets.marks import count_marks
from mlops_agent.sandbox.secrets.redactor import Redactor

if TYPE_CHECKING:
    from mlops_agent.contracts.request import Request

BLANKED = "The request holds {number}: blanked, and positions count in the text with the marks."


def holds_secrets(text: str) -> bool:
    """Whether something in a text would be blanked."""
    return not _of_here().holds_none(text)


def veiled(request: Request) -> tuple[Request, str]:
    """The request without its secrets, and a line to say so; empty where it holds none."""
    from mlops_agent.sandbox.secrets.records import redacted

    said = "\n".join([request.text, *request.answers.values()])
    told = redacted(request, _of_here().of_text(said))
    number = count_marks(told.to_json()) - count_marks(request.to_json())
    if not number:
        return request, ""
    one, many = "a value that looks like a secret", "{} values that look like secrets"
    return told, BLANKED.format(number=one if number == 1 else many.format(number))


def _of_here() -> Redactor:
    return _redactor(frozenset(os.environ.items()))


@lru_cache(maxsize=1)
def _redactor(environment: frozenset[tuple[str, str]]) -> Redactor:
    """Kept, since looking through the environment takes longer than routing."""
    return Redactor().of_environment(dict(environment))
