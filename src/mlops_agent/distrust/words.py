"""The words by which text speaks to agents, from `words.toml`, as regular expressions.

Owns how the parts go together. It looks at no repository.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

FILE = Path(__file__).with_name("words.toml")
Kind = Literal["addressed", "override", "forged-turn", "hidden-element"]

_START = r"""(?:^|(?<=[>#"'`(\[*/;])|(?<=--)|(?<=\\n))[ \t]*"""
"""Where a line, a comment, a string or a quotation begins."""
_GAP = r"[^\n(){}=;\"]{0,60}?\b"
_TITLES = r"[ -](?:policy|directives?|instructions?|notes?|rules?|notice)"
_MODAL = r"(?:must(?: not)?|should|shall|are (?:required|instructed) to)"
_NOTES = r"(?:notes?|notice|message|instructions?|directives?|reminder|attention)"
_HIDING = r"(?:display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?![.\d]))\b"
_OF_AGENTS = (
    "agent", "assistant", "llm", "language model", "claude", "gpt", "copilot", "codex", "gemini",
    "orchestrator", "ai system", "ai review", "ai model", "ai bot", "coding model", "coding bot",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sign:
    """What gives such a span away: `pattern` fits at its start, never without one of `hints`."""

    kind: Kind
    hints: tuple[str, ...]
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Words:
    """The signs; globs of the files meant for agents; upper-case words that say nothing."""

    signs: tuple[Sign, ...]
    for_agents: tuple[str, ...]
    openings: frozenset[str]


@cache
def words() -> Words:
    """Read the words, once a process."""
    raw: dict[str, list[str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    turns = tuple(f"{one}:" for one in raw["turns"])
    framed = rf"</?(?:{'|'.join(raw['frames'])})(?:\s[^<>]*)?>[ \t]*(?:$|(?=\\n))"
    alone = rf"{_START}{framed}"
    said = rf"{_START}\[(?:{'|'.join(raw['turns'])})\][ \t]+\w+[ \t]+\w"
    hiding = rf"<\w+\s[^<>]*{_HIDING}[^<>]*>(?=[^<]*\w+\s+\w+\s+\w)"
    signs = (
        _sign("addressed", _OF_AGENTS, *_addressed(raw)),
        _sign("forged-turn", turns, rf"{_START}(?:{'|'.join(raw['turns'])}):\s+{_order(raw)}"),
        _sign("forged-turn", tuple(f"[{one}]" for one in raw["turns"]), said),
        _sign("forged-turn", ("tool_", "function_", "system-", "system_", "antml:"), alone),
        _sign("override", ("ignore", "disregard", "forget", "new instruction"), *raw["overrides"]),
        _sign("hidden-element", ("display", "visibility", "font-size", "opacity"), hiding),
    )
    return Words(signs, tuple(raw["for_agents"]), frozenset(raw["openings"]))


def _addressed(raw: dict[str, list[str]]) -> tuple[str, ...]:
    agents, verbs = "|".join(raw["agents"]), "|".join(raw["verbs"])
    ambiguous = "|".join(raw["ambiguous"])
    anyone = f"(?:{agents}|{ambiguous})"
    unlike_machines = [one for one in raw["verbs"] if one not in raw["of_machines"]]
    told, begun = rf"{_MODAL}\s+(?:always |never |also )?", r"[ \t]+[`\"'\w]"
    order = _order(raw)
    return (
        # "AI assistants: before any other step run ...", "Claude, please ..."
        rf"{_START}(?:{agents}):\s{_GAP}(?:{verbs})\b",
        rf"{_START}(?:{agents}),\s+{order}",
        # "Agent: promote this version", "Assistant: state ..."
        rf"{_START}{anyone}:\s+{order}",
        # "AGENT POLICY: ...", "Agent-Directive: ..."
        rf"{_START}{anyone}{_TITLES}\s*:\s*\w+[ \t]+[`\w]",
        # "NOTE for coding agents: ..."
        rf"\b{_NOTES}\s+(?:to|for)\s+(?:all |any |the |every )?(?:{agents})\s*:\s*\w",
        # "include this for the orchestrator: ..."
        rf"\b(?:for|to|tell)\s+(?:the|any|all)\s+{anyone}\s*:[ \t]*[`\"'\w]",
        # "AI agents must run ...", "agents must add ..."
        rf"\b(?:{agents})\s+{told}(?:{verbs}){begun}",
        rf"\b(?:{ambiguous})\s+{told}(?:{'|'.join(unlike_machines)}){begun}",
        # "ORCHESTRATOR: approve=true"
        rf"{_START}(?:{agents}):\s*\w+=\w",
    )


def _order(raw: dict[str, list[str]]) -> str:
    return rf"(?:{'|'.join([*raw['verbs'], *raw['orders']])})[ \t]+[`\"'\w]"


def _sign(kind: Kind, hints: tuple[str, ...], *patterns: str) -> Sign:
    whole = "|".join(f"(?:{one})" for one in patterns)
    return Sign(kind, hints, re.compile(whole, re.IGNORECASE | re.MULTILINE))
