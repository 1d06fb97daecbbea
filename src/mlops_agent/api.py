"""The Python face: each public function with the records that the command line prints."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_agent.contracts.bundle import Plan
    from mlops_agent.contracts.finding import Audit
    from mlops_agent.contracts.gates import Clarification, Mode
    from mlops_agent.contracts.lifecycle import LifecycleMap
    from mlops_agent.contracts.report import RunResult
    from mlops_agent.contracts.request import Request
    from mlops_agent.contracts.routing import Route
    from mlops_agent.drivers.base import Driver
    from mlops_agent.engine.options import RunOptions
    from mlops_agent.engine.watching import Watched
    from mlops_agent.handoffs.routing import Advisor


def map_repository(repo: str | Path = ".") -> LifecycleMap:
    """Map how a model gets from data to production in a git repository.

    Args:
        repo: the repository's folder, or one inside it.

    Raises:
        NotARepositoryError: it is no git repository with a commit to read.
        BadInputError: its mlops-agent.yaml cannot be used.
    """
    from mlops_agent.lifecycle.reading import read_lifecycle
    from mlops_agent.sandbox.secrets.records import redacted
    from mlops_agent.sandbox.secrets.redactor import Redactor

    return redacted(read_lifecycle(Path(repo)).map, Redactor())


def audit(repo: str | Path = ".") -> Audit:
    """List the risks on that way, with suppressed ones marked; raises as `map_repository`."""
    from mlops_agent.lifecycle.git import open_root
    from mlops_agent.lifecycle.reading import read_lifecycle
    from mlops_agent.risks.auditing import audit_lifecycle
    from mlops_agent.settings import load_settings

    # The settings lie at the root, also where a folder inside is given.
    root = open_root(Path(repo))
    settings = load_settings(root)
    return audit_lifecycle(read_lifecycle(root, settings=settings), settings)


def check(run_folder: str | Path, *, rerun: bool = False) -> RunResult:
    """Check a run's report against its journal and trees, from the run's folder alone.

    Args:
        run_folder: the folder of the run.
        rerun: run every command and probe of the report again, in the sandbox.

    Raises:
        BadInputError: the folder holds no run, or its journal's chain is broken.
        SandboxUnavailableError: `rerun` is asked for and commands cannot be confined here.
    """
    from mlops_agent.report.rechecking import check_run

    return check_run(Path(run_folder), rerun=rerun)


def route(
    text: str,
    repo: str | Path | None = None,
    *,
    request: Request | None = None,
    advisor: Advisor | None = None,
) -> Route:
    """Decide whose work a request is, and pack what is another owner's.

    Args:
        text: the request in plain words.
        repo: a repository whose roster counts and whose map tells receivers what they need; the
            standard roster where None.
        request: the caller's context, scope and answers; its text is replaced.
        advisor: who is asked about what the words leave uncertain, such as `ModelAdvisor`; nobody
            where None.

    Raises:
        BadInputError: the text is empty, no text or over 200 KB, the repository cannot be read, or
            its roster cannot be used.
    """
    from mlops_agent.boundary.accepting import checked_text
    from mlops_agent.handoffs.routing import routed

    asked = _asked(checked_text(text, source="the request"), request)
    if repo is None:
        return routed(asked, advisor=advisor)
    from mlops_agent.handoffs.roster import roster_of
    from mlops_agent.lifecycle.git import open_root
    from mlops_agent.settings import load_settings

    root = open_root(Path(repo))
    return routed(asked, roster_of(load_settings(root)), root, advisor)


def clarify(
    text: str,
    repo: str | Path | None = None,
    *,
    mode: Mode = "guided",
    answers: Mapping[str, str] | None = None,
) -> Clarification:
    """Say what is known of the nine gates, what guided mode asks, and what is assumed.

    Args:
        text: the request in plain words.
        repo: a repository that may answer by itself; none where None.
        mode: "guided" asks at most eight questions, "one-shot" none.
        answers: by the id of a question, by gate or by `gate.need`.

    Raises:
        NotOursError: the work is another owner's or nobody's. Where that is unclear, the questions
            are those that settle it.
        BadInputError: the text, the repository or an answer cannot be used.
    """
    from mlops_agent.errors import NotOursError
    from mlops_agent.workflow.opening import open_request

    opened = open_request(text, Path(repo) if repo is not None else None, answers)
    if opened.decision in ("handoff", "decline"):
        whose = ", ".join(opened.routing.targets) or "nobody's"
        raise NotOursError(f"nothing to ask: the work is {whose}", "`mlops-agent route` says why")
    return opened.clarified(mode, answers)


def plan(
    text: str,
    repo: str | Path | None = None,
    *,
    mode: Mode = "guided",
    answers: Mapping[str, str] | None = None,
) -> Plan:
    """Plan a model's production life: ten gates, each threshold with where it comes from.

    Args:
        text: the request in plain words.
        repo: the model's repository, whose map and findings the plan stands on; none where None.
        mode: "guided" leaves what nobody answered as open questions, "one-shot" as assumptions.
        answers: by question, gate or `gate.need`, as `clarify` lists them.

    Raises:
        NotOursError: the work is another owner's, nobody's, or unclear.
        BadInputError: the text, the repository or an answer cannot be used.
    """
    from mlops_agent.errors import NotOursError
    from mlops_agent.sandbox.secrets.records import redacted
    from mlops_agent.sandbox.secrets.redactor import Redactor
    from mlops_agent.workflow.opening import open_request
    from mlops_agent.workflow.planning import plan_opened

    opened = open_request(text, Path(repo) if repo is not None else None, answers)
    if opened.decision in ("handoff", "clarify", "decline"):
        whose = ", ".join(opened.routing.targets) or "nobody's, as far as the words tell"
        raise NotOursError(f"nothing to plan: the work is {whose}", "`mlops-agent route` says why")
    return redacted(plan_opened(opened, mode, answers or {}), Redactor().of_environment(os.environ))


def run(
    text: str,
    repo: str | Path = ".",
    *,
    request: Request | None = None,
    options: RunOptions | None = None,
    driver: Driver | None = None,
) -> RunResult:
    """Do what a request asks in a git repository, and return the checked report.

    The repository is not written to, unless `options.delivery` says where a verified change goes.

    Args:
        text: the request in plain words.
        repo: the repository's folder, or one inside it.
        request: the caller's scope (boundary, paths, budget, answers); its text is replaced.
        options: driver, model, limits, sandbox and delivery.
        driver: a driver of the caller's own; it takes the place of the one in `options`.

    Raises:
        BadInputError: the request, the repository or an option cannot be used.
        SandboxUnavailableError: commands cannot be confined here.
        RepositoryBusyError: another run holds the repository.
    """
    from mlops_agent.engine.options import RunOptions
    from mlops_agent.engine.running import run_request

    return run_request(_asked(text, request), Path(repo), options or RunOptions(), driver=driver)


def watch(
    text: str,
    repo: str | Path = ".",
    *,
    request: Request | None = None,
    options: RunOptions | None = None,
    driver: Driver | None = None,
) -> Watched:
    """Do what a request asks, as `run` does, and iterate over its events while it works.

        with mlops_agent.watch("Make a failing evaluation stop the promotion.") as events:
            for event in events:
                print(event.kind)

    The last event is `Ended`, with the result. The run works on a thread of its own; what it raises
    is raised by the iteration, with what is listed at `run` among it. Leaving the block early
    interrupts the run, which ends in order and can be resumed.
    """
    from mlops_agent.engine.options import RunOptions
    from mlops_agent.engine.running import run_request
    from mlops_agent.engine.watching import Watched

    asked, chosen = _asked(text, request), options or RunOptions()
    return Watched(lambda watcher: run_request(asked, Path(repo), chosen, watcher, driver))


def _asked(text: str, request: Request | None) -> Request:
    from mlops_agent.contracts.request import Request

    return Request.model_validate({**(dict(request) if request else {}), "text": text})
