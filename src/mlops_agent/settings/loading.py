"""Reads `mlops-agent.yaml` or `[tool.mlops-agent]` of pyproject.toml into Settings.

Every mistake in them is one line with the key and, where there is one, the key that was meant.
Only regular files are opened: the repository is not trusted, and a FIFO would block.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from mlops_agent.errors import BadInputError
from mlops_agent.settings.keys import check_keys, first_problem
from mlops_agent.settings.model import Settings
from mlops_agent.settings.toml_text import parse_toml
from mlops_agent.settings.yaml_text import parse_yaml

YAML_NAME = "mlops-agent.yaml"
TOML_NAME = "pyproject.toml"
TABLE = "[tool.mlops-agent]"
MAX_BYTES = 256 * 1024


def load_settings(root: Path) -> Settings:
    """Return the settings of the repository at `root`, the defaults where it has none.

    Raises:
        BadInputError: both files speak, a file is not readable as YAML or TOML, or a key is
            unknown or of the wrong type.
    """
    own = _read(root / YAML_NAME)
    pyproject = _read(root / TOML_NAME)
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


def _read(path: Path) -> str | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        if path.name == TOML_NAME:
            return None
        raise BadInputError(f"{path.name} is not a regular file", "replace it by a plain file")
    if status.st_size > MAX_BYTES:
        if path.name == TOML_NAME:
            return None
        raise BadInputError(f"{path.name} is larger than {MAX_BYTES // 1024} KiB")
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        if path.name == TOML_NAME:
            return None
        raise BadInputError(f"{path.name} cannot be read as UTF-8 text: {error}") from error


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
