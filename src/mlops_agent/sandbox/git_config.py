"""The git configuration that confined commands are shown: what git needs to read a repository.

An allow-list of keys, without credentials in URLs. What is left out, such as extra headers and
credential helpers, is told as secrets, for there are other places that it can be printed from.
"""

from __future__ import annotations

import base64
import binascii
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mlops_agent.sandbox.secrets.known import is_harmless, is_secret_name

MOST_BYTES = 1024 * 1024
_SECONDS = 10.0
_GIT = ("git", "config", "--file", "-", "--no-includes", "--list", "-z")
_ENVIRONMENT = {"LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}
_ALL = frozenset[str]()
_CORE = frozenset((
    "abbrev", "autocrlf", "bare", "bigfilethreshold", "checkstat", "commitgraph", "compression",
    "eol", "filemode", "ignorecase", "ignorestat", "logallrefupdates", "multipackindex",
    "precomposeunicode", "protecthfs", "protectntfs", "quotepath", "repositoryformatversion",
    "safecrlf", "sharedrepository", "sparsecheckout", "sparsecheckoutcone", "splitindex",
    "symlinks", "trustctime", "untrackedcache", "worktree",
))  # fmt: skip
_KEPT = {
    "core": _CORE,
    "extensions": _ALL,
    "branch": frozenset(("remote", "merge", "rebase", "pushremote")),
    "remote": frozenset(
        ("url", "pushurl", "fetch", "mirror", "promisor", "partialclonefilter", "tagopt")
    ),
    "submodule": frozenset(("active", "branch", "path", "url")),
    "user": frozenset(("name", "email")),
    "init": frozenset(("defaultbranch",)),
    "index": frozenset(("sparse", "version")),
}
"""The keys of each section; none named means all of them."""
_USER = re.compile(r"(?<=://)([^/?#\s]*)@")
_QUERY = re.compile(r"[?#].*", re.DOTALL)
_LEAST = 6
_LEAST_TOKEN = 20
"""Characters of a token that stands in a URL without a password; a shorter one is a user's name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a configuration; the value is None where there is not even a `=`."""

    section: str
    subsection: str | None
    key: str
    value: str | None


@lru_cache(maxsize=16)
def shown_config(data: bytes) -> bytes:
    """The configuration that can be shown of this one, in git's form.

    Nothing is left of one that git can't read; git can do nothing with it inside either.
    """
    lines: list[str] = []
    for entry in _entries(data):
        if _is_kept(entry):
            name = "" if entry.subsection is None else f" {_quoted(entry.subsection)}"
            value = "" if entry.value is None else f" = {_quoted(_without_credentials(entry))}"
            lines.append(f"[{entry.section}{name}]\n\t{entry.key}{value}\n")
    return "".join(lines).encode("utf-8", errors="surrogateescape")


def config_values(data: bytes) -> frozenset[str]:
    """The credentials in a configuration: headers, values of telling names, passwords in URLs."""
    found = {one.strip() for entry in _entries(data) for one in _credentials(entry)}
    return frozenset(one for one in found if len(one) >= _LEAST and not is_harmless(one))


@lru_cache(maxsize=16)
def _entries(data: bytes) -> tuple[Entry, ...]:
    try:
        done = subprocess.run(
            _GIT, input=data, env=_ENVIRONMENT, cwd="/", capture_output=True, check=False,
            timeout=_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ()
    told = done.stdout.decode("utf-8", errors="surrogateescape") if done.returncode == 0 else ""
    return tuple(_entry(one) for one in told.split("\0") if one)


def _entry(told: str) -> Entry:
    name, has_value, value = told.partition("\n")
    section, _, rest = name.partition(".")
    subsection, has_subsection, key = rest.rpartition(".")
    return Entry(section, subsection if has_subsection else None, key, value if has_value else None)


def _is_kept(entry: Entry) -> bool:
    keys = _KEPT.get(entry.section)
    return keys is not None and (not keys or entry.key in keys)


def _without_credentials(entry: Entry) -> str:
    value = _USER.sub("", entry.value or "")
    return _QUERY.sub("", value) if "://" in value else value


def _quoted(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


def _credentials(entry: Entry) -> Iterator[str]:
    for text in (entry.subsection or "", entry.value or ""):
        for user in _USER.findall(text):
            name, has_password, password = user.partition(":")
            if has_password or len(name) >= _LEAST_TOKEN:
                yield password or name
    value = entry.value or ""
    if entry.key == "extraheader":
        yield from _of_header(value)
    elif not _is_kept(entry) and is_secret_name(entry.key):
        yield value


def _of_header(value: str) -> Iterator[str]:
    """The last word of a header, and the password in it where it has the form of HTTP's Basic."""
    words = value.split()
    if not words:
        return
    yield words[-1]
    try:
        decoded = base64.b64decode(words[-1], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return
    yield decoded.partition(":")[2]
