"""`mlops-agent install`: put skill and agent where a client finds them."""

from __future__ import annotations

from pathlib import Path

import click

from mlops_agent.texts.installing import Copy, carry_out, plan_client, plan_skill

FOLDER = click.Path(file_okay=False, path_type=Path)
WORD = {"new": "write", "same": "keep", "differs": "replace"}


@click.command()
@click.option("--user", is_flag=True, help="Claude Code, for you: ~/.claude (the default).")
@click.option("--project", type=FOLDER, help="Claude Code, for one project: DIR/.claude.")
@click.option("--skills", type=FOLDER, help="A folder of Agent Skills: the skill alone.")
@click.option("--replace", is_flag=True, help="Overwrite files there that differ from ours.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, write nothing.")
def install(
    user: bool, project: Path | None, skills: Path | None, replace: bool, dry_run: bool
) -> None:
    """Copy the skill and the agent into a Claude Code or Agent Skills folder."""
    if sum([user, project is not None, skills is not None]) > 1:
        raise click.UsageError("choose one of --user, --project and --skills")
    copies = _plan(project, skills)
    if dry_run:
        for copy in copies:
            click.echo(f"{WORD[copy.state]:<8} {copy.target}")
        return
    written = carry_out(copies, replace=replace)
    for copy in written:
        click.echo(f"{'replaced' if copy.state == 'differs' else 'wrote':<9}{copy.target}")
    click.echo(f"{len(written)} file(s) written, {len(copies) - len(written)} already there.")


def _plan(project: Path | None, skills: Path | None) -> list[Copy]:
    if skills is not None:
        return plan_skill(skills)
    return plan_client(project / ".claude" if project else Path.home() / ".claude")
