"""JSON Schemas as short as a model can use them, since they are sent with every request.

Left out is what tells it nothing: titles, empty defaults, that other names are refused, the mapping
of a discriminator. What a field may hold stays; calls are checked against the whole schema.
"""

from __future__ import annotations

from typing import Any, cast

Schema = dict[str, Any]

_BY_NAME = frozenset({"properties", "$defs"})
_EMPTY: tuple[object, ...] = ("", [], {}, None)


def lean(schema: Schema) -> Schema:
    """A schema that takes the same calls and says the same of each field, in fewer words.

    A field with a constant is required here: a model that leaves out the kind of a variant is not
    understood.
    """
    kept = {key: _value(key, value) for key, value in schema.items() if not _noise(key, schema)}
    if constants := _constants(schema):
        kept["required"] = [*constants, *cast("list[str]", schema.get("required", []))]
    return _or_null(kept)


def _noise(key: str, schema: Schema) -> bool:
    value = schema[key]
    if key == "title":
        return isinstance(value, str)
    if key == "default":
        return value in _EMPTY or "const" in schema
    if key == "type":
        return "const" in schema or "enum" in schema
    return key == "discriminator" or (key == "additionalProperties" and value is False)


def _value(key: str, value: object) -> object:
    if isinstance(value, list):
        return [_value("", one) for one in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    members = cast("Schema", value)
    if key in _BY_NAME:
        # A property may itself be called "title".
        return {name: _value("", one) for name, one in members.items()}
    return lean(members)


def _constants(schema: Schema) -> list[str]:
    required = schema.get("required", [])
    properties = cast("dict[str, Schema]", schema.get("properties", {}))
    return [name for name, one in properties.items() if "const" in one and name not in required]


def _or_null(schema: Schema) -> Schema:
    """A field that may be left out needs no second way to say nothing."""
    kinds = cast("list[Schema]", schema.get("anyOf", []))
    others = [one for one in kinds if one != {"type": "null"}]
    if len(others) != 1 or len(kinds) == 1:
        return schema
    return {**others[0], **{key: value for key, value in schema.items() if key != "anyOf"}}
