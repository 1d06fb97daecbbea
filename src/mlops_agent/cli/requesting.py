"""The request and the answers, from the command line and from files; mistakes are one line."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from mlops_agent.contracts.request import Request
from mlops_agent.errors import BadInputError

MAX_BYTES = 1024 * 1024


def read_request(
    text: str | None, file: Path | None, answers: Path | None, recording: Path | None
) -> Request:
    """Make the request from TEXT, or from --request, or from the recording that is replayed.

    Raises BadInputError where none or more than one is given, or a file can't be used.
    """
    given = [one for one in (text, file, recording) if one is not None]
    if not given:
        raise BadInputError("nothing is asked", 'say it: mlops-agent run "Make a failing ..."')
    if len(given) > 1:
        raise BadInputError("TEXT, --request and --driver replay exclude each other")
    if recording is not None:
        request = _recorded(recording)
    elif file is not None:
        request = _from_file(file)
    else:
        request = _from_text(text or "")
    if answers is None:
        return request
    return request.model_copy(update={"answers": {**request.answers, **read_answers(answers)}})


def read_answers(file: Path) -> dict[str, str]:
    """Read a mapping of question id to answer from YAML or JSON; raises BadInputError."""
    data = _load(file)
    if not isinstance(data, dict):
        raise BadInputError(f"{file}: expected one `question-id: answer` a line")
    pairs = cast("dict[object, object]", data)
    for key, value in pairs.items():
        if isinstance(value, dict | list):
            raise BadInputError(f"{file}: the answer to {key} is no plain text")
    return {str(key): str(value) for key, value in pairs.items()}


def _from_text(text: str) -> Request:
    if text == "-":
        said = _said()
    elif text.startswith("@"):
        said = _read(Path(text[1:]))
    else:
        said = text
    if not said.strip():
        raise BadInputError("the request is empty", "say what should be different afterwards")
    try:
        return Request(text=said.strip())
    except ValidationError as error:
        raise BadInputError(
            "the request is not UTF-8 text", "set LC_ALL=C.UTF-8, or put it into a file: @FILE"
        ) from error


def _said() -> str:
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadInputError(f"the request is larger than {MAX_BYTES // 1024} KiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInputError("standard input is not UTF-8 text") from error


def _from_file(file: Path) -> Request:
    try:
        return Request.model_validate(_load(file))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the request"
        raise BadInputError(f"{file}: {where}: {first['msg']}") from error


def _recorded(journal: Path) -> Request:
    from mlops_agent.contracts.journal import RunStarted
    from mlops_agent.journal.reading import read_journal

    events = read_journal(journal)
    if not events or not isinstance(events[0], RunStarted):
        raise BadInputError(f"{journal} does not begin with the start of a run")
    return events[0].request


def _load(file: Path) -> object:
    from mlops_agent.settings.yaml_text import parse_yaml

    try:
        return parse_yaml(_read(file))
    except ValueError as error:
        raise BadInputError(f"{file} can't be read as YAML or JSON: {error}") from error


def _read(file: Path) -> str:
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BadInputError(f"{file} is not a regular file", "put it into one")
        if status.st_size > MAX_BYTES:
            raise BadInputError(f"{file} is larger than {MAX_BYTES // 1024} KiB")
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInputError(f"cannot read {file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"{file} is not UTF-8 text") from error
