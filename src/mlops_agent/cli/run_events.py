"""`--format jsonl`: each event of a run as one JSON line, the result in the last.

Nothing is held back: a program that reads the lines sees each as soon as it happens.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

from mlops_agent.cli.surroundings import drop_output
from mlops_agent.contracts.progress import AnyProgress, Began, Ended


class JsonLines:
    """Writes events to standard output, or to a file; `run` and `folder` as `Progress` has them."""

    def __init__(self, output: Path | None) -> None:
        self._stream: BinaryIO = sys.stdout.buffer if output is None else output.open("wb")
        self._own = output is not None
        self.run = ""
        self.folder = ""

    def __call__(self, event: AnyProgress, /) -> None:
        """Write one event.

        Raises KeyboardInterrupt, which ends the run in order, when the reader has gone away.
        """
        if isinstance(event, Began):
            self.run, self.folder = event.run, event.folder
        try:
            self._stream.write(event.to_json(indent=None).encode())
            self._stream.flush()
        except BrokenPipeError:
            drop_output()
            if not isinstance(event, Ended):
                raise KeyboardInterrupt from None

    def stop(self) -> None:
        """Close the file, where there is one; twice is fine."""
        if self._own:
            self._stream.close()
