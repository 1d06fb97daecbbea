"""The loop: ask the driver, journal its turn, run its calls, check limits, repeat.

It knows no driver and no tool by name. A turn is on disk before any of its calls acts, a call's
start before it acts, its finish before the driver hears of it.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from mlops_agent.contracts.journal import (
    CallFinished,
    CallStarted,
    Prompted,
    ToolResult,
    TurnDecided,
)
from mlops_agent.distrust.hidden import made_visible
from mlops_agent.drivers.base import Driver, Exchange, Turn
from mlops_agent.engine.calls import Ready, batches, failed, prepare
from mlops_agent.engine.limits import Meter
from mlops_agent.engine.progress import Watcher, acted, acting, decided
from mlops_agent.engine.stuck import NUDGE, NUDGE_AFTER, Step, Verdict, judge, step, steps
from mlops_agent.engine.toolbox import Toolbox
from mlops_agent.errors import LimitReachedError
from mlops_agent.tools.base import ToolError
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.desk import Desk
from mlops_agent.workspace.stamp import Stamp, stamp

MAX_BAD_TURNS = 3
THREADS = 8


class StuckError(LimitReachedError):
    """The driver goes round in circles or makes no usable turn."""


class Loop:
    """Runs one driver with one set of tools until the desk holds an ending.

    `watcher` hears of each turn before it acts, and of each result.
    """

    def __init__(
        self,
        driver: Driver,
        tools: Toolbox,
        context: ToolContext,
        desk: Desk,
        meter: Meter,
        watcher: Watcher,
    ) -> None:
        self._driver = driver
        self._tools = tools
        self._context = context
        self._desk = desk
        self._meter = meter
        self._watcher = watcher
        self._done: list[Step] = []
        self._this_turn: set[Step] = set()
        self._bad_turns = 0
        self._tree = ""
        self._stamp: Stamp | None = None

    def run(self, history: list[Exchange], begun: Exchange | None = None) -> None:
        """Go on from a history; `begun` is a turn of which only some calls have finished.

        Raises LimitReachedError (StuckError among them), and what a driver or a tool raises that
        is no word to the driver.
        """
        self._done = steps(history)
        if begun is not None:
            history.append(self._act(begun))
        while self._desk.ending is None:
            self._meter.check_turn()
            turn = self._driver.decide(history)
            self._note(turn)
            history.append(self._act(Exchange(turn, ())))

    def _note(self, turn: Turn) -> None:
        """Book a turn and put it on disk, before any of its calls acts."""
        if turn.prompt is not None:
            self._context.append(Prompted, prompt=turn.prompt)
        self._meter.turns += 1
        self._meter.count_reply(turn.reply)
        self._context.append(
            TurnDecided,
            turn=self._meter.turns,
            text=turn.text,
            calls=list(turn.calls),
            reply=turn.reply,
        )
        self._watcher(decided(turn, self._meter))

    def _act(self, begun: Exchange) -> Exchange:
        """Run the calls of a turn that have no result yet; stop early when one ends the run."""
        self._this_turn.clear()
        results = {result.call: result for result in begun.results}
        ready = [prepare(c, self._tools) for c in begun.turn.calls if c.id not in results]
        self._count_bad(ready, waits=begun.turn.waits)
        for batch in batches(ready):
            self._meter.check_tool()
            for result in self._together(batch):
                results[result.call] = result
            if self._desk.ending is not None:
                break
        order = [results[call.id] for call in begun.turn.calls if call.id in results]
        return Exchange(begun.turn, tuple(order))

    def _together(self, batch: list[Ready]) -> list[ToolResult]:
        """Run calls side by side; their results are journaled and returned in call order."""
        for ready in batch:
            self._context.append(CallStarted, call=ready.call.id)
            self._watcher(acting(ready.call))
        if len(batch) == 1:
            return [self._finish(batch[0], self._run(batch[0]))]
        with ThreadPoolExecutor(THREADS) as pool:
            results = list(pool.map(self._run, batch))
        return [self._finish(*pair) for pair in zip(batch, results, strict=True)]

    def _run(self, ready: Ready) -> ToolResult:
        if ready.tool is None or ready.values is None:
            return failed(ready.call, ready.problem)
        begun = time.monotonic()
        try:
            result = ready.tool.run(ready.call.id, ready.values, self._context)
        except ToolError as error:
            result = failed(ready.call, str(error))
        # The one place that every answer passes on its way to journal, driver and watcher.
        text = made_visible(self._context.redactor.text(result.text))
        seconds = round(time.monotonic() - begun, 3)
        return result.model_copy(update={"text": text, "seconds": seconds})

    def _finish(self, ready: Ready, result: ToolResult) -> ToolResult:
        """Journal a result, with the tree it left and a nudge where it repeats itself."""
        if not ready.parallel or not self._tree:
            self._look()
        result = result.model_copy(update={"tree_hash": self._tree})
        verdict = self._judge(step(ready.call, result))
        if verdict == "nudge":
            nudged = result.text + NUDGE.format(times=NUDGE_AFTER)
            result = result.model_copy(update={"text": nudged})
        self._context.append(CallFinished, result=result)
        self._meter.count_call(result.seconds)
        self._watcher(acted(result))
        if verdict == "stop":
            raise StuckError(f"the driver repeats {ready.call.tool} and learns nothing new")
        return result

    def _look(self) -> None:
        """Take the worktree's tree, where it may differ from the one taken last."""
        worktree = self._context.worktree
        # Before the tree is taken: what changes meanwhile must show the next time.
        now = stamp(worktree.path)
        if now is None or now != self._stamp:
            self._tree = worktree.tree_hash()
        self._stamp = now

    def _judge(self, now: Step) -> Verdict:
        if now in self._this_turn:
            return "fine"
        self._this_turn.add(now)
        self._done.append(now)
        return judge(self._done)

    def _count_bad(self, ready: list[Ready], *, waits: bool) -> None:
        if waits:
            return
        bad = not ready or any(one.problem for one in ready)
        self._bad_turns = self._bad_turns + 1 if bad else 0
        if self._bad_turns >= MAX_BAD_TURNS:
            why = next((one.problem for one in ready if one.problem), "it made no call")
            raise StuckError(f"the driver made {MAX_BAD_TURNS} turns that can't be used: {why}")
