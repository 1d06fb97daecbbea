"""Lean schemas take what the whole ones take, and are a good deal shorter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mlops_agent.contracts.request import Request
from mlops_agent.drivers.anthropic.lean_schemas import lean
from mlops_agent.engine.toolbox import notes, toolbox
from mlops_agent.tools.desk import Desk
from mlops_agent.tools.survey import Survey

DESK = Desk(request=Request(text="x"), survey=Survey(Path), accept=lambda _: True)
NOTES = {note.name: note for note in notes(toolbox(DESK))}


@pytest.mark.parametrize("name", NOTES)
def test_a_lean_schema_is_a_schema_with_the_same_fields(name: str) -> None:
    whole, short = NOTES[name].schema, lean(NOTES[name].schema)
    Draft202012Validator.check_schema(short)
    assert _fields(short) == _fields(whole)
    assert _said(short) == _said(whole)


def test_they_are_a_quarter_shorter() -> None:
    whole = sum(len(json.dumps(note.schema)) for note in NOTES.values())
    assert sum(len(json.dumps(lean(note.schema))) for note in NOTES.values()) < 0.75 * whole


def test_the_kind_of_a_variant_is_asked_for() -> None:
    whole: dict[str, Any] = {
        "properties": {"kind": {"const": "line", "default": "line", "type": "string"}},
        "type": "object",
    }
    assert lean(whole) == {
        "properties": {"kind": {"const": "line"}},
        "type": "object",
        "required": ["kind"],
    }


def test_what_a_field_may_hold_stays() -> None:
    whole: dict[str, Any] = {
        "additionalProperties": False,
        "properties": {
            "title": {"title": "Title", "type": "string", "minLength": 1},
            "limit": {"default": 2000, "minimum": 1, "type": "integer", "description": "lines"},
            "code": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
            "tree": {"default": "base", "enum": ["base", "proposed"], "type": "string"},
        },
        "required": ["title"],
        "type": "object",
    }
    assert lean(whole) == {
        "properties": {
            "title": {"type": "string", "minLength": 1},
            "limit": {"default": 2000, "minimum": 1, "type": "integer", "description": "lines"},
            "code": {"type": "integer"},
            "tree": {"default": "base", "enum": ["base", "proposed"]},
        },
        "required": ["title"],
        "type": "object",
    }


def _fields(schema: object) -> set[str]:
    if isinstance(schema, list):
        return {name for one in schema for name in _fields(one)}
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {})) | set(schema.get("$defs", {}))
    return own | {name for one in schema.values() for name in _fields(one)}


def _said(schema: object) -> list[str]:
    """All descriptions, sorted."""
    if isinstance(schema, list):
        return sorted(text for one in schema for text in _said(one))
    if not isinstance(schema, dict):
        return []
    own = [schema["description"]] if isinstance(schema.get("description"), str) else []
    return sorted(own + [text for one in schema.values() for text in _said(one)])
