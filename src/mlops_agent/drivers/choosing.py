"""Which driver and model a run takes, and why; the operator's word counts, never the repository's.

A model driver is taken only where it is named: private code leaves the machine on an explicit word,
and a key that happens to be in the environment is none.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_agent.errors import BadInputError
from mlops_agent.settings.home import VARIABLE, operator_file

if TYPE_CHECKING:
    from mlops_agent.contracts.request import Request
    from mlops_agent.drivers.anthropic.models import Model
    from mlops_agent.drivers.base import Driver
    from mlops_agent.settings.operator import Operator

DRIVERS = ("anthropic", "offline", "replay")
MODEL_DRIVERS = frozenset({"anthropic"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A driver's name, and why it was taken.

    `model` is the one that it asks, None for drivers without one. `max_usd` bounds the run.
    """

    name: str
    why: str
    model: Model | None = None
    max_usd: float | None = None


def choose(driver: str, model: str = "", max_usd: float | None = None) -> Choice:
    """Turn the words of `--driver`, `--model` and `--max-usd` into a choice.

    `auto` asks MLOPS_AGENT_DRIVER, then the operator's configuration, else offline. A model driver
    takes model and limit from the configuration where none is given.

    Raises BadInputError for a driver that this version does not have, for a model or a limit where
    the driver asks none, and for a limit where the model has no price.
    """
    from mlops_agent.settings.operator import load_operator

    operator = load_operator()
    choice = _auto(operator) if driver == "auto" else Choice(driver, "named with --driver")
    if choice.name not in DRIVERS:
        raise BadInputError(
            f"this version has no driver {choice.name!r}",
            f"the drivers are: auto, {', '.join(DRIVERS)}",
        )
    if choice.name in MODEL_DRIVERS:
        limit = operator.max_usd if max_usd is None else max_usd
        return _with_model(choice, model or operator.model, limit, operator)
    return _without_model(choice, model, max_usd)


def choose_again(choice: Choice, model: str, max_usd: float | None) -> Choice:
    """The choice of a run that is taken up, with the model and the limit that hold from here on.

    Raises BadInputError as `choose`, and for a driver that only its caller has.
    """
    if choice.name not in DRIVERS:
        raise BadInputError(
            f"this version has no driver {choice.name!r}",
            "only the program that started the run can take it up",
        )
    if choice.name in MODEL_DRIVERS:
        from mlops_agent.settings.operator import load_operator

        return _with_model(choice, model, max_usd, load_operator())
    return _without_model(choice, model, max_usd)


def make(choice: Choice, request: Request, recording: Path | None) -> Driver:
    """Make the driver that was chosen; `recording` is the journal that `replay` plays back.

    Raises BadInputError when replay has no journal to play or it can't be read.
    """
    if choice.model is not None:
        from mlops_agent.drivers.anthropic.driver import AnthropicDriver

        return AnthropicDriver(choice.model)
    if choice.name == "replay":
        from mlops_agent.drivers.replay import ReplayDriver
        from mlops_agent.journal.reading import read_journal
        from mlops_agent.settings.operator import load_operator

        if recording is None:
            raise BadInputError("the replay driver needs a journal", "name it with --journal FILE")
        return ReplayDriver(read_journal(recording), load_operator().cards())
    from mlops_agent.drivers.offline import OfflineDriver
    from mlops_agent.risks.catalogue import RULES

    return OfflineDriver(request, RULES)


def _auto(operator: Operator) -> Choice:
    named = os.environ.get(VARIABLE, "")
    if named:
        return Choice(named, f"named in {VARIABLE}")
    if operator.driver:
        return Choice(operator.driver, f"named in {operator_file()}")
    return Choice("offline", f"no driver is named, here or in {VARIABLE}")


def _with_model(choice: Choice, name: str, max_usd: float | None, operator: Operator) -> Choice:
    from mlops_agent.drivers.anthropic.models import resolve

    model = resolve(name, operator.aliases, operator.cards())
    if max_usd is not None:
        if not (math.isfinite(max_usd) and max_usd > 0):
            raise BadInputError(f"--max-usd has to be more than 0, not {max_usd}")
        if not model.priced:
            raise BadInputError(
                f"the price of {model.name} is not known, so --max-usd can't be held",
                f'say what it costs in {operator_file()}: [models."{model.name}"] input and output',
            )
    return replace(choice, model=model, max_usd=max_usd)


def _without_model(choice: Choice, model: str, max_usd: float | None) -> Choice:
    for flag, given in (("--model", bool(model)), ("--max-usd", max_usd is not None)):
        if given:
            raise BadInputError(
                f"{flag} is for drivers that ask a model; this run's driver is {choice.name}"
                f" ({choice.why})",
                f"the drivers that ask a model: {', '.join(sorted(MODEL_DRIVERS))}",
            )
    return choice
