"""Python's own parser, quiet about warnings, its faults as one line for people."""

from __future__ import annotations

import ast
import warnings

from mlops_agent.lifecycle.unreadable import UnreadableError


def parse(text: str) -> ast.Module:
    """Return the syntax tree of `text`; raises UnreadableError with the line of the fault."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        where = f"line {error.lineno}: " if error.lineno else ""
        raise UnreadableError(f"not Python 3: {where}{error.msg}") from error
    except (ValueError, OverflowError) as error:
        raise UnreadableError(f"not Python source: {error}") from error
    except (RecursionError, MemoryError) as error:
        raise UnreadableError("nested too deeply for Python's parser") from error
