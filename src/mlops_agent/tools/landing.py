"""How changed bytes get into the worktree: asked of the scope, written, journaled, remembered."""

from __future__ import annotations

import hashlib

from mlops_agent.contracts.journal import FileEdited
from mlops_agent.errors import BadInputError
from mlops_agent.tools.base import ToolError
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.encodings import encoding_of
from mlops_agent.tools.repeating import check_added
from mlops_agent.tools.textfile import count_changed_lines
from mlops_agent.workspace.guarded import is_guarded, why_guarded
from mlops_agent.workspace.names import canonical, real_name

_READABLE = "replace"


def land(call: str, path: str, before: bytes | None, after: bytes, context: ToolContext) -> str:
    """Write a file of the worktree and return what was done, in words.

    `before` is None for a new file. Raises ToolError for a path that can't be written, and what
    the scope raises for one that may not be.
    """
    shown_path, name = canonical(path), real_name(path)
    if is_guarded(name):
        raise ToolError(why_guarded(shown_path))
    # The scope bounds the change as a whole, so taking an edit back costs nothing.
    base = context.worktree.trees.read("base", name)
    context.allow_edit(shown_path, *_count(base, after))
    check_added(shown_path, base, after, context)
    try:
        context.worktree.write(path, after)
    except BadInputError as error:
        raise ToolError(str(error)) from error
    context.note_seen(path, after)
    object_format = context.worktree.repository.object_format
    context.append(
        FileEdited,
        call=call,
        path=shown_path,
        before=None if before is None else blob_id(before, object_format),
        after=blob_id(after, object_format),
    )
    added, removed = _count(before, after)
    verb = "created" if before is None else "edited"
    return f"{verb} {path}: {added} lines added, {removed} removed"


def _count(before: bytes | None, after: bytes) -> tuple[int, int]:
    return count_changed_lines(_text(before or b""), _text(after))


def _text(data: bytes) -> str:
    return data.decode(encoding_of(data).codec, errors=_READABLE)


def blob_id(data: bytes, object_format: str) -> str:
    """The id that git gives these bytes; `object_format` is sha1 or sha256."""
    return hashlib.new(object_format, b"blob %d\0" % len(data) + data).hexdigest()
