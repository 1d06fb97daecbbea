"""Keys of a settings file held against a record: what is unknown, and which key was meant.

One line for a mistake, naming file and key. Reads no file.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast, get_args

from pydantic import BaseModel, ValidationError

from mlops_agent.errors import BadInputError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def check_keys(
    data: Mapping[object, Any], model: type[BaseModel], source: str, where: str = ""
) -> None:
    """Raise BadInputError for the first key that the record does not have.

    `source` names the file; `where` is what stands before the keys in the message. Tables of
    sections, of named sections and lists of sections are checked too.
    """
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    for key, value in data.items():
        if key not in fields:
            raise BadInputError(f"{source}: unknown key {where}{key}", _suggest(str(key), fields))
        section = _section(fields[str(key)])
        if section is not None and isinstance(value, list):
            _check_list(cast("list[object]", value), section, source, f"{where}{key}")
        if section is None or not isinstance(value, Mapping):
            continue
        nested = cast("Mapping[object, Any]", value)
        if not _is_table(fields[str(key)]):
            check_keys(nested, section, source, f"{where}{key}.")
            continue
        for name, one in nested.items():
            if isinstance(one, Mapping):
                named = cast("Mapping[object, Any]", one)
                check_keys(named, section, source, f"{where}{key}.{name}.")


def _check_list(entries: list[object], section: type[BaseModel], source: str, where: str) -> None:
    for number, one in enumerate(entries, start=1):
        if isinstance(one, Mapping):
            entry = cast("Mapping[object, Any]", one)
            check_keys(entry, section, source, f"{where}[{number}].")


def first_problem(error: ValidationError, source: str) -> str:
    """The first of a record's complaints in one line."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the settings"
    said = first["msg"].removeprefix("Value error, ")
    return f"{source}: {where}: {'expected a list' if first['type'] == 'tuple_type' else said}"


def _is_table(field: FieldInfo) -> bool:
    """Whether the field maps names that the user chooses to sections."""
    return getattr(field.annotation, "__origin__", None) is dict


def _section(field: FieldInfo) -> type[BaseModel] | None:
    kinds: tuple[Any, ...] = (field.annotation, *get_args(field.annotation))
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _suggest(key: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(key, list(known), n=1, cutoff=0.5)
    if near:
        return f"did you mean {near[0]}?"
    return "known keys: " + ", ".join(sorted(known))
