"""The words of a command as the shell would make them: quotes off, values in, braces spread.

What cannot be known stands in the word as UNREAD; what is only known to be the output of a listing
command (`$(git ls-files)`) or a number stands as LISTED. Both are private characters that no input
can bring along (`cleaned`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from mlops_agent.sandbox.policy.braces import spread
from mlops_agent.sandbox.policy.parsing import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

UNREAD = "\ue000"
LISTED = "\ue001"
GLOB = "\ue002"
"""Stands for an unquoted pattern character: harmless in a path, unreadable in a program's name."""
SUPPLIED = "\ue003"
"""Stands for words that come from standard input (xargs): in the worktree, but no verb."""
_GUARDED = " \t\n{},*?[~"
_GUARD = str.maketrans({char: chr(0xE100 + ord(char)) for char in _GUARDED})
_UNGUARD = {0xE100 + ord(char): char for char in _GUARDED}
_GLOBS = str.maketrans(dict.fromkeys("*?[", GLOB))
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_LISTING = frozenset(
    {
        "basename", "cat", "date", "dirname", "fd", "find", "git", "grep", "head", "ls", "nproc",
        "pwd", "realpath", "rg", "seq", "sort", "tail", "uniq", "wc", "xargs",
    }
)  # fmt: skip
_PRINTS_ANYTHING = frozenset({"cat", "grep", "head", "rg", "tail"})
_LONGEST_LISTING = 60
_NUMBERS = frozenset("#?$!0123456789-")
_KNOWN = {
    "IFS": " ",
    "PWD": ".",
    "HOME": "~",
    "TMPDIR": "/tmp",  # noqa: S108
    "RANDOM": LISTED,
    "SECONDS": LISTED,
}
_PLAIN_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_IN_STRING = re.compile(r'\\([$`"\\])')
_ANSI = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.)|(.))",
    re.DOTALL,
)
_ANSI_LETTERS = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "v": "\v",
}

Values = Mapping[str, str]
"""What variables hold, as far as the command line itself says so."""


def cleaned(text: str) -> str:
    """The text without characters that have a meaning here."""
    return _PRIVATE.sub("\ufffd", text)


def fields(node: Node, values: Values) -> list[str]:
    """The words that one word of the source becomes."""
    text = _text(node, values, quoted=False)
    quoted = node.type in {"string", "raw_string", "ansi_c_string", "concatenation"}
    if not text and not quoted:
        return []
    parts = [
        part for one in spread(text, UNREAD) for part in (one.split(" ") if " " in one else [one])
    ]
    if " " in text:
        parts = [part for part in parts if part]
    return [_finished(part) for part in parts]


def literal(node: Node, values: Values) -> str:
    """A word as one text, not split: the value of an assignment, a here-document's body."""
    return _text(node, values, quoted=True).translate(_UNGUARD)


def shown(word: str) -> str:
    """A word as people may read it."""
    return (
        word.replace(UNREAD, "...")
        .replace(LISTED, "...")
        .replace(GLOB, "*")
        .replace(SUPPLIED, "...")
    )


def _finished(text: str) -> str:
    return text.translate(_GLOBS).translate(_UNGUARD)


def _text(node: Node, values: Values, *, quoted: bool) -> str:
    reader = _READERS.get(node.type)
    if reader is not None:
        return reader(node, values, quoted)
    if node.child_count == 0 or node.type in {"brace_expression", "extglob_pattern", "regex"}:
        return _bare(text_of(node), quoted=quoted)
    return UNREAD


def _bare(text: str, *, quoted: bool) -> str:
    if quoted:
        return text.translate(_GUARD)
    return _ESCAPE.sub(lambda m: "" if m[1] == "\n" else m[1].translate(_GUARD), text)


def _word(node: Node, _values: Values, _quoted: bool) -> str:
    return _bare(text_of(node), quoted=False)


def _raw(node: Node, _values: Values, _quoted: bool) -> str:
    return text_of(node)[1:-1].translate(_GUARD)


def _ansi(node: Node, _values: Values, _quoted: bool) -> str:
    def decoded(match: re.Match[str]) -> str:
        for group, base in ((1, 16), (2, 16), (3, 16), (4, 8)):
            if match[group]:
                code = int(match[group], base)
                return chr(code) if code < 0x110000 else UNREAD
        if match[5]:
            return chr(ord(match[5]) & 0x1F)
        return _ANSI_LETTERS.get(match[6], match[6])

    return cleaned(_ANSI.sub(decoded, text_of(node)[2:-1])).translate(_GUARD)


def _string(node: Node, values: Values, _quoted: bool) -> str:
    """A double-quoted text: what lies between its expansions is taken from the source itself."""
    return _expanded(node, values, at=1)


def _body(node: Node, values: Values, _quoted: bool) -> str:
    return _expanded(node, values, at=0)


def _expanded(node: Node, values: Values, at: int) -> str:
    """A text with its expansions filled in, `at` characters taken off at both ends."""
    source, made = node.text or b"", list[str]()
    end = len(source) - at
    for child in node.named_children:
        if child.type in {"string_content", "heredoc_content"}:
            continue
        start = child.start_byte - node.start_byte
        made += [_quoted_text(source[at:start]), _text(child, values, quoted=True)]
        at = child.end_byte - node.start_byte
    made.append(_quoted_text(source[at:end]))
    return "".join(made)


def _quoted_text(source: bytes) -> str:
    text = source.decode("utf-8", "replace").replace("\\\n", "")
    return _IN_STRING.sub(r"\1", text).translate(_GUARD)


def _joined(node: Node, values: Values, quoted: bool) -> str:
    return "".join(_text(child, values, quoted=quoted) for child in node.children)


def _translated(node: Node, values: Values, quoted: bool) -> str:
    return "".join(_text(child, values, quoted=quoted) for child in node.named_children)


def _variable(node: Node, values: Values, quoted: bool) -> str:
    return _value(text_of(node)[1:], values, quoted=quoted)


def _braced(node: Node, values: Values, quoted: bool) -> str:
    plain = _PLAIN_NAME.fullmatch(text_of(node))
    return _value(plain[1], values, quoted=quoted) if plain else UNREAD


def _value(name: str, values: Values, *, quoted: bool) -> str:
    value = values.get(name, _KNOWN.get(name))
    if value is None:
        return LISTED if name in _NUMBERS and not name.isdigit() else UNREAD
    if quoted:
        return value.translate(_GUARD)
    # The shell splits a value at blanks; it does not look for braces or a home in it.
    return " ".join(value.split()).translate(_VALUE_GUARD) + (" " if value.isspace() else "")


_VALUE_GUARD = str.maketrans({char: chr(0xE100 + ord(char)) for char in "{},"})


def _substitution(node: Node, _values: Values, _quoted: bool) -> str:
    return LISTED if _only_lists(node) else UNREAD


def _only_lists(node: Node) -> bool:
    """Whether a substitution runs nothing but commands that name things of the worktree."""
    if node.descendant_count > _LONGEST_LISTING:
        return False
    todo, heads = [node], list[str]()
    while todo:
        one = todo.pop()
        if one.type == "command_name":
            heads.append(text_of(one))
        todo += one.named_children
    return (
        bool(heads)
        and all(head in _LISTING for head in heads)
        and heads[-1] not in _PRINTS_ANYTHING
    )


def _number(_node: Node, _values: Values, _quoted: bool) -> str:
    return LISTED


_READERS: dict[str, Callable[[Node, Values, bool], str]] = {
    "word": _word,
    "raw_string": _raw,
    "ansi_c_string": _ansi,
    "string": _string,
    "translated_string": _translated,
    "concatenation": _joined,
    "command_name": _joined,
    "simple_expansion": _variable,
    "expansion": _braced,
    "command_substitution": _substitution,
    "process_substitution": _number,
    "arithmetic_expansion": _number,
    "heredoc_body": _body,
}
