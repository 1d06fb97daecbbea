"""Python's own parser, quiet about warnings, its faults as one line for people."""

from __future__ import annotations

import ast
import warnings

from mlops_agent.lifecycle.readers.pysource.newer_syntax import (
    parenthesised_handlers,
    plain_fstrings,
)
from mlops_agent.lifecycle.unreadable import UnreadableError


def parse(text: str) -> ast.Module:
    """Return the syntax tree of `text`; raises UnreadableError with the line of the fault."""
    try:
        return _tree(text)
    except SyntaxError as error:
        rewritten = parenthesised_handlers(plain_fstrings(text))
        if rewritten == text:
            raise _unreadable(error) from error
        try:
            return _tree(rewritten)
        except SyntaxError:
            raise _unreadable(error) from error


def _unreadable(error: SyntaxError) -> UnreadableError:
    where = f"line {error.lineno}: " if error.lineno else ""
    return UnreadableError(f"not Python 3: {where}{error.msg}")


def _tree(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError:
        raise
    except (ValueError, OverflowError) as error:
        raise UnreadableError(f"not Python source: {error}") from error
    except (RecursionError, MemoryError) as error:
        raise UnreadableError("nested too deeply for Python's parser") from error
