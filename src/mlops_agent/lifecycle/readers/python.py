"""Python source to facts, by one pass over the syntax tree; nothing is imported or run.

It refuses files that do not parse (with the line), and files nested deeper than Python's parser
goes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlops_agent.lifecycle.facts import Call, Fact
from mlops_agent.lifecycle.readers.pysource.calls import CallFacts, call_name
from mlops_agent.lifecycle.readers.pysource.commands import command_facts_of, is_starter
from mlops_agent.lifecycle.readers.pysource.comparisons import comparison_facts
from mlops_agent.lifecycle.readers.pysource.declared import metric_of, requirements_of
from mlops_agent.lifecycle.readers.pysource.folding import Folding
from mlops_agent.lifecycle.readers.pysource.magics import databricks_lines, unmagicked
from mlops_agent.lifecycle.readers.pysource.names import Names
from mlops_agent.lifecycle.readers.pysource.notebook_commands import notebook_commands
from mlops_agent.lifecycle.readers.pysource.options import argparse_options, click_parameters
from mlops_agent.lifecycle.readers.pysource.parsing import parse
from mlops_agent.lifecycle.readers.pysource.selection import selection
from mlops_agent.lifecycle.readers.pysource.sites import CallSite
from mlops_agent.lifecycle.readers.pysource.statements import (
    assignment_facts,
    definition_fact,
    import_fact,
    main_guard,
)
from mlops_agent.lifecycle.readers.pysource.templated import is_template, mask
from mlops_agent.lifecycle.readers.pysource.text import SourceText, split_lines
from mlops_agent.lifecycle.readers.pysource.walk import Walk
from mlops_agent.lifecycle.unreadable import UnreadableError

DATABRICKS_HEADER = "# Databricks notebook source"
"""First line of a notebook that Databricks keeps as Python source."""


def read(path: str, text: str) -> list[Fact]:
    """Return the facts of a Python file, in the order of its lines.

    Args:
        path: relative POSIX path; relative imports and `__file__` are resolved by it.
        text: the file's text; lines in the facts are 1-based lines of it.

    Raises:
        UnreadableError: the text is not Python 3, or too deeply nested.
    """
    text = text.removeprefix("\ufeff")
    if is_template(path):
        text = mask(text)
    if text.startswith(DATABRICKS_HEADER):
        return _databricks_facts(path, split_lines(text))
    text, tree = _parsed(text)
    return facts_of(path, text, tree)


def _databricks_facts(path: str, lines: list[str]) -> list[Fact]:
    plain = unmagicked(lines)
    text = "\n".join(plain.lines)
    found = facts_of(path, text, parse(text))
    found += notebook_commands(path, lines, [*plain.shell, *databricks_lines(lines)])
    found.sort(key=lambda fact: fact.line)
    return found


def _parsed(text: str) -> tuple[str, ast.Module]:
    try:
        return text, parse(text)
    except UnreadableError:
        masked = mask(text) if "{{" in text or "{%" in text else text
        if masked == text:
            raise
    # A template under a plain name, as cookiecutter has them.
    return masked, parse(masked)


def facts_of(path: str, text: str, tree: ast.Module) -> list[Fact]:
    """Return the facts of a parsed module whose text is `text`."""
    walk = Walk(package_of(path))
    try:
        walk.run(tree)
        found = sorted(_facts(SourceText(path, text), walk), key=_place)
    except RecursionError as error:
        raise UnreadableError("names lead too far from one to another") from error
    return found


def _place(fact: Fact) -> tuple[int, int]:
    return fact.line, fact.column if isinstance(fact, Call) else -1


def package_of(path: str) -> str:
    """Return the dotted folder of a file, to which its relative imports refer."""
    return path.rpartition("/")[0].replace("/", ".")


def _facts(source: SourceText, walk: Walk) -> Iterator[Fact]:
    chosen = selection()
    names = Names(walk.classes, walk.functions, chosen.same_as)
    folding = Folding(source, names)
    folding.options = argparse_options(walk.expressions.calls, folding)
    folding.parameters = click_parameters(walk, folding)
    calls = CallFacts(folding, chosen)
    for imported in walk.imports:
        yield import_fact(imported, source.path)
    for definition in walk.definitions:
        yield definition_fact(definition, folding)
    for assign in walk.assigns:
        yield from assignment_facts(assign, folding, calls)
    for comparing in walk.expressions.comparisons:
        yield from comparison_facts(comparing, source)
    for guard in walk.main_guards:
        yield main_guard(guard, source.path)
    for site in walk.expressions.calls:
        yield from _call_facts(site, call_name(site, folding, walk, chosen.methods), folding, calls)


def _call_facts(
    site: CallSite, name: str | None, folding: Folding, calls: CallFacts
) -> Iterator[Fact]:
    if name is None:
        return
    fact = calls.fact(site, name)
    if fact is not None:
        yield fact
    if is_starter(name):
        yield from command_facts_of(site, name, folding)
    metric = metric_of(site, name, folding)
    if metric is not None:
        yield metric
    if site.node.keywords:
        yield from requirements_of(site, name, folding)
