"""The commands, redirections and assignments of a syntax tree, in the order of the source.

Every command counts, wherever it stands: behind &&, in a subshell, a substitution, a function or a
branch that may never be taken. The walk keeps a stack of its own, so depth is no limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from mlops_agent.sandbox.policy.parsing import text_of
from mlops_agent.sandbox.policy.places import is_own_of_git, why_outside
from mlops_agent.sandbox.policy.variables import FILLED_BY, setting
from mlops_agent.sandbox.policy.verdicts import Part, shortened
from mlops_agent.sandbox.policy.words import UNREAD, Values, fields, literal, shown

if TYPE_CHECKING:
    from tree_sitter import Node

_REDIRECTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_QUOTES = frozenset("'\"\\")
LISTING = frozenset({"fd", "fdfind", "find", "git", "ls"})
FILTERS = frozenset({"grep", "head", "sort", "tail", "uniq"})
_COPIES = frozenset({">&", "<&", ">&-", "<&-"})


@dataclass(frozen=True, slots=True)
class Input:
    """A command's standard input: a text of the line itself, or None for what comes from elsewhere.

    `listed` where it can only be names that a listing of the worktree gave.
    """

    text: str | None = None
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Simple:
    """A simple command: its words as the shell would make them."""

    words: list[str]
    text: str
    stdin: Input
    variables: Values = field(default_factory=dict[str, str])


NO_INPUT = Input()
ELSEWHERE = Input(listed=False)


def walk(root: Node, values: Values) -> Iterator[Simple | Part]:
    """Every simple command, and a part for every redirection and assignment that matters."""
    todo: list[tuple[Node, Input]] = [(root, NO_INPUT)]
    exported = dict[str, str]()
    while todo:
        node, stdin = todo.pop()
        below = [(child, stdin) for child in node.named_children]
        if node.type == "command":
            redirected = _input_of(node, values) or stdin
            given = {**exported, **_given(node, values)}
            for one in _command(node, values, redirected):
                yield replace(one, variables=given) if isinstance(one, Simple) else one
            below = [(child, NO_INPUT) for child, _ in below]
        elif node.type == "redirected_statement":
            inner = _input_of(node, values) or stdin
            below = [(child, stdin if child.type in _REDIRECTS else inner) for child, _ in below]
        elif node.type == "pipeline":
            below = _stages([child for child, _ in below], stdin)
        elif node.type == "heredoc_redirect":
            below = [(child, ELSEWHERE) for child, _ in below]
        elif node.type == "file_redirect":
            yield from _redirect(node, values)
        elif node.type == "variable_assignment":
            yield from _assignment(node, values)
        elif node.type == "declaration_command":
            if node.child_count and text_of(node.children[0]) == "export":
                exported |= _given(node, values)
            yield from _declared(node, values)
        todo += reversed(below)


def starts_beside(root: Node) -> bool:
    """Whether a line starts something that goes on beside what follows (`&`)."""
    todo = [root]
    while todo:
        node = todo.pop()
        if node.type == "&":
            return True
        todo += node.children
    return False


def _given(node: Node, values: Values) -> dict[str, str]:
    """The variables that a command's own assignments put into an environment."""
    found = dict[str, str]()
    for child in node.named_children:
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type == "variable_assignment" and name is not None and value is not None:
            found[text_of(name)] = UNREAD if value.type == "array" else literal(value, values)
    return found


def _stages(nodes: list[Node], stdin: Input) -> list[tuple[Node, Input]]:
    """The commands of a pipeline with what each of them reads."""
    found, listed = [(node, stdin) for node in nodes[:1]], True
    for before, node in pairwise(nodes):
        name = before.child_by_field_name("name") if before.type == "command" else None
        head = text_of(name) if name is not None else ""
        listed = head in (LISTING if before is nodes[0] else FILTERS) and listed
        found.append((node, Input(listed=listed)))
    return found


def _command(node: Node, values: Values, stdin: Input) -> Iterator[Simple | Part]:
    words: list[str] = []
    for child in node.children:
        if child.type == "variable_assignment" or child.type in _REDIRECTS:
            continue
        if child.type == "command_name" or child.is_named:
            words += fields(child, values)
        else:
            words.append(text_of(child))
    if words:
        text = shortened(text_of(node))
        yield Simple(words, text, stdin)
        yield from _filled(words, text)


def _input_of(node: Node, values: Values) -> Input | None:
    """What a statement's redirections give it to read; None where they give nothing."""
    for child in node.children:
        if child.type == "heredoc_redirect":
            return Input(_heredoc(child, values))
        if child.type == "herestring_redirect":
            return Input(" ".join(literal(one, values) for one in child.named_children))
        if child.type == "file_redirect" and any(one.type == "<" for one in child.children):
            return ELSEWHERE
    return None


def _heredoc(node: Node, values: Values) -> str:
    """The body of a here-document: as it stands where its end word is quoted, else expanded."""
    start = next((one for one in node.children if one.type == "heredoc_start"), None)
    body = next((one for one in node.children if one.type == "heredoc_body"), None)
    if body is None:
        return ""
    if start is not None and _QUOTES & set(text_of(start)):
        return text_of(body)
    return literal(body, values)


def _redirect(node: Node, values: Values) -> Iterator[Part]:
    signs = {one.type for one in node.children if not one.is_named}
    writes = any(">" in sign for sign in signs)
    for target in node.children_by_field_name("destination"):
        words = fields(target, values)
        word = words[0] if len(words) == 1 else UNREAD
        if signs & _COPIES and (word.isdigit() or word == "-"):
            continue
        yield _target(text_of(node), word, writes=writes)


def _target(text: str, word: str, *, writes: bool) -> Part:
    shown_text = shortened(text)
    if why := why_outside(word):
        return Part(shown_text, "unknown", shown(why))
    if not writes or word.startswith("/dev/"):
        return Part(shown_text, "read_only", "a redirection that writes no file")
    if is_own_of_git(word):
        why = f"{shown(word)} is git's own: a file there can be a program"
        return Part(shown_text, "unknown", why)
    return Part(shown_text, "repo_write", f"it writes {shown(word)}")


def _filled(words: list[str], text: str) -> Iterator[Part]:
    """Variables that a built-in fills (`printf -v PATH`), where they name what others run."""
    if words[0] in FILLED_BY:
        for word in words[1:]:
            found = setting(word.partition("=")[0], UNREAD)
            if found.effect != "read_only":
                yield Part(text, found.effect, found.reason)


def _declared(node: Node, values: Values) -> Iterator[Part]:
    """Assignments that a declaration has as words: `export "PATH=x"`."""
    for child in node.named_children:
        if child.type not in {"variable_assignment", "variable_name"}:
            for word in fields(child, values):
                name, sign, value = word.partition("=")
                found = setting(name, value)
                if sign and found.effect != "read_only":
                    yield Part(shortened(text_of(node)), found.effect, found.reason)


def _assignment(node: Node, values: Values) -> Iterator[Part]:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None:
        return
    text = literal(value, values) if value is not None and value.type != "array" else UNREAD
    found = setting(text_of(name), text)
    if found.effect != "read_only":
        yield Part(shortened(text_of(node)), found.effect, found.reason)
