"""Which encoding a text file is in, and the way from its bytes to text and back to the same bytes.

UTF-16 is known by its byte order mark; all else is UTF-8, whose odd bytes survive as surrogates.
What would not come back byte for byte is refused.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from mlops_agent.tools.base import ToolError

_LOOKED_AT = 8192
"""git calls a file binary when its first 8000 bytes hold a NUL."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec and what it does with bytes that are no text."""

    codec: str
    errors: str
    wide: bool = False


_UTF8 = Encoding("utf-8", "surrogateescape")
_WIDE = {
    codecs.BOM_UTF16_LE: Encoding("utf-16-le", "strict", wide=True),
    codecs.BOM_UTF16_BE: Encoding("utf-16-be", "strict", wide=True),
}


def encoding_of(data: bytes) -> Encoding:
    """The encoding of a file's bytes: UTF-16 where they begin with its mark, else UTF-8."""
    if data.startswith(codecs.BOM_UTF32_LE):
        return _UTF8
    return _WIDE.get(data[:2], _UTF8)


def decode(path: str, data: bytes) -> str:
    """Return the text of a file, its byte order mark included; `encode` gives the bytes again.

    Raises ToolError for a binary file.
    """
    encoding = encoding_of(data)
    if not encoding.wide and b"\0" in data[:_LOOKED_AT]:
        raise ToolError(f"{path} is binary: it can't be read or edited as text")
    try:
        text = data.decode(encoding.codec, errors=encoding.errors)
    except UnicodeDecodeError as error:
        raise ToolError(f"{path} begins like UTF-16 and isn't: it can't be edited") from error
    return text


def encode(text: str, like: bytes) -> bytes:
    """Return the text as bytes in the encoding of these bytes."""
    encoding = encoding_of(like)
    return text.encode(encoding.codec, errors=encoding.errors)


def rewritten(content: str, before: bytes | None) -> bytes:
    """A file's whole new content, in UTF-16 with its mark where the file was so, else in UTF-8.

    Raises UnicodeEncodeError for text that holds half of a surrogate pair.
    """
    encoding = encoding_of(before or b"")
    if not encoding.wide:
        return content.encode()
    return ("\ufeff" + content.removeprefix("\ufeff")).encode(encoding.codec)
