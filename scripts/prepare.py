"""Write what each start would have to work out from shipped lists: their JSON, the phrases'
stems, the sums of what was learned.

With --check nothing is written: it exits with 1, naming each file that is out of date. A file out
of date does no harm but to speed: it does not count then.
"""

from __future__ import annotations

import json
import sys
import tomllib
import zlib
from pathlib import Path

from mlops_agent.boundary import leaning, packed, phrases
from mlops_agent.vocabulary import prepared
from mlops_agent.vocabulary.lines import as_lines

PACKAGE = Path(prepared.FILE).parents[1]
LISTS = (
    *sorted((PACKAGE / "boundary").glob("*.toml")),
    *sorted((PACKAGE / "vocabulary" / "gates").glob("*.toml")),
    PACKAGE / "vocabulary" / "secrets" / "formats.toml",
    PACKAGE / "vocabulary" / "siblings.toml",
)
"""What `route` and `clarify` read at each start; map and audit keep what they have read."""


def wanted() -> dict[Path, str]:
    """What each file has to hold."""
    lists = {
        prepared.name_of(path): [
            zlib.crc32(path.read_bytes()),
            tomllib.loads(path.read_text(encoding="utf-8")),
        ]
        for path in LISTS
    }
    learned = leaning.FILE.read_bytes()
    sums = leaning.sums(json.loads(learned))
    lists[prepared.name_of(leaning.FILE)] = [zlib.crc32(learned), sums]
    return {prepared.FILE: as_lines(lists), packed.FILE: phrases.prepared()}


def stale() -> list[Path]:
    """The files that are missing or hold something else."""
    return [
        path
        for path, text in wanted().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Write the files, or compare them; returns the exit code."""
    if arguments == ["--check"]:
        late = stale()
        for path in late:
            sys.stderr.write(f"{path.name} is out of date: run `make prepared`\n")
        return 1 if late else 0
    for path, text in wanted().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
