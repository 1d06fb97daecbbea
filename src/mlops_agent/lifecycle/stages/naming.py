"""What a file's own name says that it is for: the stages that whoever starts it means by it."""

from __future__ import annotations

import re

from mlops_agent.contracts.lifecycle import Stage

_TOKENS: dict[str, tuple[Stage, ...]] = {
    "retrain": ("retraining", "training"),
    "train": ("training",),
    "tune": ("training",),
    "tuning": ("training",),
    "fit": ("training",),
    "hpo": ("training",),
    "finetune": ("training",),
    "eval": ("evaluation",),
    "validat": ("evaluation", "data"),
    "compare": ("evaluation",),
    "metric": ("evaluation",),
    "promot": ("promotion",),
    "regist": ("registry",),
    "publish": ("registry", "deployment"),
    "predict": ("deployment",),
    "infer": ("deployment",),
    "serv": ("deployment",),
    "deploy": ("deployment", "promotion"),
    "scor": ("deployment", "evaluation"),
    "api": ("deployment",),
    "app": ("deployment",),
    "monitor": ("monitoring",),
    "drift": ("monitoring",),
    "feature": ("features",),
    "transform": ("features",),
    "preproc": ("data", "features"),
    "process": ("data", "features"),
    "prep": ("data", "features"),
    "ingest": ("data", "features"),
    "split": ("data",),
    "extract": ("data",),
    "download": ("data",),
    "load": ("data",),
    "clean": ("data", "features"),
    "data": ("data",),
    "etl": ("data", "features"),
}
"""Beginnings of words, with the stages that they speak of."""
_WORD = re.compile(r"[a-z]+")
_FEW = 2


def meant_stages(path: str, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """Of a file's stages, those that starting it is about.

    Those that its name speaks of; without a telling name all if they are few, else training.
    """
    for word in words_of(path.rpartition("/")[2].partition(".")[0]):
        for token, spoken in _TOKENS.items():
            if word.startswith(token):
                found: tuple[Stage, ...] = tuple(s for s in stages if s in spoken)
                if found:
                    return found
    if len(stages) <= _FEW or "training" not in stages:
        return stages
    return ("training",)


def words_of(name: str) -> list[str]:
    """The words of a name in any of the usual spellings, in small letters."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return _WORD.findall(spaced)
