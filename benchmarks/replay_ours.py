"""Contestant: our strict replay of one transcript, many times, in worker processes.

    python benchmarks/replay_ours.py TRANSCRIPT SAMPLES JOBS

Prints a line of JSON: samples, wall and CPU seconds of the replays, imports not counted.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from mlops_agent.cli.run_report import exit_code
from mlops_agent.evaluation.playing import play_all
from mlops_agent.evaluation.transcripts import load_transcript


def main() -> None:
    """Play the transcript as often as asked and print what it took."""
    transcript, samples, jobs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    cpu, wall = _cpu(), time.perf_counter()
    played = list(play_all([load_transcript(transcript)] * samples, jobs, exit_code))
    took = time.perf_counter() - wall, _cpu() - cpu
    diverged = [one.divergence for one in played if one.divergence]
    assert not diverged, diverged[0]
    assert not {"anthropic", "httpx2"} & set(sys.modules)
    print(json.dumps({"samples": samples, "wall": took[0], "cpu": took[1], "right": 1.0}))


def _cpu() -> float:
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main()
