"""Marks that stand for what a driver is not shown as it is: no mark takes its place in a file.

A text to find may hold marks: what is replaced are the file's own bytes behind them. A redaction
mark stands for a secret, `\\u{202E}` for a character that nobody sees.
"""

from __future__ import annotations

from mlops_agent.distrust.hidden import has_marks, unmarked
from mlops_agent.sandbox.secrets.marks import marks_in
from mlops_agent.sandbox.secrets.redactor import Redactor
from mlops_agent.sandbox.secrets.unveiling import places
from mlops_agent.tools.base import ToolError
from mlops_agent.tools.encodings import decode, encode
from mlops_agent.tools.textfile import is_crlf, replace_at, replace_once, to_crlf


def check_marks(path: str, before: bytes, text: str) -> None:
    """Raise ToolError where a text to write holds a mark that the file itself does not.

    A file that really holds such words (documentation of this program) can be edited.
    """
    # Without NULs, marks in UTF-16 are what they are in UTF-8.
    real = marks_in(before.replace(b"\0", b"").decode(errors="replace"))
    for one, number in marks_in(text).items():
        if number > real[one]:
            raise ToolError(
                f"{one} stands for a value in {path} that you were not shown, and is not in the"
                " file: leave its line out of the text (Edit the lines beside it), or give old"
                " with the mark and in new what takes its place"
            )


def replace_marked(path: str, before: bytes, old: str, new: str, redactor: Redactor) -> bytes:
    """As `replace_once`, of the text as it is shown: marks in `old` stand for what is behind them.

    Raises ToolError as that does, telling of nothing but the redacted text.
    """
    text = decode(path, before)
    replace_once(path, encode(redactor.text(text), before), old, new)
    found = places(text, to_crlf(old) if is_crlf(text) else old, redactor)
    if len(found) != 1:
        raise ToolError("old begins or ends inside of a mark: give the mark whole")
    return replace_at(path, before, found[0], new)


def as_in_file(before: bytes, old: str, new: str) -> str:
    """The text to find, with marks of hidden characters taken for these where the file has none.

    Raises ToolError where the new text would hold such a mark as it stands.
    """
    text = before.decode(errors="replace")
    if old in text or not has_marks(old) or unmarked(old) not in text:
        return old
    if has_marks(new):
        raise ToolError(
            "a mark such as \\u{202E} stands for a character that nobody sees: keep it out of new"
        )
    return unmarked(old)
