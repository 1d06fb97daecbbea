"""A run on a thread of its own, its events handed to whoever iterates over them.

A consumer that leaves early interrupts the run as Ctrl-C would: it ends in order, its folder is
complete, its worktree and lock are gone. What the run raises is raised in the consumer.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Self

from mlops_agent.contracts.progress import AnyProgress, Began, Ended
from mlops_agent.contracts.report import RunResult
from mlops_agent.engine.progress import Watcher


class Watched:
    """The events of one run, oldest first; use it in a `with`, which starts and ends the run.

    Args:
        job: the run; it tells its events to the watcher that it is given.
    """

    def __init__(self, job: Callable[[Watcher], RunResult]) -> None:
        self._job = job
        self._queue: SimpleQueue[AnyProgress | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="mlops-agent-run", daemon=True)
        self._state = threading.Condition()
        self._begun = False
        self._over = False
        self._error: BaseException | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._interrupt()
        self._thread.join()

    def __iter__(self) -> Iterator[AnyProgress]:
        """Yield the events as they come, `Ended` last; raises what ended the run otherwise."""
        while (event := self._queue.get()) is not None:
            yield event
        # For whoever iterates once more.
        self._queue.put(None)
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        try:
            self._job(self._hear)
        except BaseException as error:
            self._error = error
        finally:
            self._note(begun=True, over=True)
            self._queue.put(None)

    def _hear(self, event: AnyProgress) -> None:
        self._note(begun=isinstance(event, Began), over=isinstance(event, Ended))
        self._queue.put(event)

    def _note(self, *, begun: bool, over: bool) -> None:
        with self._state:
            self._begun = self._begun or begun
            self._over = self._over or over
            self._state.notify_all()

    def _interrupt(self) -> None:
        """Raise KeyboardInterrupt in the run, unless it is over.

        Not before it has begun: what it makes until then is taken away only by its own hand. A
        call to the endpoint that is under way is waited for; commands are stopped at once.
        """
        with self._state:
            self._state.wait_for(lambda: self._begun)
            if not self._over:
                thread = ctypes.c_ulong(self._thread.ident or 0)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    thread, ctypes.py_object(KeyboardInterrupt)
                )
