"""Folded values and the pure operations on them: joins, paths, numbers. No names are looked up."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable
from typing import NamedTuple

from mlops_agent.lifecycle.facts import Scalar
from mlops_agent.lifecycle.readers.pysource.templated import MARK

NUMBER_LIMIT = 2**63
"""Larger integers stay unknown: they are no thresholds, and their text can be huge."""

HOLE = "{}"


class Folded(NamedTuple):
    """A value found by folding; `holes` where a text has `{}` for unknown parts."""

    value: Scalar
    holes: bool = False


def constant(node: ast.expr) -> Folded | None:
    """Return the value of a plain text, number, truth value or None in place, else None."""
    if isinstance(node, ast.UnaryOp):
        inner = node.operand
        value = inner.value if isinstance(inner, ast.Constant) else None
        if isinstance(node.op, ast.USub) and type(value) in (int, float) and _small(value):
            return Folded(-value)  # type: ignore[operator]
        return None
    if not isinstance(node, ast.Constant):
        return None
    value = node.value
    if isinstance(value, str) and MARK in value:
        return Folded(value.replace(MARK, HOLE), holes=True)
    if value is None or isinstance(value, str | bool | float):
        return Folded(value)
    return Folded(value) if isinstance(value, int) and _small(value) else None


def _small(value: object) -> bool:
    return isinstance(value, float) or (isinstance(value, int) and abs(value) < NUMBER_LIMIT)


def is_text(left: Folded | None, right: Folded | None) -> bool:
    """Tell whether the known sides are texts, and at least one is known."""
    sides = [side.value for side in (left, right) if side is not None]
    return bool(sides) and all(isinstance(value, str) for value in sides)


def concatenate(parts: Iterable[Folded | None]) -> Folded | None:
    """Return the joined text; an unknown part leaves a hole."""
    texts: list[str] = []
    holes = False
    for part in parts:
        if part is None or part.value is None:
            texts.append(HOLE)
            holes = True
        else:
            texts.append(str(part.value))
            holes = holes or part.holes
    return Folded("".join(texts), holes)


def interleave(pieces: list[str], values: list[Folded | None]) -> Folded | None:
    """Return `pieces` with `values` between them (one fewer than pieces)."""
    parts: list[Folded | None] = [Folded(pieces[0])]
    for value, piece in zip(values, pieces[1:], strict=True):
        parts += [value, Folded(piece)]
    return concatenate(parts)


def template_fields(template: str) -> tuple[list[str], list[str]]:
    """Return the constant pieces of a `str.format` template and the field names between."""
    pieces, fields = [""], list[str]()
    rest = template.replace("{{", "\0").replace("}}", "\1")
    while "{" in rest:
        before, _, rest = rest.partition("{")
        name, _, rest = rest.partition("}")
        pieces[-1] += before
        pieces.append("")
        fields.append(name.partition(":")[0])
    pieces[-1] += rest
    return [p.replace("\0", "{").replace("\1", "}") for p in pieces], fields


def joined_path(parts: list[Folded | None]) -> Folded | None:
    """Return the parts joined as `os.path.join` does; None if one is known to be no text."""
    if any(p is not None and not isinstance(p.value, str) for p in parts):
        return None
    texts = [HOLE if p is None else str(p.value) for p in parts]
    holes = any(p is None or p.holes for p in parts)
    joined = posixpath.join(*texts)
    return Folded(joined if "://" in joined else posixpath.normpath(joined), holes)


def parent_path(path: Folded | None, steps: int) -> Folded | None:
    """Return the folder `steps` levels above a path."""
    if path is None or not isinstance(path.value, str) or steps > 20:
        return None
    value = path.value
    for _ in range(steps):
        value = posixpath.dirname(value)
    return Folded(value, path.holes)


def converted(name: str, found: Folded | None) -> Folded | None:
    """Return the value as `int`, `float` or `bool` make it; other names keep it."""
    if found is None or found.holes or name not in ("int", "float", "bool"):
        return found
    try:
        return Folded({"int": int, "float": float, "bool": bool}[name](found.value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def arithmetic(op: ast.operator, left: Folded | None, right: Folded | None) -> Folded | None:
    """Return the sum, difference, product or quotient of two numbers, or None."""
    if left is None or right is None:
        return None
    one, two = left.value, right.value
    if not isinstance(one, int | float) or not isinstance(two, int | float):
        return None
    match op:
        case ast.Add():
            value = one + two
        case ast.Sub():
            value = one - two
        case ast.Mult():
            value = one * two
        case ast.Div() if two:
            value = one / two
        case _:
            return None
    return Folded(value) if _small(value) else None
