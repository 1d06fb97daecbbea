"""What a driver hands in as its report, before anything in it has been checked.

Owns the shape of the draft alone. It has no place for what the program knows better than its
author: the counts of the diff, the outcome, whether a claim holds.
"""

from __future__ import annotations

from pydantic import Field

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.finding import Boundary
from mlops_agent.contracts.report import Claim, PrimaryRisk, ResidualRisk, Validation


class ReportDraft(Record):
    """The author's part of a report.

    `summary` and `trade_off` describe the change. `verified` and `problem` of the claims are
    ignored: the checker fills them.
    """

    boundary: Boundary
    primary_risk: PrimaryRisk
    summary: str = Field(min_length=1)
    trade_off: str = Field(min_length=1)
    validations: list[Validation] = []
    live_checks: list[str] = []
    residual_risks: list[ResidualRisk] = []
    claims: list[Claim] = Field(min_length=1)
