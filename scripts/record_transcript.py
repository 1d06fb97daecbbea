"""Make transcripts of finished runs, and keep them.

    record_transcript.py repository DIR TO            a repository of DIR's files, to run on
    record_transcript.py record RUN NAME --files DIR  a transcript of a run made on such a one
    record_transcript.py renew NAME...                after prompts or tool texts were changed

The repository's commit is the same everywhere. Renewing keeps the replies and makes requests and
results anew; what comes of it is read in git before it is committed.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from mlops_agent.cli.run_report import exit_code
from mlops_agent.contracts.evaluation import PlayedTranscript
from mlops_agent.errors import MlopsAgentError
from mlops_agent.evaluation.fixtures import commit_fixture
from mlops_agent.evaluation.recording import record, renew
from mlops_agent.journal.runs import find_run

TRANSCRIPTS = Path(__file__).resolve().parent.parent / "evals" / "transcripts"
ANSWERED = "answered over a loopback Messages API"


def main() -> int:
    """Do what the arguments say; a mistake is one line and its exit code."""
    arguments = _arguments()
    try:
        if arguments.what == "repository":
            print(commit_fixture(arguments.files, arguments.to))
        elif arguments.what == "record":
            _record(arguments)
        else:
            for name in arguments.names:
                today = datetime.now(UTC).date()
                _tell(renew(TRANSCRIPTS / name, today, exit_code))
    except MlopsAgentError as error:
        print(f"{error}" + (f"\n  {error.hint}" if error.hint else ""), file=sys.stderr)
        return int(error.exit_code)
    return 0


def _record(arguments: argparse.Namespace) -> None:
    run, folder = Path(arguments.run), TRANSCRIPTS / arguments.name
    _tell(
        record(
            run if run.is_dir() else find_run(arguments.run),
            folder,
            os.path.relpath(arguments.files.resolve(), folder),
            arguments.provenance,
            {"anthropic": version("anthropic")},
            exit_code,
        )
    )


def _tell(played: PlayedTranscript) -> None:
    print(f"{played.name}: {played.turns} turns, {played.calls} calls, {played.outcome}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = parser.add_subparsers(dest="what", required=True)
    repository = kinds.add_parser("repository")
    repository.add_argument("files", type=Path, metavar="DIR")
    repository.add_argument("to", type=Path, metavar="TO")
    recording = kinds.add_parser("record")
    recording.add_argument("run", metavar="RUN", help="a run's id or folder")
    recording.add_argument("name", metavar="NAME")
    recording.add_argument("--files", type=Path, required=True, metavar="DIR")
    recording.add_argument("--provenance", default=ANSWERED, help="who or what decided")
    renewing = kinds.add_parser("renew")
    renewing.add_argument("names", nargs="+", metavar="NAME")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
