"""That a literal text stands nowhere in the base tree, or nowhere below some of its paths."""

from __future__ import annotations

from mlops_agent.contracts.report import Absent
from mlops_agent.report.evidence import Evidence
from mlops_agent.sandbox.secrets.marks import MARK


def check(assertion: Absent, evidence: Evidence) -> str:
    """Return the first place that holds the text, or a path under which there is nothing."""
    if MARK.search(assertion.text):
        return "a redaction mark stands for a text that was not shown: search for another one"
    wanted = assertion.text.encode()
    for under in assertion.paths or [""]:
        below = [path for path in evidence.paths("base") if _lies(path, under)]
        if not below:
            return f"there is no {under or 'file'} in the base tree to search"
        for path, data in evidence.contents("base", below):
            position = data.find(wanted)
            if position >= 0:
                line = data.count(b"\n", 0, position) + 1
                return f"{path}:{line} holds {assertion.text!r}"
    return ""


def _lies(path: str, under: str) -> bool:
    folder = under.rstrip("/")
    return folder in ("", ".") or path == folder or path.startswith(folder + "/")
