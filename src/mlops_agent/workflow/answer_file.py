"""A file of answers: YAML or JSON, one `key: answer` a line.

Owns reading it as it was written ("06:00" stays a time, "no" a word). The file is never written
to. Whether its keys fit is `answering`'s to say.
"""

from __future__ import annotations

import stat
from pathlib import Path

from mlops_agent.errors import BadInputError

LARGEST = 200 * 1024
_PLAIN = "one `key: answer` a line, where a key is a question, a gate or a need of a gate"


def read_answers(file: Path) -> dict[str, str]:
    """The answers of a file by their keys; raises BadInputError, one line, for what is none.

    A need may stand below its gate (`serving-release: {latency: 100 ms}`).
    """
    text = _text(file)
    found: dict[str, str] = {}
    for key, answer in _pairs(text, file):
        if found.get(key, answer) != answer:
            raise BadInputError(
                f'{file}: {key} is answered twice: "{found[key]}" and "{answer}"', "keep one"
            )
        found[key] = answer
    return found


def _text(file: Path) -> str:
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BadInputError(f"{file} is not a regular file", "put the answers into one")
        if status.st_size > LARGEST:
            raise BadInputError(f"{file} is larger than {LARGEST // 1024} KiB")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInputError(f"cannot read {file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"{file} is not UTF-8 text") from error
    if "\0" in text:
        raise BadInputError(f"{file} is not text")
    return text


def _pairs(text: str, file: Path) -> list[tuple[str, str]]:
    """The entries as they are written: loaded values would turn 06:00 into 360, and no into False.

    Entries are nodes here, so that a key that stands twice is seen.
    """
    import yaml

    from mlops_agent.settings.yaml_text import parse_yaml

    try:
        parse_yaml(text)
    except ValueError as error:
        raise BadInputError(f"{file} can't be read as YAML or JSON: {error}") from error
    top = yaml.compose(text, yaml.SafeLoader)
    if top is None:
        return []
    return _entries(top, "", file)


def _entries(node: object, above: str, file: Path) -> list[tuple[str, str]]:
    import yaml

    if not isinstance(node, yaml.MappingNode):
        raise BadInputError(f"{file}: the answers are no mapping", _PLAIN)
    found: list[tuple[str, str]] = []
    for key, value in node.value:
        name = f"{above}.{key.value}" if above else str(key.value)
        if isinstance(value, yaml.ScalarNode):
            nothing = value.tag == "tag:yaml.org,2002:null"
            # An escape in the file can spell half a character, which nothing could print.
            text = value.value.encode("utf-8", "replace").decode("utf-8")
            found.append((name, "" if nothing else text.strip()))
        elif isinstance(value, yaml.MappingNode) and not above:
            found += _entries(value, name, file)
        else:
            raise BadInputError(f"{file}: the answer to {name} is no plain text", _PLAIN)
    return found
