r"""File names as drivers, reports and journals have them: escaped text that stands on one line.

A name is bytes to the system. Outside of this room a path is the text of `lifecycle.paths`, in
which a newline, a backslash or a byte that is no UTF-8 stands as `\n`, `\\`, `\xff`.
"""

from __future__ import annotations

import os

from mlops_agent.lifecycle.paths import to_bytes, to_text


def shown(name: str) -> str:
    """A file's name, as the system gives it, in a form that can be printed and stored as JSON."""
    return to_text(os.fsencode(name))


def real_name(path: str) -> str:
    """The name that `shown` was given; what holds no escape is taken as it is."""
    try:
        return os.fsdecode(to_bytes(path))
    except UnicodeEncodeError:
        # Half of a surrogate pair is no text: it can only be a name that was not escaped.
        return path


def canonical(path: str) -> str:
    """A path as reports have it, whichever way it was given."""
    return shown(real_name(path))
