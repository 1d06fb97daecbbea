"""Values that are secrets because of where they stand: in the operator's environment, and in the
repository's own files for them (`.env`, key files).

Names decide, and values in a known format. Words that everybody uses are left out, or half of a
report would be blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from mlops_agent.sandbox.secrets.blocks import find_keys
from mlops_agent.sandbox.secrets.judging import is_common, is_name
from mlops_agent.sandbox.secrets.patterns import find_formats
from mlops_agent.vocabulary.secrets import secret_words

LEAST = 6
"""Bytes of a value of the environment; a shorter one is in every other word."""
LEAST_IN_FILES = 10
MOST_FILE_BYTES = 256 * 1024
_WORD = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"[\d.,:+-]+")
_PATH = re.compile(r"(?:/|~/|\./|[A-Za-z]:\\)")
_FILES = re.compile(
    r"(?:^|/)(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env|\.?secrets?(?:\.[\w-]+)?\.(?:ya?ml|toml|json)"
    r"|credentials(?:\.json)?|\.netrc|\.pypirc|id_(?:rsa|dsa|ecdsa|ed25519)|[\w.-]+\.(?:pem|key|p8)"
    r"|[\w.-]*service[_-]?account[\w.-]*\.json)$"
)
_ASSIGNED = re.compile(rb"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*?)[ \t\r]*$", re.M)
_KEY_LINE = 24


def environment_values(environment: Mapping[str, str]) -> frozenset[str]:
    """The values of an environment that must not be shown."""
    values = {
        part
        for name, value in environment.items()
        for part in _of_variable(name, value)
        if len(part) >= LEAST
    }
    return frozenset(values)


def is_secret_file(path: str) -> bool:
    """Whether a file of a repository is one that holds secrets, by its name."""
    name = PurePosixPath(path).name
    sample = any(word in name.lower() for word in ("example", "sample", "template", ".pub"))
    return bool(_FILES.search(path)) and not sample


def file_values(files: Iterable[bytes]) -> frozenset[str]:
    """The values in files that hold secrets: assigned to a telling name, in a format, of a key."""
    found = {value for data in files for value in _of_file(data[:MOST_FILE_BYTES])}
    return frozenset(one for one in found if len(one) >= LEAST_IN_FILES)


def is_secret_name(name: str) -> bool:
    """Whether a variable's name says that its value is nobody else's business."""
    lower, words = name.lower(), secret_words()
    if lower in words.no_secrets or lower.endswith("_sock"):
        return False
    told = words.names.intersection(_WORD.findall(lower.replace("_", " ")))
    return bool(told) or any(part in lower for part in words.parts_of_names)


def _of_variable(name: str, value: str) -> Iterator[str]:
    """The parts of a variable that are secret: all of it, its lines, or what has a known format."""
    value = value.strip()
    data = value.encode("utf-8", errors="surrogateescape")
    for one in find_formats(data):
        yield data[one.start : one.end].decode("utf-8", errors="surrogateescape")
    if not is_secret_name(name) or is_harmless(value):
        return
    lines = [line.strip() for line in value.splitlines()]
    if len(lines) == 1:
        yield value
    else:
        yield from (line for line in lines if len(line) >= _KEY_LINE and "-----" not in line)


def is_harmless(value: str) -> bool:
    """Whether a value is a number, a switch, a path or a word that everybody uses."""
    plain = value.encode("utf-8", errors="surrogateescape")
    return bool(
        not value or _NUMBER.fullmatch(value) or _PATH.match(value) or is_common(plain)
    )  # fmt: skip


def _of_file(data: bytes) -> Iterator[str]:
    for one in (*find_formats(data), *find_keys(data)):
        part = data[one.start : one.end]
        if len(part) >= _KEY_LINE or b"\n" not in part:
            yield part.decode("utf-8", errors="surrogateescape")
    for name, raw in _ASSIGNED.findall(data):
        value = raw.strip(b"\"'").decode("utf-8", errors="surrogateescape")
        plain = value.encode("utf-8", errors="surrogateescape")
        if is_secret_name(name.decode()) and not is_harmless(value) and not is_name(plain):
            yield value
