"""What every record has in common: immutable, closed, and rendered the same way each time."""

from __future__ import annotations

import json
from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A typed value that passes between rooms or leaves the program.

    Unknown fields are errors: a consumer that misspells a key hears of it.
    """

    # What checks a record is built when the first one is made: most commands make few kinds.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Document(Record):
    """A record that leaves the program as JSON and names its own schema version in `schema`."""

    def to_json(self, *, indent: int | None = 2) -> str:
        """Return the JSON text, keys in declaration order, ending in a newline."""
        data: dict[str, Any] = self.model_dump(mode="json", by_alias=True)
        return json.dumps(data, indent=indent, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read the record back; raises pydantic.ValidationError when it does not fit."""
        return cls.model_validate_json(text)
