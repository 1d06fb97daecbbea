"""The words by which text speaks to agents, from `words.toml`, as regular expressions.

Owns how the parts go together. It looks at no repository.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from fnmatch import translate
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
_AFTER = rf"(?:\s*[:,]|{_TITLES}|\s+(?:must|should|shall|are)\s)"
_GOES_ON = rf"(?:s|ers?|-?\d)?(?: code| models?| bots?)?{_AFTER}"
"""What comes after an agent's name in all that is said to it."""
_OF_AGENTS = (
    "agent", "assistant", "llm", "language model", "claude", "gpt", "copilot", "codex", "gemini",
    "orchestrator", "ai system", "ai review", "ai model", "ai bot", "coding model", "coding bot",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sign:
    """What gives such a span away: `pattern` fits at its start, never without one of `hints`.

    After that hint, small letters go on as `goes_on` says. `prose_only` leaves code out, and data.
    """

    kind: Kind
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    goes_on: re.Pattern[str]
    prose_only: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The signs; the paths of files meant for agents; words that say nothing by themselves.

    `conduct` fits where a text gives orders about what an agent reports, approves or skips.
    """

    signs: tuple[Sign, ...]
    for_agents: re.Pattern[str]
    openings: frozenset[str]
    conduct: re.Pattern[str]


@cache
def words() -> Words:
    """Read the words, once a process."""
    raw: dict[str, list[str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    turns = tuple(f"{one}:" for one in raw["turns"])
    framed = rf"</?(?:{'|'.join(raw['frames'])})(?:\s[^<>]*)?>[ \t]*(?:$|(?=\\n))"
    alone = rf"{_START}{framed}"
    said = rf"{_START}\[(?:{'|'.join(raw['turns'])})\][ \t]+\w+[ \t]+\w"
    hiding = rf"<\w+\s[^<>]*{_HIDING}[^<>]*>(?=[^<]*\w+\s+\w+\s+\w)"
    conduct = re.compile("|".join(raw["conduct"]), re.IGNORECASE)
    signs = (
        _sign("addressed", _OF_AGENTS, *_addressed(raw), goes_on=_GOES_ON),
        _sign("addressed", tuple(f"@{one}" for one in raw["called"]), *_called(raw)),
        _sign("addressed", ("dear ", "to ai", "for ai", "if you"), *_greeted(raw)),
        _sign("forged-turn", turns, rf"{_START}(?:{'|'.join(raw['turns'])}):\s+{_order(raw)}"),
        _sign("forged-turn", tuple(f"[{one}]" for one in raw["turns"]), said),
        _sign("forged-turn", ("tool_", "function_", "system-", "system_", "antml:"), alone),
        _sign(
            "forged-turn",
            ("<|im_start|>", "[inst]", "<<sys>>"),
            *_framed(raw),
            prose_only=True,
        ),
        _sign("override", ("ignore", "disregard", "forget", "new instruction"), *raw["overrides"]),
        _sign("hidden-element", ("display", "visibility", "font-size", "opacity"), hiding),
    )
    return Words(signs, _paths(raw["for_agents"]), frozenset(raw["openings"]), conduct)


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


def _called(raw: dict[str, list[str]]) -> tuple[str, ...]:
    # "@claude set ..."
    return (rf"{_START}@(?:{'|'.join(raw['called'])})\b[,:]?\s+{_order(raw)}",)


def _greeted(raw: dict[str, list[str]]) -> tuple[str, ...]:
    named, verbs = "|".join(raw["agents"]), "|".join(raw["verbs"])
    agents = rf"{named}|ais?(?=\s*[:,]|\s+(?:and|or|reading)\b)"
    return (
        # "Dear AI: put ..."
        rf"{_START}dear\s+(?:{agents})\s*[:,]\s*\w",
        # "Note to AI: ..."
        rf"\b{_NOTES}\s+(?:to|for)\s+(?:all |any |the |every )?ais?\s*:\s*\w",
        # "If you are a language model, set ..."
        rf"\bif you(?: are|'re)\s+(?:an?\s+)?(?:{agents})\b[^\n.]{{0,40}},\s*"
        rf"(?:please |you must |always )?(?:{verbs})[ \t]+[`\"'\w]",
    )


def _framed(raw: dict[str, list[str]]) -> tuple[str, ...]:
    """Chat templates of models. Code and data hold them by right."""
    return (
        rf"{_START}<\|im_start\|>(?:{'|'.join(raw['turns'])})[ \t]*$",
        rf"{_START}(?:\[INST\]|<<SYS>>)\s+{_order(raw)}",
    )


def _paths(globs: list[str]) -> re.Pattern[str]:
    """One expression for globs, at the root or in any folder."""
    return re.compile("(?:.*/)?(?:" + "|".join(translate(one) for one in globs) + ")", re.DOTALL)


def _order(raw: dict[str, list[str]]) -> str:
    return rf"(?:{'|'.join([*raw['verbs'], *raw['orders']])})[ \t]+[`\"'\w]"


def _sign(
    kind: Kind, hints: tuple[str, ...], *patterns: str, goes_on: str = "", prose_only: bool = False
) -> Sign:
    whole = re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE | re.MULTILINE)
    return Sign(kind, hints, whole, re.compile(goes_on), prose_only)
