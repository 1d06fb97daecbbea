"""`mlops-agent explain`: a rule's page, or the list of rules."""

from __future__ import annotations

import click


@click.command("explain")
@click.argument("rule", required=False)
def explain(rule: str | None) -> None:
    """Show what RULE finds, why it matters and what is better; without RULE, list all rules."""
    from mlops_agent.risks.catalogue import ENTRIES, entry_of
    from mlops_agent.risks.pages import headline
    from mlops_agent.texts import render

    if rule is None:
        rows = [{"rule": e.rule, "headline": headline(e.page)} for e in ENTRIES.values()]
        click.echo(render("explain_all.txt.j2", entries=rows), nl=False)
        return
    entry = entry_of(rule)
    click.echo(render("explain.txt.j2", rule=entry.rule, page=entry.page), nl=False)
