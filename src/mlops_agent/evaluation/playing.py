"""Many transcripts played back, each worker process taking one after the other.

A worker imports the program once and plays many. Results come in the order that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from mlops_agent.contracts.evaluation import PlayedTranscript
from mlops_agent.evaluation.replaying import Code, replay
from mlops_agent.evaluation.transcripts import Transcript


def play_all(
    transcripts: Sequence[Transcript], jobs: int, code: Code
) -> Iterator[PlayedTranscript]:
    """Play transcripts back, `jobs` at a time, each result as soon as it is next.

    `code` has to be a function of a module, since it is sent to the workers. Raises what
    `replay` raises.
    """
    # Also with one job: a replay sets the state folder of its process.
    with ProcessPoolExecutor(max_workers=max(1, min(jobs, len(transcripts)))) as pool:
        yield from pool.map(partial(replay, code=code), transcripts)
