"""What a plan is made of, as data: the patterns of amounts, and the controls of each gate.

Owns reading the files of this folder once a process; the words stand in them, no rule does.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mlops_agent.contracts.gates import Gate

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class AmountPatterns:
    """Regular expressions by kind of amount, their parts, and what a cost is paid for.

    `ranges` holds the least and the most of a kind, `unless` and `weaker` the words of its clause
    by which a number is none of the kind or a second choice, `lower` the kinds of whose ranges the
    lower end counts.
    """

    parts: dict[str, str]
    amounts: dict[str, list[str]]
    cost_of: dict[str, str]
    scales: dict[str, float]
    counts: dict[str, float]
    seconds: dict[str, float]
    ranges: dict[str, tuple[float, float]]
    unless: dict[str, str]
    weaker: dict[str, str]
    lower: frozenset[str]
    signs: dict[str, str]


@dataclass(frozen=True, slots=True)
class RatioWords:
    """Patterns of `ratios.toml`, as it explains them; `worth` and `counts` are numbers by word."""

    number: str
    digits: str
    word: str
    joined: str
    times: tuple[str, ...]
    equals: tuple[str, ...]
    spared: str
    same: str
    pair: str
    beside: str
    beside_words: str
    shares: str
    ratio: str
    inverse: str
    less: str
    costing: str
    comparative: str
    vague: str
    bears: str
    other: str
    near: str
    apart: str
    subject: str
    money: str
    denied: str
    unless: str
    about: str
    elsewhere: str
    miss: str
    alarm: str
    worth: dict[str, float]
    counts: dict[str, float]


@cache
def ratio_words() -> RatioWords:
    """The words of `ratios.toml`."""
    raw = _read("ratios.toml")
    counts = raw.pop("count")
    lists: dict[str, Any] = {key: tuple(raw.pop(key)) for key in ("times", "equals")}
    return RatioWords(**raw, **lists, counts=counts)


@dataclass(frozen=True, slots=True)
class MetricWord:
    """A quality metric: its name ("{k}" where a number belongs), how it is written, what fits it.

    `family` is "proportion", "auc" or "other"; `rows` says on which rows a proportion is taken.
    """

    name: str
    says: str
    family: str
    rows: str = "all"
    better: str = "higher"


@cache
def metric_words() -> tuple[MetricWord, ...]:
    """The metrics of `metrics.toml`, the more special first."""
    return tuple(MetricWord(**one) for one in _read("metrics.toml")["metric"])


@dataclass(frozen=True, slots=True)
class ValueWords:
    """Patterns of how a metric's value is told, as `metrics.toml` explains them."""

    gone: str
    lower: str
    upper: str
    kept_up: str
    kept_down: str
    wanted: str
    modal: str
    now: str
    now_after: str
    after: str
    held_after: str
    refused: str
    other: str
    plain: str


@cache
def value_words() -> ValueWords:
    """The words of `metrics.toml` around a metric's value."""
    return ValueWords(**_read("metrics.toml")["value"])


@dataclass(frozen=True, slots=True)
class ControlWords:
    """One control of a plan, as `controls.toml` explains its fields."""

    key: str
    gate: Gate
    name: str
    metric: str
    action: str
    role: str
    threshold: str = ""
    because: str = ""
    bound: str = ""
    only: str = ""
    shown_by: tuple[str, ...] = ()
    undone_by: tuple[str, ...] = ()
    request: str = ""
    why: str = ""
    risk: int = 9


@cache
def control_words() -> tuple[ControlWords, ...]:
    """The controls of `controls.toml`, in the order of the gates."""
    return tuple(_control(one) for one in _read("controls.toml")["control"])


def _control(raw: dict[str, Any]) -> ControlWords:
    shown_by, undone_by = tuple(raw.pop("shown_by", ())), tuple(raw.pop("undone_by", ()))
    return ControlWords(**raw, shown_by=shown_by, undone_by=undone_by)


@cache
def decision_words() -> dict[str, tuple[str, ...]]:
    """The sentences of `decisions.toml` by gate."""
    return {gate: tuple(one["says"]) for gate, one in _read("decisions.toml").items()}


@dataclass(frozen=True, slots=True)
class NameWords:
    """How models and registries are called in requests (`model`, `tool` are patterns)."""

    aliases: list[str]
    model: str
    no_model: list[str]
    tool: str
    registry: dict[str, str]
    form: dict[str, str]


@cache
def name_words() -> NameWords:
    """The words of `names.toml`."""
    return NameWords(**_read("names.toml"))


@dataclass(frozen=True, slots=True)
class OwnerWords:
    """Patterns of `owners.toml`: who is `named`, what names `nobody` (whole) or `never` (in it).

    `told` are the patterns of a role, read before those. `approvals` count those who have to
    agree, by `numerals`, or by `eyes` for "four eyes".
    """

    named: tuple[str, ...]
    told: dict[str, tuple[str, ...]]
    nobody: str
    never: str
    approvals: tuple[str, ...]
    numerals: dict[str, int]
    eyes: dict[str, int]


@cache
def owner_words() -> OwnerWords:
    """The words of `owners.toml`, with their parts put in."""
    raw = _read("owners.toml")
    parts: dict[str, str] = {}
    for key in ("stop", "word", "party", "parties", "yes", "version"):
        parts[key] = _filled(raw[key], parts)
    named = tuple(_filled(one, parts) for one in raw["named"])
    told = {role: tuple(_filled(one, parts) for one in raw[role]) for role in ("approver", "owner")}
    counted = tuple(raw["approvals"])
    return OwnerWords(
        named, told, raw["nobody"], raw["never"], counted, raw["numerals"], raw["eyes"]
    )


def _filled(text: str, parts: dict[str, str]) -> str:
    for key, part in parts.items():
        text = text.replace(f"<{key}>", part)
    return text


@dataclass(frozen=True, slots=True)
class Facet:
    """A thing that an item of the bar needs: its name, and the words by which a control is one."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class ItemWords:
    """An item of the quality bar: its name, the headings under which it stands, its facets.

    `needs` are the aspects that each facet must show; `controls` those of a plan by key.
    """

    item: str
    headings: str
    facets: tuple[Facet, ...]
    needs: tuple[str, ...]
    controls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AspectWords:
    """How an aspect of a control (metric, threshold, action, owner) is written, and is not.

    `columns` are patterns of its column's name, the clearest first; `says` are those of a sentence,
    once what fits `without` is taken away; `cell` those of a cell of its own, `empty` of none. What
    is `hollow` never counts, and what is `weak` not where filler stands beside it; `acts` are an
    action only in a cell.
    """

    columns: tuple[str, ...]
    says: tuple[str, ...]
    cell: tuple[str, ...]
    empty: str
    without: str
    hollow: str = "(?!)"
    weak: str = "(?!)"
    acts: str = "(?!)"


@dataclass(frozen=True, slots=True)
class BarWords:
    """The ten items and four aspects of `bar.toml`; `references` are numbers that bound nothing."""

    items: tuple[ItemWords, ...]
    aspects: dict[str, AspectWords]
    filler: str
    references: str


@cache
def bar_words() -> BarWords:
    """The words of the quality bar."""
    raw = _read("bar.toml")
    items = tuple(
        ItemWords(
            item=one["item"],
            headings=one["headings"],
            facets=tuple(Facet(**facet) for facet in one["facets"]),
            needs=tuple(one["needs"]),
            controls=tuple(one["controls"]),
        )
        for one in raw["item"]
    )
    aspects = {
        name: AspectWords(
            columns=tuple(one["columns"]),
            says=tuple(one["says"]),
            cell=tuple(one["cell"]),
            empty=one["empty"],
            without=one["without"],
            hollow=one.get("hollow", "(?!)"),
            weak=one.get("weak", "(?!)"),
            acts=one.get("acts", "(?!)"),
        )
        for name, one in raw["aspect"].items()
    }
    return BarWords(items, aspects, raw["filler"], raw["references"])


@cache
def amount_patterns() -> AmountPatterns:
    """The patterns of `amounts.toml`."""
    raw = _read("amounts.toml")
    return AmountPatterns(
        parts=raw["part"],
        amounts=raw["amount"],
        cost_of=raw["of"],
        scales=raw["scale"],
        counts=raw["count"],
        seconds=raw["seconds"],
        ranges={kind: (least, most) for kind, (least, most) in raw["range"].items()},
        unless=raw["unless"],
        weaker=raw["weaker"],
        lower=frozenset(raw["lower"]["kinds"]),
        signs=raw["sign"],
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
