"""The search that Grep runs inside the sandbox: a script of its own, standard library only.

Reads {"pattern", "ignore_case", "most"} and the paths (each with the file's real name) as JSON from
the file that is its argument and prints path:line:text. Confined and timed, a slow pattern can hurt
nobody. Exits 1 when nothing is found, 2 when the pattern is no regular expression.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

LINE_CHARACTERS = 300
FILE_BYTES = 4 * 1024 * 1024


def search(pattern: re.Pattern[str], paths: dict[str, str]) -> Iterator[str]:
    """Yield path:line:text for each line that fits, in order; binary and huge files are passed."""
    for path, name in paths.items():
        file = Path(name)
        if file.is_symlink() or not file.is_file() or file.stat().st_size > FILE_BYTES:
            continue
        data = file.read_bytes()
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        if b"\0" in data[:8192] and not wide:
            continue
        lines = data.decode("utf-16" if wide else "utf-8", errors="replace").split("\n")
        for number, line in enumerate(lines, start=1):
            if pattern.search(line):
                yield f"{path}:{number}:{line.rstrip()[:LINE_CHARACTERS]}"


def main(order: str) -> int:
    """Search as the order file says; returns the exit code."""
    wanted = json.loads(Path(order).read_text(encoding="utf-8"))
    try:
        flags = re.IGNORECASE if wanted["ignore_case"] else 0
        pattern = re.compile(wanted["pattern"], flags)
    except re.error as error:
        sys.stdout.write(f"{error}\n")
        return 2
    count = 0
    for hit in search(pattern, wanted["paths"]):
        count += 1
        if count > wanted["most"]:
            sys.stdout.write("[more lines fit: make the pattern or the paths narrower]\n")
            break
        sys.stdout.write(f"{hit}\n")
    return 0 if count else 1


if __name__ == "__main__":
    # Odd file names and texts must not depend on the locale of the machine.
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1]))
