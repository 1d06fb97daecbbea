"""`mlops-agent map`: show how a model gets from data to production in a repository."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("map")
@click.argument("repo", type=click.Path(path_type=Path), default=".")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to write the map.",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@click.option("-q", "--quiet", is_flag=True, help="Only the stages, one line each.")
@click.option("-v", "--verbose", is_flag=True, help="Every asset, edge and skipped file.")
def map_(repo: Path, form: str, output: Path | None, quiet: bool, verbose: bool) -> None:
    """Show how a model gets from data to production in REPO (default: here).

    Reads the files that git lists, runs nothing, and needs no network and no key.
    """
    from mlops_agent.lifecycle.git import open_root
    from mlops_agent.lifecycle.reading import read_lifecycle
    from mlops_agent.sandbox.secrets.records import redacted
    from mlops_agent.sandbox.secrets.redactor import Redactor
    from mlops_agent.settings.loading import load_settings

    top = open_root(repo)
    drawn = redacted(read_lifecycle(top, settings=load_settings(top)).map, Redactor())
    if form == "json":
        text = drawn.to_json()
    else:
        from mlops_agent.cli.map_view import view

        text = view(drawn, form, quiet=quiet, verbose=verbose)
    if output is None:
        click.echo(text, nl=False)
    else:
        from mlops_agent.errors import BadInputError

        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise BadInputError(f"cannot write {output}: {error.strerror or error}") from error
        click.echo(f"wrote {output}", err=True)
