"""`mlops-agent audit`: the findings of a repository, in the format that the reader takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops_agent.contracts.finding import SEVERITIES

if TYPE_CHECKING:
    from mlops_agent.contracts.finding import Audit
    from mlops_agent.lifecycle.reading import Lifecycle
    from mlops_agent.settings import Settings

FORMATS = ("text", "json", "sarif", "github")
NEVER = "never"


@click.command("audit")
@click.argument("repo", default=".", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice((*SEVERITIES, NEVER)),
    default="error",
    show_default=True,
    help="The severity from which findings make the exit code 1.",
)
@click.option("--select", multiple=True, metavar="RULES", help="Only these rules, e.g. REG001,PIP.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Not these rules.")
@click.option(
    "--baseline", type=click.Path(path_type=Path), help="The file of findings accepted earlier."
)
@click.option("--update-baseline", is_flag=True, help="Write what is found now to the baseline.")
@click.option("--output", type=click.Path(path_type=Path), help="Write to a file.")
@click.option("-q", "--quiet", is_flag=True, help="Only the count of findings.")
@click.option("-v", "--verbose", is_flag=True, help="Trails, searches, suppressed findings.")
def audit(  # noqa: PLR0913, PLR0917  one parameter an option is how click works
    repo: Path,
    form: str,
    fail_on: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    baseline: Path | None,
    update_baseline: bool,
    output: Path | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """List the risks on a model's path to production in REPO, worst first.

    Exits with 1 if a finding is at or above --fail-on, else with 0.
    """
    from mlops_agent.exit_codes import ExitCode
    from mlops_agent.lifecycle.git import open_root
    from mlops_agent.risks.auditing import audit_repository, stands
    from mlops_agent.risks.baseline import baseline_path, write_baseline
    from mlops_agent.settings import load_settings

    root = open_root(repo)
    settings = _narrowed(load_settings(root), select, ignore)
    accepted = baseline_path(root, settings, baseline, needed=update_baseline)
    lifecycle, result = audit_repository(root, settings, accepted)
    if update_baseline and accepted is not None:
        write_baseline(accepted, result.findings)
        lifecycle, result = audit_repository(root, settings, accepted)
    _put(_rendered(lifecycle, result, form, quiet, verbose), output)
    failed = any(stands(result, severity) for severity in SEVERITIES if severity == fail_on)
    return int(ExitCode.FINDINGS if failed else ExitCode.DONE)


def _narrowed(settings: Settings, select: tuple[str, ...], ignore: tuple[str, ...]) -> Settings:
    return settings.model_copy(
        update={
            "select": _split(select) or settings.select,
            "ignore": settings.ignore + _split(ignore),
        }
    )


def _split(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _rendered(lifecycle: Lifecycle, result: Audit, form: str, quiet: bool, verbose: bool) -> str:
    if form == "json":
        return result.to_json()
    if form == "sarif":
        from mlops_agent.report.formats.audit_sarif import audit_sarif

        return audit_sarif(result, lifecycle.facts.line)
    if form == "github":
        from mlops_agent.report.formats.audit_github import audit_github

        return audit_github(result)
    from mlops_agent.report.formats.audit_text import audit_text, count_text

    return count_text(result) if quiet else audit_text(result, verbose=verbose)


def _put(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    from mlops_agent.errors import BadInputError

    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"cannot write {output}: {error.strerror or error}") from error
