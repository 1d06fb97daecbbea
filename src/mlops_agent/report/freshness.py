"""Which state of the files a command saw: was anything it covers changed after it ran?

Edits by tools stand in the journal one by one. A command may write files too, so the tree after
each call is compared as well: a change that no edit explains counts against the run.
"""

from __future__ import annotations

from collections.abc import Sequence

from mlops_agent.contracts.journal import CallFinished, FileEdited
from mlops_agent.report.evidence import Evidence


def stale_since(call: str, covers: Sequence[str], evidence: Evidence) -> str:
    """Say what changed after a call ran, among the files and folders that it covers.

    Empty where it saw them as they are proposed.
    """
    ledger = evidence.ledger
    start = ledger.start_of(call)
    if start is None:
        return f"call {call} never began"
    seen = seen_by(call, evidence)
    if seen == evidence.proposed_hash:
        return ""
    for edit in ledger.edits_after(start):
        if _within(edit.path, covers):
            return f"{edit.path} was edited after call {call} had run"
    return _unexplained(start, seen, call, evidence)


def seen_by(call: str, evidence: Evidence) -> str:
    """The git tree that a call found when it began: the one the calls before it left."""
    start = evidence.ledger.start_of(call)
    if start is None:
        return ""
    return evidence.ledger.hashes_until(start) or evidence.base_hash


def ran_on_base(evidence: Evidence) -> frozenset[str]:
    """The calls that found the base tree, where the change makes that another one."""
    if evidence.base_hash == evidence.proposed_hash:
        return frozenset()
    calls = evidence.ledger.calls
    return frozenset(call for call in calls if seen_by(call, evidence) == evidence.base_hash)


def _within(path: str, covers: Sequence[str]) -> bool:
    return any(path == one or path.startswith(one.rstrip("/") + "/") for one in covers)


def _unexplained(start: int, seen: str, call: str, evidence: Evidence) -> str:
    tree = seen
    edited: set[str] = set()
    for event in evidence.ledger.events[start:]:
        if isinstance(event, FileEdited):
            edited.add(event.call)
        elif isinstance(event, CallFinished) and event.result.tree_hash:
            if event.result.tree_hash != tree and event.result.call not in edited:
                return f"call {event.result.call} changed files after call {call} had begun"
            tree = event.result.tree_hash
    if tree != evidence.proposed_hash:
        return f"call {call} did not see the tree that is proposed"
    return ""
