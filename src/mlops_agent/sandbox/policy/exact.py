"""What the operator allows beforehand: one simple command, word for word, and nothing near it.

No prefix, no pattern, no compound line, no expansion, redirection or assignment: what runs is what
the operator has read.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from mlops_agent.errors import BadInputError
from mlops_agent.sandbox.policy.parsing import parse
from mlops_agent.sandbox.policy.words import GLOB, LISTED, UNREAD, cleaned, fields

_WORDS = frozenset({"word", "number", "raw_string", "string", "concatenation"})
_PLAIN = frozenset({"string_content", *_WORDS})


def exact_words(text: str) -> tuple[str, ...] | None:
    """The words of a command line that is one simple command without any expansion, else None."""
    root = parse(text)
    if root.has_error or "\r" in text or "\0" in text or cleaned(text) != text:
        return None
    if len(root.children) != 1 or root.children[0].type != "command":
        return None
    words: list[str] = []
    for child in root.children[0].children:
        node = child.children[0] if child.type == "command_name" and child.children else child
        if node.type not in _WORDS or not all(
            one.type in _PLAIN for part in [node, *node.children] for one in part.named_children
        ):
            return None
        made = fields(node, {})
        if len(made) != 1 or any(mark in made[0] for mark in (UNREAD, LISTED, GLOB)):
            return None
        words += made
    return tuple(words) if words and tuple(_split(text)) == tuple(words) else None


def allowed_words(texts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The words of what the operator allows; raises BadInputError for what is no exact command."""
    found: list[tuple[str, ...]] = []
    for text in texts:
        words = exact_words(text)
        if words is None:
            raise BadInputError(
                f"--allow-command {text!r} is not one simple command",
                "give the exact command, its words quoted as in a shell: no pipes, variables,"
                " patterns or redirections",
            )
        found.append(words)
    return tuple(found)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return []
