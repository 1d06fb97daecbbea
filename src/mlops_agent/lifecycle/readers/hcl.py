"""Reads Terraform and other HCL files: blocks with labels and attributes. Nothing is evaluated."""

from __future__ import annotations

from mlops_agent.lifecycle.facts import ConfigObject, Entry, Fact
from mlops_agent.lifecycle.readers.hcl_blocks import Block, Expression, blocks_of
from mlops_agent.lifecycle.readers.tree import MAX_ENTRIES


def read(path: str, text: str) -> list[Fact]:
    """A ConfigObject (family "terraform") for each top-level block.

    `kind` is the resource's type ("aws_sagemaker_endpoint"; for other blocks their own word, as
    "module", "variable", "provider"; "data.TYPE" for data), `name` its last label, `api` the
    provider ("aws"), `namespace` the block's word ("resource", "data", ...). A nested block is a
    key, from its second occurrence on with a number ("variant", "variant.1"). Expressions are kept
    as text.

    Args:
        path: relative to the root, POSIX.
        text: the file's text.

    Raises:
        UnreadableError: a block or string is not closed.
    """
    last = text.count("\n") + 1
    return [_object(path, block, last) for block in blocks_of(text)]


def _object(path: str, block: Block, last: int) -> ConfigObject:
    kind = block.labels[0] if block.labels else block.word
    typed = block.word in ("resource", "data") and len(block.labels) > 1
    if not typed:
        kind = block.word
    line = min(block.line, last)
    return ConfigObject(
        path=path,
        line=line,
        end_line=max(line, min(block.end_line, last)),
        family="terraform",
        api=kind.split("_")[0] if typed else "",
        kind=f"data.{kind}" if block.word == "data" and typed else kind,
        name=block.labels[-1] if block.labels else "",
        namespace=block.word,
        entries=tuple(_entries(block, "")[:MAX_ENTRIES]),
    )


def _entries(block: Block, prefix: str) -> list[Entry]:
    found: list[Entry] = []
    for name, expression in block.attributes:
        found += _leaves(prefix + name, expression)
    seen: dict[str, int] = {}
    for inner in block.blocks:
        word = ".".join([inner.word, *inner.labels])
        place = seen.get(word, 0)
        seen[word] = place + 1
        key = prefix + (f"{word}.{place}" if place else word)
        below = _entries(inner, key + ".")
        found += below or [Entry(key=key, value=None, line=inner.line, empty=True)]
    return found


def _leaves(key: str, expression: Expression) -> list[Entry]:
    if expression.items is None:
        return [Entry(key=key, value=expression.value, line=expression.line)]
    if not expression.items:
        return [Entry(key=key, value=None, line=expression.line, empty=True)]
    return [leaf for name, inner in expression.items for leaf in _leaves(f"{key}.{name}", inner)]
