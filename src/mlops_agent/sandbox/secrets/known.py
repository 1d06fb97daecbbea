"""Values that are secrets because of where they stand: in the operator's environment, and in the
repository's own files for them (`.env`, key files).

Names decide, and values in a known format. The rule for both: a value under a telling name is a
secret unless it is a number, a template, a default that everybody uses, or a name itself: a word,
a path, a dotted or camel-case name, a host, a URL in which nothing looks made by a machine.

A name under a variable that says "password" is a secret only where it stands as one
(`PASSWORD=word`, `user:word@`): said elsewhere, it is a word, or half of a report would be blank.
Four words on end, or a long word with digits in it, are a password everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from mlops_agent.sandbox.secrets.blocks import find_keys
from mlops_agent.sandbox.secrets.judging import holds_up, is_common, is_name
from mlops_agent.sandbox.secrets.patterns import find_formats
from mlops_agent.vocabulary.secrets import secret_words

LEAST = 6
"""Bytes of a value of the environment; a shorter one is in every other word."""
LEAST_IN_FILES = 10
LEAST_HARD_CODED = 8
MOST_HARD_CODED = 500
MOST_FILE_BYTES = 256 * 1024
_WORD = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"[\d.,:+-]+")
_BETWEEN = re.compile(rb"[/?&=:@#;]+")
_PLACE = re.compile(r"[/~.]|[A-Za-z]:\\|https?://")
_WEB = ("http://", "https://")
_PASSWORDS = re.compile(r"passw|passphrase|(?:^|_)(?:pwd|pass)(?:_|$)")
_LONG_WORD = 8
_MANY_WORDS = 4
_FILES = re.compile(
    r"(?:^|/)(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env|\.?secrets?(?:\.[\w-]+)?\.(?:ya?ml|toml|json)"
    r"|credentials(?:\.json)?|\.netrc|\.pypirc|id_(?:rsa|dsa|ecdsa|ed25519)|[\w.-]+\.(?:pem|key|p8)"
    r"|[\w.-]*service[_-]?account[\w.-]*\.json)$"
)
_ASSIGNED = re.compile(rb"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*?)[ \t\r]*$", re.M)
_KEY_LINE = 24


def environment_values(environment: Mapping[str, str]) -> frozenset[str]:
    """The values of an environment that must not be shown anywhere."""
    values = {
        part
        for name, value in environment.items()
        for part in _of_variable(name, value)
        if len(part) >= LEAST
    }
    return frozenset(values)


def environment_words(environment: Mapping[str, str]) -> frozenset[str]:
    """The passwords of an environment that are words: secret where they stand as passwords."""
    words = {
        value.strip()
        for name, value in environment.items()
        if _is_password(name) and _is_word(value.strip()) and not _is_default(value.strip())
    }
    return frozenset(one for one in words if len(one) >= LEAST)


def is_secret_file(path: str) -> bool:
    """Whether a file of a repository is one that holds secrets, by its name."""
    name = PurePosixPath(path).name
    sample = any(word in name.lower() for word in ("example", "sample", "template", ".pub"))
    return bool(_FILES.search(path)) and not sample


def file_values(files: Iterable[bytes]) -> frozenset[str]:
    """The values in files that hold secrets: assigned to a telling name, in a format, of a key."""
    found = {value for data in files for value in _of_file(data[:MOST_FILE_BYTES])}
    return frozenset(one for one in found if len(one) >= LEAST_IN_FILES)


def hard_coded_values(files: Iterable[bytes]) -> frozenset[str]:
    """The secrets in ordinary files: what a format finds there and is no name, and lines of keys.

    At most MOST_HARD_CODED of them, those of the first files.
    """
    found: dict[str, None] = {}
    for data in files:
        for one in (*find_formats(data), *find_keys(data)):
            part = data[one.start : one.end]
            if len(part) >= LEAST_HARD_CODED and b"\n" not in part and not is_name(part):
                found[part.decode("utf-8", errors="surrogateescape")] = None
        if len(found) >= MOST_HARD_CODED:
            break
    return frozenset([*found][:MOST_HARD_CODED])


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
    data = _plain(value)
    for one in find_formats(data):
        yield data[one.start : one.end].decode("utf-8", errors="surrogateescape")
    word = _is_password(name) and not _PLACE.match(value)
    if not is_secret_name(name) or (_is_word(value) if word else is_harmless(value)):
        return
    lines = [line.strip() for line in value.splitlines()]
    if len(lines) == 1:
        yield value
    else:
        yield from (line for line in lines if len(line) >= _KEY_LINE and "-----" not in line)


def is_harmless(value: str) -> bool:
    """Whether a value is a default or a name, and nothing in it looks made by a machine."""
    plain = _plain(value)
    if value.startswith(_WEB):
        return not any(holds_up("strong", one) for one in _BETWEEN.split(plain))
    return _is_default(value) or is_name(plain)


def _is_password(name: str) -> bool:
    return is_secret_name(name) and bool(_PASSWORDS.search(name.lower()))


def _is_word(value: str) -> bool:
    """Whether a value is a word or a few, of a length that other things are called by too."""
    words = re.findall(r"[A-Za-z]+", value)
    long = value.isalnum() and len(value) >= _LONG_WORD and not value.isalpha()
    return _is_default(value) or (is_harmless(value) and len(words) < _MANY_WORDS and not long)


def _is_default(value: str) -> bool:
    """Whether it is a number, a template or a default that everybody uses."""
    return not value or bool(_NUMBER.fullmatch(value)) or is_common(_plain(value))


def _plain(value: str) -> bytes:
    return value.encode("utf-8", errors="surrogateescape")


def _of_file(data: bytes) -> Iterator[str]:
    for one in (*find_formats(data), *find_keys(data)):
        part = data[one.start : one.end]
        if len(part) >= _KEY_LINE or b"\n" not in part:
            yield part.decode("utf-8", errors="surrogateescape")
    for name, raw in _ASSIGNED.findall(data):
        value = raw.strip(b"\"'").decode("utf-8", errors="surrogateescape")
        if is_secret_name(name.decode()) and not is_harmless(value):
            yield value
