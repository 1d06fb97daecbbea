"""Answers kept between two starts of guided mode, below the program's state folder.

Owns their place and the writing: whole or not at all, readable by the owner only, without secrets;
each save adds to what is there, so that two talks at once lose nothing to each other. The file is
an answers file, so `--answers` takes it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
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
        self._anew = False

    def read(self) -> dict[str, str]:
        """The answers of an earlier start, none where there was none; raises BadInputError."""
        return read_answers(self.path) if self.path.is_file() else {}

    def make_ready(self) -> None:
        """Make the folder and try to write there; raises OSError where answers can't be kept."""
        with self._locked(), tempfile.TemporaryFile(dir=self.path.parent):
            pass

    def start_anew(self) -> None:
        """Let the next answer begin a new file; the one that is there is moved aside with it."""
        self._anew = True

    @property
    def aside(self) -> Path:
        """Where the answers go that were not gone on with."""
        return self.path.with_suffix(".before.yaml")

    def save(self, answers: Mapping[str, str]) -> None:
        """Add answers to those that are kept; what looks like a secret is blanked.

        Raises OSError, and BadInputError where the kept file can't be read.
        """
        if not answers:
            return
        with self._locked():
            if self._anew and self.path.is_file():
                self.path.replace(self.aside)
            self._anew = False
            self._write({**self.read(), **answers})

    def _write(self, answers: Mapping[str, str]) -> None:
        import yaml

        from mlops_agent.sandbox.secrets.redactor import Redactor

        redactor = Redactor().of_environment(os.environ)
        blanked = {key: redactor.text(answer) for key, answer in answers.items()}
        head = " ".join(redactor.text(self._text).split())[:_HEAD]
        body = yaml.safe_dump(blanked, allow_unicode=True, sort_keys=False)
        self._replace(f"# {head}\n{body}".encode("utf-8", "replace"))

    @contextmanager
    def _locked(self) -> Generator[None]:
        """Hold the folder: talks about other requests wait too, but only as long as one write."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(number, fcntl.LOCK_EX)
            yield
        finally:
            os.close(number)

    def _replace(self, data: bytes) -> None:
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
