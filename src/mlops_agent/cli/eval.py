"""`mlops-agent eval`: recorded runs listed, played back and exported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mlops_agent.contracts.evaluation import PlayedTranscript

FOLDER = "evals/transcripts"
_PLACE = click.Path(path_type=Path, file_okay=False)
_FOLDER_HELP = "The folder that holds the transcripts."


@click.group("eval")
def eval_() -> None:
    """Recorded runs as tests: list them, play them back, export one."""


@eval_.command("list")
@click.option("--folder", type=_PLACE, default=FOLDER, show_default=True, help=_FOLDER_HELP)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
def list_(folder: Path, form: str) -> None:
    """List the transcripts: where each comes from and what it has to come to."""
    from mlops_agent.contracts.evaluation import ListedTranscript, TranscriptList
    from mlops_agent.evaluation.transcripts import load_transcripts

    listed = TranscriptList(
        transcripts=[
            ListedTranscript(name=one.name, **one.about.model_dump())
            for one in load_transcripts(folder)
        ]
    )
    if form == "json":
        click.echo(listed.to_json(), nl=False)
        return
    for one in listed.transcripts:
        verified = ", verified" if one.expected.verified else ""
        click.echo(
            f"{one.name:24} {one.expected.turns:3} turns  {one.expected.outcome}{verified}; "
            f"{one.provenance}"
        )


@eval_.command("replay")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--folder", type=_PLACE, default=FOLDER, show_default=True, help=_FOLDER_HELP)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
def replay(names: tuple[str, ...], jobs: int, folder: Path, form: str) -> int:
    """Play transcripts back, all where none is named, with their tools run for real.

    Each in a repository and a state folder of its own; no model is asked. Exits with 1 when one
    of them is not as recorded, and says in which turn and field.
    """
    from mlops_agent.cli.run_report import exit_code
    from mlops_agent.contracts.evaluation import ReplayTable
    from mlops_agent.evaluation.playing import play_all
    from mlops_agent.evaluation.transcripts import load_transcripts
    from mlops_agent.exit_codes import ExitCode

    transcripts = load_transcripts(folder, names)
    played: list[PlayedTranscript] = []
    for one in play_all(transcripts, jobs, exit_code):
        played.append(one)
        if form == "text":
            click.echo(_row(one))
    if form == "json":
        click.echo(ReplayTable(transcripts=played).to_json(), nl=False)
    return int(ExitCode.FINDINGS if any(one.divergence for one in played) else ExitCode.DONE)


def _row(one: PlayedTranscript) -> str:
    blanked = ", ".join(f"{kind} {count}" for kind, count in one.blanked.items()) or "nothing"
    if one.divergence:
        return f"{one.name:24} DIVERGED  {one.divergence}"
    return (
        f"{one.name:24} {one.turns:3} turns {one.calls:3} calls  {one.outcome:9} "
        f"{one.seconds:6.2f} s  blanked out: {blanked}"
    )


@eval_.command("export")
@click.argument("run")
@click.option("--format", "form", type=click.Choice(("atif",)), default="atif", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
def export(run: str, form: str, output: Path | None) -> None:
    """Export RUN (a run's id, its folder or a journal) as an ATIF v1.7 trajectory."""
    from mlops_agent.errors import BadInputError
    from mlops_agent.evaluation.exporting import trajectory
    from mlops_agent.journal.reading import read_journal
    from mlops_agent.journal.runs import find_run

    place = Path(run)
    text = trajectory(read_journal(place if place.exists() else find_run(run))).to_json()
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"cannot write {output}: {error.strerror or error}") from error
    click.echo(f"wrote {output}", err=True)
