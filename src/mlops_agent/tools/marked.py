"""No redaction mark gets into a file: it would take the place of the value that it stands for."""

from __future__ import annotations

from mlops_agent.sandbox.secrets.marks import marks_in
from mlops_agent.tools.base import ToolError


def check_marks(path: str, before: bytes, *given: str) -> None:
    """Raise ToolError where a text to find or to write holds a mark that the file itself does not.

    A file that really holds such words (documentation of this program) can be edited.
    """
    real = marks_in(before.decode(errors="replace"))
    for text in given:
        for one, number in marks_in(text).items():
            if number > real[one]:
                raise ToolError(
                    f"{one} stands for a value in {path} that you were not shown, and is not in the"
                    " file: leave its line out of the text (Edit the lines beside it), or give"
                    " a whole new line in its place"
                )
