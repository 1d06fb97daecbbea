"""Notebooks to facts: the code cells read as one module, lines those of the `.ipynb` file.

Outputs are not read. IPython's lines are masked, and what they run is stated as Commands of origin
"notebook". A cell that does not parse states only that it is broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mlops_agent.lifecycle.facts import Cell, Comparison, Fact
from mlops_agent.lifecycle.readers.pysource.cells import CodeCell, code_cells
from mlops_agent.lifecycle.readers.pysource.magics import ShellLine, Unmagicked, unmagicked
from mlops_agent.lifecycle.readers.pysource.notebook_commands import notebook_commands
from mlops_agent.lifecycle.readers.pysource.parsing import parse
from mlops_agent.lifecycle.readers.python import facts_of
from mlops_agent.lifecycle.unreadable import UnreadableError


@dataclass(frozen=True, slots=True)
class _Module:
    """The joined cells: module text lines, and the file line of each."""

    lines: list[str]
    file_lines: list[int]

    def place(self, line: int) -> int:
        return self.file_lines[min(max(line, 1), len(self.file_lines)) - 1]


def read(path: str, text: str) -> list[Fact]:
    """Return the facts of a notebook, cells in their order in the file.

    Args:
        path: relative POSIX path.
        text: the JSON text of the `.ipynb` file.

    Raises:
        UnreadableError: broken JSON, no notebook, another language, or no cell that parses.
    """
    cells = code_cells(text.removeprefix("\ufeff"))
    module = _Module([], [])
    found: list[Fact] = []
    broken = 0
    for cell in cells:
        plain = unmagicked(list(cell.lines))
        fits = _fits(plain)
        broken += not fits
        found.append(_cell_fact(path, cell, plain, broken=not fits))
        found += _commands(path, cell, plain.shell)
        module.lines.extend(plain.lines if fits else [""] * len(plain.lines))
        module.file_lines.extend(cell.file_lines)
    if cells and broken == len(cells):
        raise UnreadableError("no code cell is Python 3")
    found += _module_facts(path, module)
    found.sort(key=lambda fact: fact.line)
    return found


def _fits(plain: Unmagicked) -> bool:
    try:
        parse("\n".join(plain.lines))
    except UnreadableError:
        return False
    return True


def _module_facts(path: str, module: _Module) -> Iterator[Fact]:
    if not module.lines:
        return
    text = "\n".join(module.lines)
    for fact in facts_of(path, text, parse(text)):
        line, end = module.place(fact.line), module.place(fact.end_line)
        if isinstance(fact, Comparison):
            ranges = (_range(fact.controls, module), _range(fact.otherwise, module))
            moved = replace(fact, controls=ranges[0], otherwise=ranges[1])
        else:
            moved = fact
        yield replace(moved, line=line, end_line=max(line, end))


def _range(lines: tuple[int, int] | None, module: _Module) -> tuple[int, int] | None:
    return (module.place(lines[0]), module.place(lines[1])) if lines is not None else None


def _cell_fact(path: str, cell: CodeCell, plain: Unmagicked, *, broken: bool) -> Cell:
    return Cell(
        path=path,
        line=cell.line,
        end_line=cell.end_line,
        index=cell.index,
        execution_count=cell.execution_count,
        magics=plain.magics,
        broken=broken,
    )


def _commands(path: str, cell: CodeCell, shell: tuple[ShellLine, ...]) -> Iterator[Fact]:
    for fact in notebook_commands(path, list(cell.lines), shell):
        line = cell.file_lines[min(fact.line, len(cell.file_lines)) - 1]
        end = cell.file_lines[min(fact.end_line, len(cell.file_lines)) - 1]
        yield replace(fact, line=line, end_line=max(line, end))
