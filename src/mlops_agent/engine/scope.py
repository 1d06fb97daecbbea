"""Holds a run to its declaration: which files, how many lines, one boundary.

Asked before each edit. Bash writes too, so the report's checker holds git's own diff of the end to
the same bounds. The caller's bounds (boundary, allowed paths, line budget) hold always; a
declaration can only narrow them. `allow_rearchitecture` in the request lifts the single boundary,
nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mlops_agent.contracts.change import Declaration
from mlops_agent.contracts.request import Request
from mlops_agent.report.scope import widens
from mlops_agent.tools.base import ToolError
from mlops_agent.workspace.globs import matches

LinesElsewhere = Callable[[str], int]
"""Returns how many lines the worktree's diff adds and removes in all files but this one."""


class OutOfScopeError(ToolError):
    """An edit or a declaration goes beyond what was asked or declared; the message says how."""


class Scope:
    """The bounds of one run, and the declarations made so far."""

    def __init__(
        self,
        request: Request,
        lines_elsewhere: LinesElsewhere,
        declarations: Sequence[Declaration] = (),
    ) -> None:
        self._request = request
        self._lines_elsewhere = lines_elsewhere
        self.declarations = list(declarations)

    def accept(self, declaration: Declaration) -> bool:
        """Take a declaration as the one that holds from now on; False if it holds already.

        Raises OutOfScopeError naming everything that is wrong with it.
        """
        if self.declarations and declaration == self.declarations[-1]:
            return False
        problems = self._against_request(declaration) + self._against_last(declaration)
        if problems:
            raise OutOfScopeError("the declaration is refused: " + "; ".join(problems))
        self.declarations.append(declaration)
        return True

    def allow_edit(self, path: str, added: int, removed: int) -> None:
        """Raise OutOfScopeError unless an edit is within bounds.

        `added` and `removed` are the lines by which the file will differ from its base.
        """
        if not self.declarations:
            raise OutOfScopeError("nothing is declared yet: call Declare before the first edit")
        last = self.declarations[-1]
        if path not in last.files:
            raise OutOfScopeError(
                f"{path} is not declared (declared: {', '.join(last.files)}): "
                "leave it, or Declare again with a reason"
            )
        lines = self._lines_elsewhere(path) + added + removed
        if lines > last.line_budget:
            raise OutOfScopeError(
                f"the edit brings the change to {lines} lines, over the budget of "
                f"{last.line_budget}: make it smaller, or Declare again with a reason"
            )

    def _forbidden(self, files: list[str]) -> list[str]:
        allowed = self._request.allowed_paths
        if not allowed:
            return []
        return [path for path in files if not any(matches(path, glob) for glob in allowed)]

    def _against_request(self, new: Declaration) -> list[str]:
        wanted = self._request
        problems = [
            f"{path} is outside the caller's allowed paths" for path in self._forbidden(new.files)
        ]
        if wanted.boundary and new.boundary != wanted.boundary:
            problems.append(f"the caller's boundary is {wanted.boundary}, not {new.boundary}")
        if wanted.line_budget and new.line_budget > wanted.line_budget:
            problems.append(f"the caller's line budget is {wanted.line_budget}")
        return problems

    def _against_last(self, new: Declaration) -> list[str]:
        if not self.declarations:
            return []
        last = self.declarations[-1]
        problems: list[str] = []
        if new.boundary != last.boundary and not self._request.allow_rearchitecture:
            problems.append(f"a run keeps to one boundary, and it is {last.boundary}")
        if widens(new, last) and not new.reason.strip():
            problems.append("it widens the one before it, so it needs a reason")
        return problems
