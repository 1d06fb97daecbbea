"""Answers kept between two starts of guided mode, below the program's state folder.

Owns their place and the writing: whole or not at all, readable by the owner only, without secrets.
The file is an answers file, so `--answers` takes it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from mlops_agent.journal.runs import state_folder
from mlops_agent.workflow.answer_file import read_answers

_ID_LENGTH = 16
_HEAD = 100


class Kept:
    """The kept answers of one request on one repository."""

    def __init__(self, text: str, repo: Path | None = None) -> None:
        """Name the place; nothing is read or written yet."""
        where = str(repo.resolve()) if repo is not None else ""
        name = hashlib.sha256(f"{where}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()
        self.path = state_folder() / "clarify" / f"{name[:_ID_LENGTH]}.yaml"
        self._text = text

    def read(self) -> dict[str, str]:
        """The answers of an earlier start, none where there was none; raises BadInputError."""
        return read_answers(self.path) if self.path.is_file() else {}

    def save(self, answers: Mapping[str, str]) -> None:
        """Write all answers so far; what looks like a secret is blanked. Raises OSError."""
        import yaml

        from mlops_agent.sandbox.secrets.redactor import Redactor

        redactor = Redactor().of_environment(os.environ)
        blanked = {key: redactor.text(answer) for key, answer in answers.items()}
        head = " ".join(redactor.text(self._text).split())[:_HEAD]
        body = yaml.safe_dump(blanked, allow_unicode=True, sort_keys=False) if blanked else ""
        self._replace(f"# {head}\n{body}".encode("utf-8", "replace"))

    def _replace(self, data: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number, name = tempfile.mkstemp(dir=self.path.parent, prefix=".answers-")
        scratch = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(self.path)
        finally:
            scratch.unlink(missing_ok=True)
