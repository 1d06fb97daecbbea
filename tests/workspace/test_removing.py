"""A folder that commands have filled is removed, however they left it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from mlops_agent.workspace.removing import remove_tree

DEEP = 'import os\nfor _ in range(3000):\n    os.mkdir("d")\n    os.chdir("d")\n'
NOBODY = 65534


def test_deeply_nested_folders_go(tmp_path: Path) -> None:
    folder = tmp_path / "left"
    folder.mkdir()
    subprocess.run(["python3", "-c", DEEP], cwd=folder, check=True)
    remove_tree(folder)
    assert not folder.exists()


def test_folders_that_may_not_be_entered_go_for_their_owner_too() -> None:
    # Not tmp_path: its parents are shut to whom it is tried as.
    with tempfile.TemporaryDirectory() as name:
        left = Path(name) / "left"
        (left / "inner" / "below").mkdir(parents=True)
        if os.geteuid() == 0:
            for folder in (Path(name), left, left / "inner", left / "inner" / "below"):
                os.chown(folder, NOBODY, NOBODY)
        (left / "inner").chmod(0)
        child = os.fork()
        if child == 0:
            # Root may enter any folder, so it is not root that has to remove it.
            if os.geteuid() == 0:
                os.setegid(NOBODY)
                os.seteuid(NOBODY)
            remove_tree(left)
            os._exit(left.exists())
        assert os.waitpid(child, 0)[1] == 0


def test_a_link_is_not_followed_and_nothing_is_fine(tmp_path: Path) -> None:
    kept, folder = tmp_path / "kept", tmp_path / "left"
    kept.mkdir()
    (kept / "file").write_text("x")
    folder.mkdir()
    (folder / "link").symlink_to(kept)
    remove_tree(folder)
    (tmp_path / "link").symlink_to(kept)
    remove_tree(tmp_path / "link")
    remove_tree(tmp_path / "gone")
    assert (kept / "file").read_text() == "x"
