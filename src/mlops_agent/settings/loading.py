"""Reads `mlops-agent.yaml` or `[tool.mlops-agent]` of pyproject.toml into Settings.

Every mistake in them is one line with the key and, where there is one, the key that was meant.
Only regular files are opened: the repository is not trusted, and a FIFO would block.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from mlops_agent.beneath import open_beneath
from mlops_agent.errors import BadInputError
from mlops_agent.settings.keys import check_keys, first_problem
from mlops_agent.settings.model import Settings
from mlops_agent.settings.toml_text import parse_toml
from mlops_agent.settings.yaml_text import parse_yaml

YAML_NAME = "mlops-agent.yaml"
TOML_NAME = "pyproject.toml"
TABLE = "[tool.mlops-agent]"
MAX_BYTES = 256 * 1024
_NO_FILE = frozenset({errno.ELOOP, errno.ENXIO})
"""What opening a link or a socket comes to."""


def load_settings(root: Path) -> Settings:
    """Return the settings of the repository at `root`, the defaults where it has none.

    Raises:
        BadInputError: both files speak, a file is not readable as YAML or TOML, or a key is
            unknown or of the wrong type.
    """
    own = _read(root, YAML_NAME)
    pyproject = _read(root, TOML_NAME)
    table = _table(pyproject) if pyproject and "mlops-agent" in pyproject else None
    if own is not None and table is not None:
        raise BadInputError(
            f"both {YAML_NAME} and {TABLE} in {TOML_NAME} hold settings",
            f"keep one of them, for example {YAML_NAME}",
        )
    if own is not None:
        return parse_settings(_yaml(own), YAML_NAME)
    if table is not None:
        return parse_settings(table, f"{TOML_NAME} {TABLE}")
    return Settings()


def parse_settings(data: object, source: str) -> Settings:
    """Check plain data against the model; `source` names the file in messages.

    Raises:
        BadInputError: as in `load_settings`.
    """
    if data is None:
        return Settings()
    if not isinstance(data, Mapping):
        raise BadInputError(f"{source}: expected keys and values, not {type(data).__name__}")
    mapping = cast("Mapping[object, Any]", data)
    check_keys(mapping, Settings, source)
    try:
        return Settings.model_validate(mapping)
    except ValidationError as error:
        raise BadInputError(first_problem(error, source)) from error


def _read(root: Path, name: str) -> str | None:
    """The text of a settings file. What is wrong with pyproject.toml is its owners' business."""
    try:
        return _text(root, name)
    except BadInputError:
        if name == TOML_NAME:
            return None
        raise


def _text(root: Path, name: str) -> str | None:
    try:
        opened = open_beneath(root, name, os.O_RDONLY | os.O_NONBLOCK, links=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno in _NO_FILE:
            raise _not_regular(name) from error
        raise BadInputError(f"{name} cannot be read: {error.strerror}") from error
    with os.fdopen(opened, "rb", closefd=False) as file:
        try:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                raise _not_regular(name)
            data = file.read(MAX_BYTES + 1)
        finally:
            os.close(opened)
    if len(data) > MAX_BYTES:
        raise BadInputError(f"{name} is larger than {MAX_BYTES // 1024} KiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInputError(f"{name} cannot be read as UTF-8 text: {error}") from error


def _not_regular(name: str) -> BadInputError:
    return BadInputError(f"{name} is not a regular file", "replace it by a plain file")


def _yaml(text: str) -> object:
    try:
        return parse_yaml(text)
    except ValueError as error:
        raise BadInputError(f"{YAML_NAME}: {error}") from error


def _table(text: str) -> object:
    try:
        data = parse_toml(text)
    except ValueError as error:
        raise BadInputError(f"{TOML_NAME}: {error}", "mend the file or remove it") from error
    tool = data.get("tool")
    if not isinstance(tool, dict):
        return None
    return cast("dict[str, object]", tool).get("mlops-agent")
