"""What can be read as a request at all.

Owns refusing what is empty, binary or too long, with one clear line. It judges nothing else.
"""

from __future__ import annotations

from mlops_agent.errors import BadInputError

LARGEST = 200 * 1024
"""Bytes of a request in UTF-8."""


def checked_text(text: str | bytes, *, source: str) -> str:
    """Hand back the text of a request that can be worked on, unchanged but for a byte order mark.

    Args:
        text: what was given; bytes are read as UTF-8.
        source: where it came from, for the message ("the request", "standard input", a path).

    Raises:
        BadInputError: there is nothing but white space, it is not text, or it is over 200 KB.
    """
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST:
        raise BadInputError(
            f"{source} has more than {LARGEST // 1024} KB, the most that a request may have",
            "say what is wanted in a few sentences and name the files instead of pasting them",
        )
    read = _decoded(text, source).removeprefix("\ufeff")
    if "\0" in read:
        raise _not_text(source)
    if not any(char.isprintable() and not char.isspace() for char in read):
        raise BadInputError(
            f"{source} is empty", 'say what is wanted, such as "Add a gate before promotion"'
        )
    return read


def _decoded(text: str | bytes, source: str) -> str:
    try:
        # A surrogate stands where an argument of the command line was no UTF-8.
        return text.decode("utf-8") if isinstance(text, bytes) else text.encode("utf-8").decode()
    except UnicodeError as error:
        raise _not_text(source) from error


def _not_text(source: str) -> BadInputError:
    return BadInputError(f"{source} is not text in UTF-8", "give plain text, not a binary file")
