"""Numbers on the command line that have to be more than nothing, and numbers at all."""

from __future__ import annotations

import math
from typing import Any

import click


class Amount(click.FloatRange):
    """A finite number above 0: `nan` and `inf` are spelled like numbers and bound nothing."""

    name = "amount"

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(
        self,
        value: Any,  # noqa: ANN401  as click declares it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """The number; click.BadParameter for anything else."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} bounds nothing: give a number", param, ctx)
        return number


AMOUNT = Amount()
