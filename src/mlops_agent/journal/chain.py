"""How an event becomes a journal line and how a line proves itself.

A line is the event's JSON with `digest` as its last field: the SHA-256 of the line before that
field was put in. The next line carries the SHA-256 of the whole line as `previous`. Owns the bytes
of one line; knows nothing of files.
"""

from __future__ import annotations

import hashlib

from pydantic import ValidationError

from mlops_agent.contracts.journal import EVENT, AnyEvent, Event

FIRST = "0" * 64
"""What the first line has as `previous`."""

_OPEN = b',"digest":"'
_CLOSE = b'"}'
_TAIL = len(_OPEN) + 64 + len(_CLOSE)


class BrokenLineError(Exception):
    """A line is not what was written; the message says in what way."""


def encode(event: Event) -> bytes:
    """Return the event as a sealed line, without the newline."""
    body = event.model_dump_json(exclude={"digest"}).encode()
    return body[:-1] + _OPEN + _hash(body).encode() + _CLOSE


def decode(line: bytes) -> AnyEvent:
    """Return the event of a sealed line; raises BrokenLineError when it was changed."""
    body, tail = line[:-_TAIL] + b"}", line[-_TAIL:]
    if tail != _OPEN + _hash(body).encode() + _CLOSE:
        raise BrokenLineError("it was changed after it was written")
    try:
        return EVENT.validate_json(line)
    except ValidationError as error:
        raise BrokenLineError(
            f"it is not an event of this version: {error.error_count()} errors"
        ) from error


def link(line: bytes) -> str:
    """Return what the line after this one carries as `previous`."""
    return _hash(line)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
