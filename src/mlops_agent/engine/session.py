"""One sitting of a run: its parts wired together, the loop, and an orderly end whatever happens.

However the run stops, the run's folder gets trees, patch and report. Only an interrupt leaves the
journal without a last line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlops_agent.contracts.journal import (
    CallFinished,
    RepositoryChanged,
    RunEnded,
    RunStarted,
)
from mlops_agent.contracts.progress import AnyProgress, Ended, Noted
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.routing import Routing
from mlops_agent.drivers.base import Briefing, Driver, Exchange, Routes
from mlops_agent.engine.calls import failed
from mlops_agent.engine.delivering import deliver
from mlops_agent.engine.history import INTERRUPTED, UNREPEATABLE, Past, read_past
from mlops_agent.engine.limits import Meter
from mlops_agent.engine.loop import Loop
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.outcome import compose
from mlops_agent.engine.progress import Watcher
from mlops_agent.engine.rebuilding import bytes_in
from mlops_agent.engine.routing import ending_of, is_open, route_run
from mlops_agent.engine.scope import Scope
from mlops_agent.engine.toolbox import notes, toolbox
from mlops_agent.engine.veiling import run_redactor
from mlops_agent.errors import (
    BadInputError,
    DeclinedError,
    LimitReachedError,
    MlopsAgentError,
)
from mlops_agent.journal.reading import read_journal
from mlops_agent.journal.writing import Journal
from mlops_agent.report.checker import check_report
from mlops_agent.report.checkouts import check_out_tree
from mlops_agent.report.commands import commands_of
from mlops_agent.report.evidence import Evidence, sha256
from mlops_agent.report.exhibits import Exhibits
from mlops_agent.report.ledger import Ledger
from mlops_agent.report.packets import settled
from mlops_agent.report.rendering import markdown, message, message_file
from mlops_agent.report.repeated import asked_in
from mlops_agent.report.unfinished import REFUSED, REPORT, UNFINISHED, parts_of
from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.sandbox.policy.exact import allowed_words
from mlops_agent.sandbox.secrets.records import redacted
from mlops_agent.sandbox.veiled import VeiledSandbox
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.desk import Desk, Ending
from mlops_agent.tools.survey import Survey
from mlops_agent.workspace.removing import remove_tree
from mlops_agent.workspace.snapshot import PATCH, propose, write_trees
from mlops_agent.workspace.witness import differences, kept, look_at
from mlops_agent.workspace.worktree import Worktree

REPORT_JSON = "report.json"
REPORT_MD = "report.md"
UNREADABLE = "the worktree can't be read any more; the change is as it was seen last"
_BASE = "base"


class Session:
    """The parts of one run: worktree, sandbox, journal, scope, tools.

    `past` is what the journal told when the run was taken up again.
    """

    def __init__(
        self,
        started: RunStarted,
        worktree: Worktree,
        sandbox: Sandbox,
        journal: Journal,
        options: RunOptions,
        watcher: Watcher,
        past: Past | None = None,
    ) -> None:
        self._started = started
        self._worktree = worktree
        self._journal = journal
        self._options = options
        self._watcher = watcher
        self._past = past
        self._folder = worktree.run_folder
        self._scope = Scope(
            started.request, self._lines_elsewhere, past.declarations if past else ()
        )
        self._desk = Desk(
            request=started.request,
            survey=Survey(self._base_folder, asked_in(started.request)),
            accept=self._scope.accept,
            answers=dict(past.answers if past else started.request.answers),
            handoffs=dict(past.handoffs) if past else {},
        )
        self._redactor = run_redactor(worktree.trees, worktree.path)
        self._context = ToolContext(
            worktree=worktree,
            sandbox=VeiledSandbox.over(sandbox, self._redactor),
            redactor=self._redactor,
            allowed=allowed_words(started.allowed),
            run_folder=self._folder,
            append=journal.append,
            allow_edit=self._scope.allow_edit,
            scan=lambda: self._desk.survey.scan,
            tell=lambda text: watcher(Noted(text=text)),
        )
        self._meter = Meter(options.limits)
        self._shown = Exhibits()
        self._open = True

    def go(self, driver: Driver, *opening: AnyProgress) -> RunResult:
        """Run the driver to its end and return the checked result, which is on disk by then.

        `opening` is told first: who interrupts the run at that finds a complete folder already.
        Raises what stopped the run, where that was neither its driver's decision nor a limit; the
        folder is complete then too, and the result says "stopped".
        """
        try:
            for event in opening:
                self._watcher(event)
            return self._go(driver)
        except (KeyboardInterrupt, Exception) as error:
            if self._open:
                why = "interrupted" if isinstance(error, KeyboardInterrupt) else str(error)
                self._write(self._result(Ending("stopped", why=why)))
            raise
        finally:
            # A run that goes on later makes it anew from its own trees.
            self._worktree.remove()
            remove_tree(self._folder / _BASE)

    def _go(self, driver: Driver) -> RunResult:
        trouble: MlopsAgentError | None = None
        try:
            ending = self._loop(driver)
        except LimitReachedError as error:
            ending = Ending("stopped", why=str(error))
        except DeclinedError as error:
            ending = Ending("declined", why=str(error))
        except MlopsAgentError as error:
            ending, trouble = Ending("stopped", why=str(error)), error
        result, undelivered = self._close(ending)
        for error in (trouble, undelivered):
            if error is not None:
                raise error
        return result

    def _loop(self, driver: Driver) -> Ending:
        routing = self._route(driver.routes)
        ending = ending_of(routing) if routing else None
        if ending is not None:
            self._desk.ending = ending
            return ending
        history, begun = self._take_up() if self._past else ([], None)
        tools = toolbox(self._desk)
        prompt = self._past.prompt if self._past else None
        blank = self._redactor.text
        request, survey = self._started.request, self._desk.survey
        driver.begin(Briefing(request, survey, notes(tools), prompt, blank, routing))
        loop = Loop(driver, tools, self._context, self._desk, self._meter, self._watcher)
        loop.run(history, begun)
        assert self._desk.ending is not None
        note = driver.finish(history)
        if note:
            self._watcher(Noted(text=note))
        return self._desk.ending

    def _route(self, routes: Routes) -> Routing | None:
        """Whose work the request is, as the run's journal has it or computed now."""
        if routes == "all":
            return None
        known = self._past.routing if self._past else None
        if known is not None and not is_open(known, self._desk.answers):
            return known
        return route_run(self._desk, self._context, routes)

    def _take_up(self) -> tuple[list[Exchange], Exchange | None]:
        """The history to go on from; calls that may have acted unseen get a result that says so."""
        past = self._past
        assert past is not None
        self._meter.turns = len(past.history) + (past.begun is not None)
        self._meter.seconds_before = past.seconds
        self._meter.replies = list(past.replies)
        for exchange in [*past.history, *([past.begun] if past.begun else [])]:
            inputs = {call.id: call.input for call in exchange.turn.calls}
            for result in exchange.results:
                self._meter.count_call(result.seconds)
                self._desk.refused_reports += (
                    result.tool == REPORT and not result.ok and result.text.startswith(REFUSED)
                )
                if result.ok and result.tool in {"Read", "Edit", "Write"}:
                    self._note_seen(str(inputs[result.call].get("path", "")), result.tree_hash)
        return past.history, self._mark_lost(past.begun, past.lost)

    def _mark_lost(self, begun: Exchange | None, lost: list[str]) -> Exchange | None:
        if begun is None:
            return None
        results = list(begun.results)
        for call in begun.turn.calls:
            if call.id in lost and call.tool in UNREPEATABLE:
                tree = self._worktree.tree_hash()
                result = failed(call, INTERRUPTED).model_copy(update={"tree_hash": tree})
                self._journal.append(CallFinished, result=result)
                results.append(result)
        return Exchange(begun.turn, tuple(results))

    def _note_seen(self, path: str, tree: str) -> None:
        # Not as it is now: a command may have changed it after it was read.
        data = bytes_in(self._worktree, tree, path)
        if data is not None:
            self._context.note_seen(path, data)

    def _close(self, ending: Ending) -> tuple[RunResult, BadInputError | None]:
        """End the run; the error says why a verified change could not be delivered."""
        result, undelivered = self._result(ending), None
        try:
            result = deliver(result, self._worktree, self._options.delivery)
        except BadInputError as error:
            undelivered = error
        written = self._write(result)
        self._journal.append(
            RunEnded,
            outcome=result.outcome,
            why=result.why,
            proposed_commit=self._worktree.trees.commit("proposed"),
            proposed_tree=self._worktree.trees.hash("proposed"),
            report_sha256=sha256(written),
        )
        self._open = False
        self._watcher(Ended(result=result))
        return result, undelivered

    def _recorded(self, ending: Ending) -> Ending:
        """Record the change; a worktree that can't be read any more counts as it was seen last."""
        try:
            write_trees(self._folder, self._worktree)
        except (MlopsAgentError, OSError, RecursionError) as error:
            seen = read_past(read_journal(self._folder)).tree_hash
            propose(self._folder, seen or self._worktree.trees.hash("base"))
            why = ending.why if ending.outcome == "stopped" else f"{UNREADABLE}: {error}"
            return Ending("stopped", why=why)
        return ending

    def _result(self, ending: Ending) -> RunResult:
        ending = self._recorded(ending)
        self._look_back()
        result = compose(
            self._started,
            ending,
            self._scope.declarations,
            self._desk,
            self._worktree.trees.diff(),
            self._meter.usage(),
            self._folder,
        )
        evidence = Evidence.of_run(self._folder, self._desk.survey.scanned)
        self._shown = Exhibits.of_evidence(evidence)
        update: dict[str, Any] = {
            "routing": evidence.ledger.routing,
            "handoffs": settled(result.handoffs, evidence),
            "noticed": evidence.ledger.noticed,
            "hidden_text": list(evidence.scan.hidden),
            "injections_seen": list(evidence.scan.seen),
            "redactions": evidence.ledger.redactions,
            "commands": commands_of(evidence.ledger),
        }
        if ending.outcome in UNFINISHED:
            update |= parts_of(evidence, str(self._folder / PATCH))
        result = redacted(result.model_copy(update=update), self._redactor)
        # What the check tells of the record may hold what only this environment knows.
        return redacted(check_report(result, evidence), self._redactor)

    def _look_back(self) -> None:
        """Journal what is another in the user's git folder than when the run began."""
        before = kept(self._folder)
        if before is None:
            return
        now = differences(before, look_at(self._worktree.repository))
        if now != Ledger(read_journal(self._folder)).noticed:
            self._journal.append(RepositoryChanged, differences=now)

    def _write(self, result: RunResult) -> bytes:
        data = result.to_json().encode()
        (self._folder / REPORT_JSON).write_bytes(data)
        shown = self._shown
        (self._folder / REPORT_MD).write_text(markdown(result, shown), encoding="utf-8")
        for number, packet in enumerate(result.handoffs, start=1):
            file = self._folder / message_file(number, packet)
            file.parent.mkdir(exist_ok=True)
            file.write_text(message(packet), encoding="utf-8")
        return data

    def _lines_elsewhere(self, path: str) -> int:
        changes = self._worktree.changes()
        return sum(one.added + one.removed for one in changes if one.path != path)

    def _base_folder(self) -> Path:
        """A folder with the base tree, kept apart from the worktree, which changes."""
        folder = self._folder / _BASE
        # A process that was killed may have left half of it.
        remove_tree(folder)
        check_out_tree(self._worktree.trees, "base", folder)
        return folder
