"""A whole record redacted: every text in it, at any depth; names of fields stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from mlops_agent.sandbox.secrets.redactor import Redactor

ARecord = TypeVar("ARecord", bound=BaseModel)
_EXACT = frozenset({"journal", "patch", "fingerprint"})
"""Fields that name places and prints, never text."""


def redacted(record: ARecord, redactor: Redactor) -> ARecord:
    """The record with marks for its secrets; the very same where it holds none."""
    if redactor.holds_none(record.model_dump_json()):
        return record
    return cast("ARecord", _record(record, redactor.text))


def _value(value: Any, blank: Callable[[str], str]) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return blank(value)
    if isinstance(value, list):
        return [_value(one, blank) for one in cast("list[Any]", value)]
    if isinstance(value, tuple):
        return tuple(_value(one, blank) for one in cast("tuple[Any, ...]", value))
    if isinstance(value, dict):
        return {key: _value(one, blank) for key, one in cast("dict[Any, Any]", value).items()}
    return _record(value, blank) if isinstance(value, BaseModel) else value


def _record(record: BaseModel, blank: Callable[[str], str]) -> BaseModel:
    fields = {
        name: _value(getattr(record, name), blank)
        for name in type(record).model_fields
        if name not in _EXACT
    }
    return record.model_copy(update=fields)
