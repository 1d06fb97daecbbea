"""Folders in which commands of a repository run, and their removal whatever was left there.

Never follows a link and never raises: what cannot be removed stays for the operator to see.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path


def remove_tree(folder: Path) -> None:
    """Remove a folder with all below it, also where it is nested deeper than Python can follow
    or holds folders that their owner may not enter. Nothing happens where it is not there.
    """
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if not folder.is_symlink() and folder.is_dir():
        for argv in (("chmod", "-R", "u+rwX"), ("rm", "-rf")):
            subprocess.run([*argv, "--", folder], capture_output=True, check=False)


@contextmanager
def passing_folder(prefix: str) -> Generator[Path]:
    """Make a temporary folder for the block, and remove it at its end as `remove_tree` does."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        remove_tree(folder)
