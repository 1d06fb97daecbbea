"""The names of this model's parts, as the texts of a plan use them.

Owns what `{model}`, `{registry}` or `{at_training}` become: what the repository or the caller calls
them, else a plain word; never a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_agent.contracts.lifecycle import Asset, Stage
from mlops_agent.lifecycle.facts import Assignment, Call
from mlops_agent.vocabulary.plan import name_words
from mlops_agent.workflow.deriving.release import limits
from mlops_agent.workflow.ground import Ground, cited
from mlops_agent.workflow.owners import named, owner_of

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

_RANK = {"high": 0, "medium": 1, "low": 2}
_SIDE = re.compile(
    r"(?:^|/|_)(?:demo|examples?|notebooks?|tests?|docs?|scratch)(?:/|_|\.|$)|\.ipynb$"
)
_OWN: dict[Stage, str] = {
    "deployment": r"serv|deploy|k8s|kube|infer|\bapp\b|endpoint",
    "monitoring": r"monitor|drift|alert",
}
"""What the file's own name says of a stage, where the stage's word does not."""
_PLACES: dict[str, tuple[Stage, str]] = {
    "at_training": ("training", " in {}"),
    "at_promotion": ("promotion", " in {}"),
    "at_deployment": ("deployment", " in {}"),
    "at_monitoring": ("monitoring", " beside {}"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """The values by which the texts of a plan are filled."""

    values: dict[str, str]

    def fill(self, text: str) -> str:
        """A text with the names in place."""
        return text.format_map(self.values)


def names_of(text: str, ground: Ground, lifecycle: Lifecycle | None) -> Names:
    """The names for one plan."""
    assets = lifecycle.map.assets if lifecycle else []
    values = {
        "metric": ground.metric_name,
        "metric_place": f" ({cited(ground.metric_evidence)})" if ground.metric_evidence else "",
        "model": _model(text, lifecycle),
        "alias": _alias(lifecycle),
        "registry": _registry(ground, assets),
        "cadence": "",
        "percentile": " and ".join(limits(ground)) or "p95",
        "owner": named(ground, "owner") or owner_of(ground, "model owner"),
        "approver": owner_of(ground, "approver"),
        "at_requirements": _requirements(lifecycle),
    }
    for key, (stage, form) in _PLACES.items():
        path = first_path(assets, stage)
        values[key] = form.format(path) if path else ""
    code = first_path(assets, "promotion")
    values["at_promotion_code"] = f" in {code}" if code.endswith(".py") else ""
    values["training_place"] = values["at_training"]
    values["promotion_place"] = values["at_promotion"]
    name = values["registry"]
    values["registry_sentence"] = f"{name[0].upper()}{name[1:]} holds the versions"
    values["form_sentence"] = _form(ground)
    return Names(values)


def first_path(assets: Sequence[Asset], stage: Stage) -> str:
    """The file where a stage's work is surest, "" where there is none."""
    mine = [one for one in assets if one.stage == stage and "{" not in one.path]
    own = re.compile(_OWN.get(stage, stage[:5]), re.IGNORECASE)
    mine.sort(
        key=lambda one: (
            _SIDE.search(one.path) is not None,
            own.search(one.path) is None,
            _RANK[one.confidence],
            not one.path.endswith(".py"),
            one.path,
        )
    )
    return mine[0].path if mine else ""


def by_place(assets: Sequence[Asset]) -> list[Asset]:
    """Assets with those of notebooks, demos and tests last, the surer before the unsure."""
    return sorted(
        assets, key=lambda one: (_SIDE.search(one.path) is not None, _RANK[one.confidence])
    )


def _model(text: str, lifecycle: Lifecycle | None) -> str:
    words = name_words()
    for match in re.finditer(words.model, text, re.IGNORECASE):
        said = [word for word in match["name"].lower().split() if word not in words.no_model]
        if said:
            return " ".join(said)
    return next(_registered(lifecycle), "served") if lifecycle else "served"


def _registered(lifecycle: Lifecycle) -> Iterator[str]:
    for call in lifecycle.facts.of(Call):
        value = call.argument("registered_model_name")
        if value is not None and value.string:
            yield value.string
    for fact in lifecycle.facts.of(Assignment):
        if fact.target.upper() in ("MODEL", "MODEL_NAME") and fact.value.string:
            yield fact.value.string


def _alias(lifecycle: Lifecycle | None) -> str:
    aliases = name_words().aliases
    if lifecycle is not None:
        for call in lifecycle.facts.of(Call):
            value = call.argument("alias", 1) if "alias" in call.name else None
            if value is not None and value.string and value.string.lower() in aliases:
                return value.string
    return aliases[0]


def _registry(ground: Ground, assets: Sequence[Asset]) -> str:
    words = name_words()
    place = ground.slot("registry")
    said = re.search(words.tool, place.text, re.IGNORECASE) if place else None
    if said:
        return words.registry[said["tool"].lower().replace(" ", "")]
    for asset in assets:
        if asset.stage in ("registry", "promotion") and asset.tool in words.registry:
            return words.registry[asset.tool]
    return "the model registry"


def _requirements(lifecycle: Lifecycle | None) -> str:
    names = ("requirements.txt", "pyproject.toml", "environment.yml", "conda.yaml")
    tracked = lifecycle.tracked if lifecycle else ()
    return next((f" in {name}" for name in names if name in tracked), "")


def _form(ground: Ground) -> str:
    return name_words().form[ground.form or "unknown"]
