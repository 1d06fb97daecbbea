"""The operator's own configuration: driver, model and sandbox, what may be spent, models' prices.

Read from the user's configuration folder, never from a repository: it says whether code leaves the
machine. A key for an endpoint has no place here.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self, cast

from pydantic import ConfigDict, Field, ValidationError, model_validator

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.model import ModelCard, Price
from mlops_agent.errors import BadInputError
from mlops_agent.settings.home import operator_file
from mlops_agent.settings.keys import check_keys, first_problem
from mlops_agent.settings.toml_text import parse_toml

MAX_BYTES = 256 * 1024

_Dollars = Field(default=None, ge=0, allow_inf_nan=False, strict=True)
_Tokens = Field(default=None, ge=1, strict=True)


class OwnModel(Record):
    """What the operator knows of a model: USD per million tokens, and sizes in tokens.

    Prices are `input` and `output`, given together; what the cache costs counts as `input` where
    it is left out. `reply` bounds one reply.
    """

    input: float | None = _Dollars
    output: float | None = _Dollars
    cache_read: float | None = _Dollars
    cache_write: float | None = _Dollars
    context: int | None = _Tokens
    reply: int | None = _Tokens

    @model_validator(mode="after")
    def _prices_together(self) -> Self:
        if (self.input is None) != (self.output is None):
            raise ValueError("input and output belong together: give both prices or none")
        if self.input is None and (self.cache_read, self.cache_write) != (None, None):
            raise ValueError("prices of the cache need those of input and output")
        return self

    def card(self) -> ModelCard:
        """The same as every model is described."""
        prices: list[Price] = []
        if self.input is not None and self.output is not None:
            read = self.input if self.cache_read is None else self.cache_read
            write = self.input if self.cache_write is None else self.cache_write
            prices = [
                Price(input=self.input, output=self.output, cache_read=read, cache_write=write)
            ]
        return ModelCard(context=self.context, most_reply=self.reply, prices=prices)


class Operator(Record):
    """The operator's word; empty where nothing is said.

    `aliases` map short names to model ids, `models` model ids to what is known of them. `max_usd`
    bounds each run that a model drives. `sandbox` is how commands are confined.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sandbox: Literal["", "bubblewrap", "external", "none"] = ""
    driver: Literal["", "offline", "anthropic"] = ""
    model: str = ""
    max_usd: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    aliases: dict[str, str] = {}
    models: dict[str, OwnModel] = {}

    def cards(self) -> dict[str, ModelCard]:
        """What the operator knows of models, by id."""
        return {name: model.card() for name, model in self.models.items()}


def load_operator() -> Operator:
    """Read the operator's configuration; nothing is said where there is no file.

    Raises BadInputError, one line, for a file that can't be read, an unknown key or a wrong value.
    """
    file = operator_file()
    text = _read(file)
    if text is None:
        return Operator()
    try:
        data = cast("Mapping[object, Any]", parse_toml(text))
    except ValueError as error:
        raise BadInputError(f"{file}: {error}", "mend the file or remove it") from error
    check_keys(data, Operator, str(file))
    try:
        return Operator.model_validate(data)
    except ValidationError as error:
        raise BadInputError(first_problem(error, str(file))) from error


def _read(file: Path) -> str | None:
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BadInputError(f"{file} is not a regular file", "replace it by a plain file")
        if status.st_size > MAX_BYTES:
            raise BadInputError(f"{file} is larger than {MAX_BYTES // 1024} KiB")
        return file.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{file} cannot be read as UTF-8 text: {error}") from error
