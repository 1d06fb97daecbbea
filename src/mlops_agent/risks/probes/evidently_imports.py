"""Runs a file's own Evidently imports against the Evidently that is installed.

    evidently_imports.py PATH

Exit 0: every import works. 1: one fails. 2: cannot tell (no Evidently from 0.7 on here, no such
file, no such import). Only import statements of Evidently are executed, nothing else of the file.
"""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

GREEN, RED, UNKNOWN = 0, 1, 2


def main(path: str) -> int:
    """Import what the file imports and say what came of it."""
    try:
        version: str = importlib.import_module("evidently").__version__
    except ImportError as error:
        print(f"Evidently cannot be imported here: {error}")
        return UNKNOWN
    if tuple(int(part) for part in version.split(".")[:2]) < (0, 7):
        print(f"Evidently {version} still has the old modules; nothing can be shown with it")
        return UNKNOWN
    statements = imports_of(Path(path).read_text(encoding="utf-8"))
    if not statements:
        print(f"{path} imports nothing of Evidently")
        return UNKNOWN
    return run(statements, version)


def imports_of(text: str) -> list[ast.Import | ast.ImportFrom]:
    """The import statements of Evidently, wherever they stand in the file."""
    found: list[ast.Import | ast.ImportFrom] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules = [node.module or ""]
        else:
            continue
        if any(module.split(".")[0] == "evidently" for module in modules):
            found.append(node)
    return sorted(found, key=lambda node: node.lineno)


def run(statements: list[ast.Import | ast.ImportFrom], version: str) -> int:
    """Execute the statements one by one against the installed package."""
    failed = 0
    for node in statements:
        source = ast.unparse(node)
        try:
            exec(compile(source, "imports", "exec"), {})
        except (ImportError, AttributeError) as error:
            print(f"line {node.lineno}: {source}\n  fails with Evidently {version}: {error}")
            failed += 1
        else:
            print(f"line {node.lineno}: {source}\n  works with Evidently {version}")
    print(
        f"RED: {failed} of {len(statements)} imports fail with Evidently {version}"
        if failed
        else f"GREEN: each of {len(statements)} imports works with Evidently {version}"
    )
    return RED if failed else GREEN


if __name__ == "__main__":
    try:
        code = main(sys.argv[1])
    except (OSError, SyntaxError, ValueError) as error:
        print(f"cannot tell: {error}")
        code = UNKNOWN
    sys.exit(code)
