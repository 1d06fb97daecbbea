"""The shell grammar: a command line as a syntax tree (tree-sitter's Bash).

The parser is imported with the first command that is judged: map, audit and --help never pay.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

ENCODING_ERRORS = "surrogatepass"


def parse(text: str) -> Node:
    """The root of the syntax tree of a command line; it may hold errors, but never raises."""
    return _parser().parse(text.encode("utf-8", ENCODING_ERRORS)).root_node


def text_of(node: Node) -> str:
    """The source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


@cache
def _parser() -> Parser:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))
