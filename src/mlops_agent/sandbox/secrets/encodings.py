"""The forms in which a known value leaks: as it is, and as programs encode it on the way.

Plain, base64 (both alphabets, at the three alignments), hexadecimal, URL, JSON, HTML. What is
reversed, split or encrypted on purpose is not looked for.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

LEAST_ENCODED = 8
"""A shorter value is looked for plain only: its encodings are too common."""


def forms_of(value: str) -> frozenset[bytes]:
    """All forms of a value, the value itself among them."""
    plain = value.encode("utf-8", errors="surrogateescape")
    if len(plain) < LEAST_ENCODED:
        return frozenset({plain})
    return frozenset({plain, *_texts(value, plain), *_base64(plain), *_hex(plain)})


def _texts(value: str, plain: bytes) -> Iterator[bytes]:
    import html

    for quoted in (quote(plain), quote(plain, safe=""), quote_plus(plain)):
        yield quoted.encode()
        yield _small_escapes(quoted).encode()
    for ascii_only in (True, False):
        escaped = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield escaped.encode(errors="surrogateescape")
        yield escaped.replace("/", "\\/").encode(errors="surrogateescape")
    yield html.escape(value).encode(errors="surrogateescape")
    yield repr(value)[1:-1].encode(errors="surrogateescape")


def _small_escapes(quoted: str) -> str:
    first, *rest = quoted.split("%")
    return "%".join([first, *(part[:2].lower() + part[2:] for part in rest)])


def _base64(plain: bytes) -> Iterator[bytes]:
    """What every base64 text that holds the value has in common, at each alignment."""
    for before in range(3):
        padded = b"\0" * before + plain
        left_out = {0: 0, 1: 2, 2: 3}[before]
        whole = len(padded) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(padded)[left_out:whole]


def _hex(plain: bytes) -> Iterator[bytes]:
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
