"""Facts as JSON and back, for the cache.

Owns the one encoding: a fact is `[class name, field values...]`, nested values likewise, tuples
are lists. It reads only classes of this program's facts, so a tampered cache can state a wrong
fact at worst; it can start nothing.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from mlops_agent.lifecycle import facts as fact_module
from mlops_agent.lifecycle.facts import Entry, Fact, Value

Decoder = Callable[[Any], Any]


class StaleFactError(Exception):
    """Stored facts that do not fit today's classes."""


@cache
def _classes() -> dict[str, type]:
    found = {name: getattr(fact_module, name) for name in fact_module.__all__}
    return {name: kind for name, kind in found.items() if isinstance(kind, type)}


def encode(found: list[Fact]) -> list[Any]:
    """The facts of one file as JSON values (the path is left out: the reader of it knows it)."""
    return [_encode(fact) for fact in found]


def decode(stored: object, path: str) -> list[Fact]:
    """Rebuild the facts of the file at `path`; raises StaleFactError when they do not fit."""
    if not isinstance(stored, list):
        raise StaleFactError("not a list")
    try:
        return [_decoder(str(item[0]))(item, path) for item in stored]  # type: ignore[reportUnknown]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise StaleFactError(str(error)) from error


def _encode(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, tuple):
        return [_encode(item) for item in value]  # type: ignore[reportUnknownVariableType]
    if is_dataclass(value) and not isinstance(value, type):
        values = [_encode(getattr(value, name)) for name in _field_names(type(value))]
        return [type(value).__name__, *values] if isinstance(value, Fact) else values
    return value


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.name != "path" or not issubclass(kind, Fact))


@cache
def _decoder(name: str) -> Callable[[list[Any], str], Fact]:
    kind = _classes()[name]
    names = _field_names(kind)
    hints = get_type_hints(kind)
    decoders = [(n, _of_type(hints[n])) for n in names]

    def build(stored: list[Any], path: str) -> Fact:
        if len(stored) != len(decoders) + 1:
            raise StaleFactError(f"{name} has {len(stored) - 1} values, not {len(decoders)}")
        made = {n: make(v) for (n, make), v in zip(decoders, stored[1:], strict=True)}
        fact = kind(path=path, **made)
        assert isinstance(fact, Fact)
        return fact

    return build


def _of_type(hint: Any) -> Decoder:  # noqa: ANN401
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple and inner[-1] is Ellipsis:
        item = _of_type(inner[0])
        return lambda stored: tuple([item(value) for value in stored])
    if origin is tuple:
        parts = [_of_type(part) for part in inner]
        return lambda stored: tuple([p(v) for p, v in zip(parts, stored, strict=True)])
    if origin in (Union, types.UnionType):
        structured = [_of_type(part) for part in inner if get_origin(part) is tuple]
        if structured:
            return lambda stored: structured[0](stored) if isinstance(stored, list) else stored
        return _plain
    if hint in (Value, Entry):
        return _record(hint)
    return _plain


def _record(kind: type) -> Decoder:
    hints = get_type_hints(kind)
    parts = [(f.name, _of_type(hints[f.name])) for f in fields(kind)]

    def build(stored: Any) -> Any:  # noqa: ANN401
        return kind(**{n: make(v) for (n, make), v in zip(parts, stored, strict=True)})

    return build


def _plain(stored: Any) -> Any:  # noqa: ANN401
    if isinstance(stored, (list, dict)):
        raise StaleFactError("a plain value is a list")
    return stored
