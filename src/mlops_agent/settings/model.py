"""The keys of `mlops-agent.yaml` and `[tool.mlops-agent]`, typed; reads no file.

Keys are written as here, words joined by hyphens ("per-file-ignores").
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, field_validator, model_validator

from mlops_agent.contracts.finding import Severity
from mlops_agent.contracts.lifecycle import Stage
from mlops_agent.settings.roster import Roster
from mlops_agent.settings.section import Section

PRODUCTION_ALIASES = ("champion", "prod", "production", "live")
PRODUCTION_ENVIRONMENTS = ("prod", "production", "prd", "live")
STAGE_ALIASES = {"Production": "champion", "Staging": "challenger"}


class Rehearsal(Section):
    """A path of the lifecycle as the user runs it: the command, and what it runs against."""

    command: str = Field(min_length=1)
    backend: str = ""


class Rehearsals(Section):
    """The user's own commands for the five paths that can be rehearsed."""

    promotion: Rehearsal | None = None
    rollback: Rehearsal | None = None
    alert: Rehearsal | None = None
    training: Rehearsal | None = None
    retraining: Rehearsal | None = None


class Settings(Section):
    """What the repository says about its audit; the defaults hold where it says nothing.

    `select` and `ignore` take rule ids or their letters ("REG001", "REG"); `per_file_ignores` maps
    a glob of relative paths to such a list; `exclude` names paths to leave out, `include` those to
    read although they look like tests, examples, documentation or vendored code;
    `severity` overrides a rule's severity; `external` tells which stages are done outside this
    repository, with the reason. `aliases` are the registry
    aliases that production follows, the first one the one to write; `stage_aliases` says which
    alias takes the place of an MLflow stage. `roster` says which skills this team has.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]] = {}
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    external: dict[Stage, str] = {}
    environments: tuple[str, ...] = PRODUCTION_ENVIRONMENTS
    aliases: tuple[str, ...] = Field(default=PRODUCTION_ALIASES, min_length=1)
    stage_aliases: dict[str, str] = {}
    baseline: str = ""
    roster: Roster = Roster()
    rehearsals: Rehearsals = Rehearsals()

    @field_validator("external")
    @classmethod
    def _reasons(cls, value: dict[Stage, str]) -> dict[Stage, str]:
        for stage, reason in value.items():
            if not reason.strip():
                raise ValueError(f"{stage} needs a reason: where is it done?")
        return value

    @model_validator(mode="after")
    def _production_alias(self) -> Self:
        if any(not alias.strip() for alias in self.aliases):
            raise ValueError("aliases must not be empty")
        return self

    def is_production_alias(self, alias: str) -> bool:
        """Whether production follows this registry alias; case does not count."""
        return alias.casefold() in {name.casefold() for name in self.aliases}

    def alias_of_stage(self, stage: str) -> str | None:
        """The alias that takes the place of an MLflow stage, or None for a stage without one.

        Production becomes the first of `aliases`, Staging `challenger`, unless `stage-aliases`
        says otherwise (https://mlflow.org/docs/latest/ml/model-registry/, "migrating from stages").
        """
        wanted = stage.casefold()
        for name, alias in self.stage_aliases.items():
            if name.casefold() == wanted:
                return alias
        if wanted == "production":
            return self.aliases[0]
        return next((a for s, a in STAGE_ALIASES.items() if s.casefold() == wanted), None)
