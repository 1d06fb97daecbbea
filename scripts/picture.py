"""Draw docs/demo.svg: the demo's own output in a terminal of 100 columns, nothing edited but paths.

python scripts/picture.py [--output docs/demo.svg]
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
COLUMNS, ROWS = 100, 200
CURSOR_MOVES = re.compile(r"\x1b\[[0-9;?]*[A-HJKSThl]")


def in_terminal(argv: list[str]) -> str:
    """What a command prints when it believes that it has a terminal."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    process = subprocess.Popen(
        argv,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=subprocess.DEVNULL,  # progress lines overwrite themselves: no picture of those
        env={**os.environ, "PATH": path, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)},
    )
    os.close(terminal)
    chunks: list[bytes] = []
    while True:
        try:
            chunk = os.read(controller, 65536)
        except OSError:  # Linux answers EIO when the other side is closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    process.wait()
    return b"".join(chunks).decode("utf-8", "replace")


def last_state(output: str) -> str:
    """The text without cursor moves, and without the path of the checkout."""
    plain = CURSOR_MOVES.sub("", output.replace("\r\n", "\n"))
    return plain.replace(str(ROOT), "~/mlops-agent")


def main() -> None:
    """Run the demo and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "docs/demo.svg")
    args = parser.parse_args()
    text = last_state(in_terminal(["sh", "scripts/demo.sh"]))
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    console.print(Text.from_ansi("$ make demo\n" + text.strip()))
    args.output.write_text(console.export_svg(title="make demo"), encoding="utf-8")


if __name__ == "__main__":
    main()
