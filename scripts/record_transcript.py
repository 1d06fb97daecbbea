"""Make a transcript of a finished run: `record_transcript.py RUN NAME --repository DIR`.

DIR holds the files that the run was made on; the run has to be made on the repository that
`record_transcript.py --commit DIR TO` makes of them, so that its base is the same everywhere.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib.metadata import version
from pathlib import Path

from mlops_agent.cli.run_report import exit_code
from mlops_agent.errors import MlopsAgentError
from mlops_agent.evaluation.fixtures import commit_fixture
from mlops_agent.evaluation.recording import record
from mlops_agent.journal.runs import find_run

TRANSCRIPTS = Path(__file__).resolve().parent.parent / "evals" / "transcripts"
ANSWERED = "answered over a loopback Messages API"


def main() -> int:
    """Do what the arguments say; 0, or 2 with one line where it can't be done."""
    arguments = _arguments()
    try:
        if arguments.commit:
            print(commit_fixture(arguments.commit, Path(arguments.run)))
            return 0
        run = Path(arguments.run)
        folder = TRANSCRIPTS / arguments.name
        played = record(
            run if run.is_dir() else find_run(arguments.run),
            folder,
            os.path.relpath(arguments.repository.resolve(), folder),
            arguments.provenance,
            {} if arguments.provenance != ANSWERED else {"anthropic": version("anthropic")},
            exit_code,
        )
    except MlopsAgentError as error:
        print(f"{error}" + (f"\n  {error.hint}" if error.hint else ""), file=sys.stderr)
        return int(error.exit_code)
    print(f"{folder}: {played.turns} turns, {played.calls} calls, {played.outcome}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", help="a run's id or folder; with --commit the folder to make")
    parser.add_argument("name", nargs="?", help="what the transcript is called")
    parser.add_argument("--repository", type=Path, help="the files that the run was made on")
    parser.add_argument("--provenance", default=ANSWERED, help="who or what decided")
    parser.add_argument("--commit", type=Path, metavar="DIR", help="make a repository of DIR")
    arguments = parser.parse_args()
    if not arguments.commit and not (arguments.name and arguments.repository):
        parser.error("a transcript needs a NAME and its --repository")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
