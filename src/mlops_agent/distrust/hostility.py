"""Which text that speaks to agents is hostile in kind: it is about an agent's own conduct.

A product built on a language model is full of prompts, guards and tests that speak to models by
right: their words belong to the work. Only hostile text has its words held back; all of it is
listed.
"""

from __future__ import annotations

import re

from mlops_agent.distrust.addressed import PROSE, Span, in_html_comment, in_string
from mlops_agent.distrust.hidden import hidden_at
from mlops_agent.distrust.words import words

_SPOKEN_TO_BY_RIGHT = re.compile(
    r"(?:^|[/_.-])(?:prompts?|prompty|tests?|testing|conftest|spec|evals|fixtures?|guards?"
    r"|guardrails?|jailbreaks?|injections?|red-?team(?:ing)?|adversarial|few-?shots?|personas?"
    r"|j2|jinja2?|tmpl)(?=[/_.-]|$)"
)
"""Paths of prompts, of their templates, and of the tests of either."""
_CODE = re.compile(r"\.(?:py|jsx?|tsx?|mjs|go|java|scala|kt|rs|rb|r|jl|cs|cc|cpp)$")
_PROMPTS = re.compile(r"(?:system|prompt)_(?:prompt|template)|\bprompts?\b[\"']?\s*[:=]|\brole:\s",
                      re.IGNORECASE)  # fmt: skip
"""Settings with a prompt in them."""
_FENCES = ("```", "~~~")


def is_hostile(path: str, text: str, span: Span) -> bool:
    """Whether the words of a span of a file's text are held back."""
    name = path.lower()
    if _SPOKEN_TO_BY_RIGHT.search(name):
        return False
    said = text[span.start : span.end]
    prose = name.endswith(PROSE)
    if prose and (span.kind == "hidden-element" or in_html_comment(text, span.start)):
        return True
    if hidden_at(said):
        return True
    if _CODE.search(name) and in_string(text, span.start):
        return False
    if words().conduct.search(said):
        return prose or not _PROMPTS.search(text)
    return _breaks_out(span, said) and prose and not _in_fence(text, span.start)


def _breaks_out(span: Span, said: str) -> bool:
    """An override, or a mark of a conversation's frame; `User:` stands in any dialogue."""
    frame = span.kind == "forged-turn" and said.startswith(("<", "[INST]"))
    return frame or span.kind == "override"


def _in_fence(text: str, place: int) -> bool:
    return any(
        (text.startswith(fence) + text.count(f"\n{fence}", 0, place)) % 2 for fence in _FENCES
    )
