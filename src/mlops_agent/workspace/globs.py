"""Git-style globs on relative POSIX paths, as callers write them in `allowed_paths`.

`*` and `?` stay within a path part, `**` spans parts, a pattern without a slash fits at any depth,
and a pattern that names a folder fits all below it (gitignore(5), without negation).
"""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\[[^\]]+\]|.", re.DOTALL)
_MEANS = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def matches(path: str, glob: str) -> bool:
    """Whether the relative path fits the glob."""
    return _pattern(glob).fullmatch(path) is not None


@lru_cache(maxsize=256)
def _pattern(glob: str) -> re.Pattern[str]:
    body = glob.removeprefix("./").strip("/")
    anywhere = "" if "/" in glob.rstrip("/") else "(?:.*/)?"
    return re.compile(anywhere + "".join(map(_part, _TOKEN.findall(body))) + "(?:/.*)?", re.DOTALL)


def _part(token: str) -> str:
    if token.startswith("[") and len(token) > 2:
        inside = token[1:-1].replace("\\", "\\\\")
        part = "[" + ("^" + inside[1:] if inside[0] == "!" else inside) + "]"
        try:
            re.compile(part)
        except re.error:
            # As git does: a range that is none stands for itself.
            return re.escape(token)
        return part
    return _MEANS.get(token, re.escape(token))
