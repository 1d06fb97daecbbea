"""A request run from beginning to end, and a run that was cut off taken up again.

The user's repository is read and locked; what is written goes to the run's folder, until a verified
change is delivered where the operator said.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mlops_agent._version import __version__
from mlops_agent.boundary.accepting import checked_text
from mlops_agent.contracts.journal import Resumed, RunStarted
from mlops_agent.contracts.progress import Began, Noted
from mlops_agent.contracts.report import Base, Isolation, RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.drivers.base import Driver
from mlops_agent.drivers.choosing import Choice, choose, choose_again, make
from mlops_agent.engine.allowing import checked, reminder
from mlops_agent.engine.answering import check_first_answers, check_more_answers
from mlops_agent.engine.beginning import base_worktree, check_recordable, new_run_folder
from mlops_agent.engine.delivering import check_delivery
from mlops_agent.engine.history import Past, read_past, reopen
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.progress import Watcher, silent
from mlops_agent.engine.rebuilding import take_up_worktree
from mlops_agent.engine.session import Session
from mlops_agent.engine.uncommitted import roster_note
from mlops_agent.engine.veiling import veiled_answers, veiled_request
from mlops_agent.errors import BadInputError
from mlops_agent.journal.reading import read_journal
from mlops_agent.journal.runs import find_run
from mlops_agent.journal.writing import Journal
from mlops_agent.report.ledger import Ledger
from mlops_agent.sandbox.choosing import choose_kind
from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.sandbox.isolation import as_a_whole
from mlops_agent.workspace.lock import hold_repository
from mlops_agent.workspace.repository import open_repository

_RESUMABLE = frozenset({"stopped", "questions"})


def run_request(
    request: Request,
    repo: Path,
    options: RunOptions,
    watcher: Watcher = silent,
    driver: Driver | None = None,
) -> RunResult:
    """Do the whole job for a request on a repository, and return the checked result.

    `driver` is for callers that bring their own; else the options say which one is taken.

    Raises MlopsAgentError for what keeps the run from beginning or stops it on the way; in the
    second case the run's folder holds what there is.
    """
    checked_text(request.text, source="the request")
    request, blanked = veiled_request(request)
    allowed = checked(options.allowed)
    if driver is None:
        choice = choose(options.driver, options.model, options.limits.usd)
        driver = make(choice, request, options.recording)
    else:
        choice = Choice(driver.name, "given by the caller", max_usd=options.limits.usd)
    check_first_answers(request, choice.name, driver.routes)
    repository = open_repository(repo)
    repository.resolve(request.base)
    check_recordable(repository.root)
    check_delivery(repository, options.delivery)
    options = _limited(options, choice)
    sandbox = options.opened or Sandbox.open(choose_kind(options.sandbox), network=options.network)
    with (
        new_run_folder() as folder,
        hold_repository(repository.common_dir, folder.name),
        base_worktree(repository, request.base, folder) as worktree,
        Journal.create(folder, durable=options.durable) as journal,
    ):
        started = journal.append(
            RunStarted,
            run=folder.name,
            version=__version__,
            repository=str(repository.root),
            request=request,
            base=Base(commit=worktree.base_commit, left_out=list(worktree.left_out)),
            driver=choice.name,
            driver_why=choice.why,
            model=choice.model.name if choice.model else "",
            max_usd=choice.max_usd,
            isolation=sandbox.isolation,
            allowed=allowed,
        )
        aside = roster_note(repository.root, worktree.path)
        opening = (_began(started, folder, choice.why), *_noted(blanked), *_noted(aside))
        return Session(started, worktree, sandbox, journal, options, watcher).go(driver, *opening)


def resume_run(
    run: str, answers: dict[str, str], options: RunOptions, watcher: Watcher = silent
) -> RunResult:
    """Go on with a run that was cut off, hit a limit or asked questions.

    Raises BadInputError for a run that has come to its end, and as `run_request`.
    """
    folder, answers, allowed = find_run(run), veiled_answers(answers), checked(options.allowed)
    with Journal.open(folder) as journal:
        events = read_journal(folder)
        past, ledger = read_past(events), Ledger(events)
        _check_resumable(past)
        check_more_answers(events, past.answers, answers)
        reopen(past)
        past.answers |= answers
        choice = choose_again(
            Choice(past.started.driver, past.started.driver_why),
            options.model or past.model,
            options.limits.usd or past.max_usd,
        )
        model = choice.model.name if choice.model else ""
        now = {"model": model, "max_usd": choice.max_usd}
        started = past.started.model_copy(update=now)
        options = _limited(options, choice)
        driver = make(choice, started.request, options.recording)
        repository = open_repository(Path(started.repository))
        sandbox = _as_before(ledger.isolations[-1], options)
        so_far = as_a_whole([*ledger.isolations, sandbox.isolation])
        with hold_repository(repository.common_dir, folder.name):
            worktree = take_up_worktree(past, folder)
            journal.append(
                Resumed,
                lost=past.lost,
                answers=answers,
                isolation=sandbox.isolation,
                allowed=allowed,
                **now,
            )
            whole = {"isolation": so_far, "allowed": [*ledger.allowed, *allowed]}
            started = started.model_copy(update=whole)
            opening = (
                _began(started, folder, "the run is resumed"),
                *_noted(reminder(ledger.allowed)),
            )
            session = Session(started, worktree, sandbox, journal, options, watcher, past)
            return session.go(driver, *opening)


def _as_before(isolation: Isolation, options: RunOptions) -> Sandbox:
    """The sandbox of the sitting before, unless the operator says another; never a weaker one."""
    network = isolation.kind == "bubblewrap" and isolation.network
    return Sandbox.open(options.sandbox or isolation.kind, network=options.network or network)


def _limited(options: RunOptions, choice: Choice) -> RunOptions:
    return replace(options, limits=replace(options.limits, usd=choice.max_usd))


def _noted(text: str) -> tuple[Noted, ...]:
    return (Noted(text=text),) if text else ()


def _began(started: RunStarted, folder: Path, why: str) -> Began:
    return Began(
        run=folder.name,
        folder=str(folder),
        driver=started.driver,
        why=why,
        model=started.model,
        max_usd=started.max_usd,
    )


def _check_resumable(past: Past) -> None:
    if past.ended is None or past.ended.outcome in _RESUMABLE:
        return
    raise BadInputError(
        f"the run has come to its end ({past.ended.outcome})",
        f"its report: mlops-agent check {past.started.run}",
    )
