"""Transcripts: recorded runs with the repository they were made on and what has to come of them.

A folder a transcript: `journal.jsonl` as it was recorded (places rewritten, see places) and
`transcript.toml`. Nothing here runs anything.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from mlops_agent.contracts.evaluation import About
from mlops_agent.errors import BadInputError
from mlops_agent.journal.reading import JOURNAL

ABOUT = "transcript.toml"


@dataclass(frozen=True, slots=True)
class Transcript:
    """One transcript; its name is that of its folder."""

    folder: Path
    about: About

    @property
    def name(self) -> str:
        """What commands call it."""
        return self.folder.name

    @property
    def journal(self) -> Path:
        """The recorded journal."""
        return self.folder / JOURNAL

    @property
    def repository(self) -> Path:
        """The folder whose files the run was made on."""
        return (self.folder / self.about.repository).resolve()


def load_transcript(folder: Path) -> Transcript:
    """Read one transcript; raises BadInputError naming the file and what is wrong with it."""
    file = folder / ABOUT
    try:
        about = About.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInputError(f"{file} can't be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInputError(f"{file}: {where}: {first['msg']}") from error
    transcript = Transcript(folder, about)
    for path in (transcript.journal, transcript.repository):
        if not path.exists():
            raise BadInputError(f"{file}: there is no {path}")
    return transcript


def load_transcripts(folder: Path, names: Sequence[str] = ()) -> list[Transcript]:
    """All transcripts below a folder by name, or those that are named, in that order.

    Raises BadInputError where the folder has none, or not one that is named.
    """
    found = {file.parent.name: file.parent for file in sorted(folder.glob(f"*/{ABOUT}"))}
    if not found:
        raise BadInputError(f"{folder} holds no transcripts", "name their folder with --folder")
    missing = [name for name in names if name not in found]
    if missing:
        raise BadInputError(
            f"{folder} holds no transcript {missing[0]!r}", f"it holds: {', '.join(found)}"
        )
    return [load_transcript(found[name]) for name in names or found]
