"""What differs between two JSON values, field by field, in words.

Owns only the wording: texts are shown from the first line in which they differ, long values cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from mlops_agent.errors import BadInputError

SHOWN = 160
"""Characters of a value that are shown."""
MOST = 5
"""Differences that are told; the rest is counted."""
_LABELS = ("name", "role", "type")


class DivergenceError(BadInputError):
    """The replayed run is not the recorded one; the message names the first difference."""


def told(where: str, recorded: object, now: object) -> str:
    """The differences in one line, or the empty string where there is none."""
    found = list(differences(where, recorded, now))
    rest = len(found) - MOST
    return "; ".join(found[:MOST]) + (f"; and {rest} more" if rest > 0 else "")


def differences(where: str, recorded: object, now: object) -> Iterator[str]:
    """Each field that differs: where it stands, what was recorded, what it is now."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        before, after = cast("dict[str, object]", recorded), cast("dict[str, object]", now)
        yield from _in_members(where, before, after)
        return
    if isinstance(recorded, list) and isinstance(now, list):
        yield from _in_items(where, cast("list[object]", recorded), cast("list[object]", now))
        return
    if isinstance(recorded, str) and isinstance(now, str):
        if recorded != now:
            yield f"{where}: {_in_text(recorded, now)}"
        return
    # By what they look like: 1, 1.0 and true are equal to Python and not in JSON.
    before, after = _short(cast("object", recorded)), _short(now)
    if before != after:
        yield f"{where}: recorded {before}, now {after}"


def _in_members(where: str, recorded: dict[str, object], now: dict[str, object]) -> Iterator[str]:
    for key in [*recorded, *(key for key in now if key not in recorded)]:
        inside = f"{where}.{key}" if where else key
        if key not in now:
            yield f"{inside}: recorded {_short(recorded[key])}, now not there"
        elif key not in recorded:
            yield f"{inside}: not recorded, now {_short(now[key])}"
        else:
            yield from differences(inside, recorded[key], now[key])


def _in_items(where: str, recorded: list[object], now: list[object]) -> Iterator[str]:
    if len(recorded) != len(now):
        yield f"{where}: {len(recorded)} recorded, now {len(now)}"
    for number, (one, other) in enumerate(zip(recorded, now, strict=False), start=1):
        yield from differences(f"{where} {number}{_label(one)}", one, other)


def _label(value: object) -> str:
    """What a numbered item is called or is, where it says so."""
    members = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    named = (members[key] for key in _LABELS if isinstance(members.get(key), str))
    label = next(named, None)
    return f" ({label})" if label else ""


def _in_text(recorded: str, now: str) -> str:
    """Both texts, cut to the first line in which they differ."""
    one, other = recorded.split("\n"), now.split("\n")
    for number, (before, after) in enumerate(zip(one, other, strict=False), start=1):
        if before != after:
            said, says = _apart(before, after)
            return f"line {number}: recorded {said!r}, now {says!r}"
    return f"{len(one)} lines recorded, now {len(other)}"


def _apart(before: str, after: str) -> tuple[str, str]:
    """Two lines cut so that where they part is seen."""
    same = next(
        (at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]),
        min(len(before), len(after)),
    )
    start = max(0, same - SHOWN // 2)
    return before[start : start + SHOWN], after[start : start + SHOWN]


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
