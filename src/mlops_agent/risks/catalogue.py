"""All rules, found by their modules in `risks/rules/`, in the order of their ids."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil

from mlops_agent.errors import BadInputError
from mlops_agent.risks import rules
from mlops_agent.risks.rule import Entry, Rule

SECTIONS = (
    "What it finds",
    "Why it matters",
    "Bad",
    "Better",
    "Known false positives",
    "References",
)
"""The sections of every rule's page; a page may have MISSES before its references as well."""
MISSES = "Known misses"


def _load() -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for info in pkgutil.iter_modules(rules.__path__):
        module = importlib.import_module(f"{rules.__name__}.{info.name}")
        rule: Rule = module.RULE
        if rule.id in entries or not info.name.startswith(rule.id.lower() + "_"):
            raise AssertionError(f"{info.name} does not fit the rule id {rule.id}")
        page = inspect.cleandoc(module.__doc__ or "")
        entries[rule.id] = Entry(
            rule, page, getattr(module, "find", None), getattr(module, "fix", None)
        )
    return dict(sorted(entries.items()))


ENTRIES: dict[str, Entry] = _load()
RULES: dict[str, Rule] = {name: entry.rule for name, entry in ENTRIES.items()}


def entry_of(name: str) -> Entry:
    """The entry of a rule id, any case.

    Raises:
        BadInputError: there is no such rule; the hint names the nearest.
    """
    entry = ENTRIES.get(name.upper())
    if entry is None:
        near = difflib.get_close_matches(name.upper(), list(ENTRIES), n=3, cutoff=0.4)
        hint = f"did you mean {', '.join(near)}?" if near else "`mlops-agent explain` lists them"
        raise BadInputError(f"no rule {name}", hint)
    return entry


def matching(prefixes: tuple[str, ...], source: str) -> frozenset[str]:
    """The ids that a list of ids or letters ("REG001", "REG") stands for.

    Raises:
        BadInputError: an item stands for no rule; `source` tells where it was written.
    """
    found: set[str] = set()
    for prefix in prefixes:
        ids = {name for name in ENTRIES if name.startswith(prefix.upper())}
        if not prefix.strip() or not ids:
            near = difflib.get_close_matches(prefix.upper(), list(ENTRIES), n=1, cutoff=0.4)
            hint = f"did you mean {near[0]}?" if near else "`mlops-agent explain` lists them"
            raise BadInputError(f"{source}: no rule {prefix!r}", hint)
        found |= ids
    return frozenset(found)
