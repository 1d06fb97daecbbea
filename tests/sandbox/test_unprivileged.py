"""Where the program is root, commands run as a user who owns nothing else, or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mlops_agent
from mlops_agent.errors import SandboxUnavailableError
from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.sandbox.unprivileged import INSIDE, USER, give
from mlops_agent.workspace.removing import remove_tree

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user to become"),
]

SOURCE = Path(mlops_agent.__file__).parent.parent
OPEN = """
from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.errors import SandboxUnavailableError
try:
    Sandbox.open()
except SandboxUnavailableError as error:
    print("REFUSED", int(error.exit_code), error)
"""


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox.open()


@pytest.fixture
def worktree(tmp_path: Path) -> Path:
    folder = tmp_path / "worktree"
    folder.mkdir()
    return folder


DEEPER = """
import os
for _ in range(2100):
    os.mkdir("d")
    os.chdir("d")
"""


def text_of(sandbox: Sandbox, worktree: Path, command: str, *read_only: Path) -> str:
    output = worktree.parent / "output"
    argv = ["bash", "-c", command]
    return sandbox.run(argv, cwd=worktree, read_only=read_only, timeout=30, output=output).text


def test_a_command_is_nobody_without_any_capability(sandbox: Sandbox, worktree: Path) -> None:
    said = text_of(sandbox, worktree, "id -u; id -g; id -G; grep ^Cap /proc/self/status; touch f")
    ids, capabilities = said.split()[:3], said.split()[4::2]
    assert ids == [str(INSIDE)] * 3
    assert set(capabilities) == {"0" * 16}
    status = (worktree / "f").stat()
    assert (status.st_uid, status.st_gid) == (USER, USER)
    assert f"as user {USER}" in sandbox.isolation.detail


def test_what_is_roots_alone_stays_unread_where_it_lies_in_sight(
    sandbox: Sandbox, worktree: Path, tmp_path: Path
) -> None:
    shown = tmp_path / "shown"
    shown.mkdir()
    (shown / "everybodys").write_text("for everybody\n")
    (shown / "roots").write_text("for root\n")
    (shown / "roots").chmod(0o600)
    said = text_of(sandbox, worktree, f"cat {shown}/everybodys {shown}/roots /etc/shadow", shown)
    assert "for everybody" in said
    assert "for root" not in said
    assert "root:" not in said


def test_files_that_root_writes_in_between_are_given_too(sandbox: Sandbox, worktree: Path) -> None:
    text_of(sandbox, worktree, "mkdir d && echo his > d/f")
    (worktree / "d" / "f").unlink()
    (worktree / "d" / "f").write_text("root's\n")
    (worktree / "d" / "f").chmod(0o600)
    assert text_of(sandbox, worktree, "cat d/f; echo more >> d/f; cat d/f") == (
        "root's\nroot's\nmore\n"
    )


def test_what_a_link_leads_to_is_never_given_away(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "file").write_text("x")
    (folder / "file").write_text("x")
    (folder / "link").symlink_to(outside / "file")
    (folder / "links").symlink_to(outside)
    (folder / "hard").hardlink_to(outside / "file")
    give(folder)
    assert {path.name: path.lstat().st_uid for path in folder.iterdir()} == {
        "file": USER, "link": USER, "links": USER, "hard": 0,
    }  # fmt: skip
    assert outside.stat().st_uid == (outside / "file").stat().st_uid == 0


def test_roots_umask_keeps_nothing_from_a_command(worktree: Path, tmp_path: Path) -> None:
    script = tmp_path / "probe.sh"
    code = f"""
import os; os.umask(0o077)
from pathlib import Path
from mlops_agent.sandbox.confine import Sandbox
script, worktree = Path({str(script)!r}), Path({str(worktree)!r})
script.write_text("cat kept && echo ran")
(worktree / "kept").write_text("kept ")
ran = Sandbox.open().run(["bash", str(script)], cwd=worktree, read_only=[script], timeout=30,
                         output=worktree.with_name("output"))
print(ran.exit_code, ran.text)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "0 kept ran\n\n"
    assert script.stat().st_mode & 0o777 == 0o600


def test_standard_output_can_be_opened_by_name(sandbox: Sandbox, worktree: Path) -> None:
    said = text_of(sandbox, worktree, "echo 1; echo 2 > /dev/stderr; echo 3 >> /dev/stdout; echo 4")
    assert said == "1\n2\n3\n4\n"


def test_folders_nested_deeper_than_a_path_is_long_keep_no_command_from_running(
    sandbox: Sandbox, worktree: Path
) -> None:
    text_of(sandbox, worktree, f"python3 -c '{DEEPER}'")
    (worktree / "roots").write_text("root's\n")
    (worktree / "roots").chmod(0o600)
    try:
        assert text_of(sandbox, worktree, "cat roots") == "root's\n"
    finally:
        remove_tree(worktree)


def test_where_root_has_no_other_user_nothing_is_run() -> None:
    # A namespace that knows root alone, as some containers are.
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", sys.executable, "-c", OPEN],
        env={**os.environ, "PYTHONPATH": str(SOURCE)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("REFUSED 7 commands can't be confined: root can't run them as a ")
    assert "ids can't be mapped" in done.stdout
    assert len(done.stdout.splitlines()) == 1


def test_root_inside_another_sandbox_is_told_so() -> None:
    done = subprocess.run(
        [
            "bwrap", "--unshare-user", "--disable-userns", "--dev-bind", "/", "/", "--uid", "0",
            sys.executable, "-c", OPEN,
        ],
        env={**os.environ, "PYTHONPATH": str(SOURCE)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("REFUSED 7 commands can't be confined: root can't run them as a ")
    assert "a sandbox around this program" in done.stdout


@pytest.mark.parametrize("missing", ["unshare", "setpriv"])
def test_a_missing_program_is_named(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in {"bwrap", "prlimit", "unshare", "setpriv", "sh"} - {missing}:
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailableError, match=f"{missing} of util-linux is not installed"):
        Sandbox.open()
