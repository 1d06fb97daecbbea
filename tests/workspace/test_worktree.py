"""The worktree: exact, apart from the user's files, and gone without a trace."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from users_repository import UsersRepository

from mlops_agent.errors import BadInputError
from mlops_agent.workspace.snapshot import Trees, write_trees
from mlops_agent.workspace.worktree import Worktree


@pytest.mark.fault("F8", "F9")
def test_the_users_repository_is_the_same_before_and_after(
    user: UsersRepository, run_folder: Path
) -> None:
    user.commit({"second.py": "2\n"})
    (user.root / "train.py").write_text("stashed")
    user.git("stash")
    (user.root / "train.py").write_text("dirty")
    (user.root / "untracked").write_text("mine")
    before = user.state()
    worktree = Worktree.create(user.root, "", run_folder)
    assert worktree.left_out == ("train.py", "untracked")
    assert (worktree.path / "train.py").read_text() == "print('train')\n"
    worktree.write("train.py", b"ours")
    assert worktree.diff().files == ("train.py",)
    write_trees(run_folder, worktree)
    during = {k: v for k, v in user.state().items() if not k.startswith(".git/worktrees")}
    assert during == before
    worktree.remove()
    worktree.remove()
    assert user.state() == before
    assert not worktree.path.exists()


def test_other_worktrees_of_the_user_stay_registered(
    tmp_path: Path, user: UsersRepository, run_folder: Path
) -> None:
    user.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    user.git("worktree", "add", "-q", "-b", "gone", str(tmp_path / "gone"))
    shutil.rmtree(tmp_path / "gone")
    before = user.state()
    Worktree.create(user.root, "", run_folder).remove()
    assert user.state() == before


def test_a_base_other_than_head(user: UsersRepository, run_folder: Path) -> None:
    first = user.git("rev-parse", "HEAD")
    user.commit({"train.py": "later\n"})
    worktree = Worktree.create(user.root, "HEAD~1", run_folder)
    assert worktree.base_commit == first
    assert (worktree.path / "train.py").read_text() == "print('train')\n"
    with pytest.raises(BadInputError, match="not a commit"):
        Worktree.create(user.root, "no-such", run_folder)


ODD = {
    "crlf.txt": b"a\r\nb\r\n",
    "bom.py": b"\xef\xbb\xbfx = 1\n",
    "latin.txt": b"caf\xe9\n",
    "utf16.txt": "wide\n".encode("utf-16"),
    "-rf": b"option\n",
    "$(touch pwned)": b"shell\n",
    'new\nline and "quote" and \t': b"odd\n",
    "deep/er/ünïcode.txt": b"\n",
    "empty": b"",
    "no-newline": b"x",
    "data.bin": bytes(range(256)),
    ".gitattributes": b"*.txt text eol=crlf\n*.py ident working-tree-encoding=UTF-16\n"
    b"empty export-ignore\n",
}


@pytest.mark.fault("F12", "F13", "F18")
def test_contents_are_the_blobs_whatever_attributes_say(
    user: UsersRepository, run_folder: Path
) -> None:
    # Stored as they are, so that only what comes out of the worktree is looked at.
    (user.root / ".git" / "info").mkdir(exist_ok=True)
    (user.root / ".git" / "info" / "attributes").write_text(
        "* -text -ident !working-tree-encoding\n"
    )
    user.commit(dict(ODD))
    (user.root / "link").symlink_to("train.py")
    (user.root / "train.py").chmod(0o755)
    user.commit({})
    (user.root / ".git" / "info" / "attributes").unlink()
    worktree = Worktree.create(user.root, "", run_folder)
    for name, content in ODD.items():
        assert (worktree.path / name).read_bytes() == content, name
    assert (worktree.path / "link").readlink() == Path("train.py")
    assert (worktree.path / "train.py").stat().st_mode & stat.S_IXUSR
    assert worktree.tree_hash() == user.git("rev-parse", "HEAD^{tree}")
    assert worktree.diff().files == ()
    assert set(worktree.files()) == {*ODD, "link", "train.py", "data/a.csv"}


def test_the_hash_sees_every_kind_of_change(user: UsersRepository, run_folder: Path) -> None:
    user.commit(
        {"run.sh": "x", "gone": "x", "folder/in": "x", "to-link": "x", ".gitignore": "*.log\n"}
    )
    worktree = Worktree.create(user.root, "", run_folder)
    base = worktree.tree_hash()
    seen = {base}

    def changed() -> None:
        new = worktree.tree_hash()
        assert new not in seen
        seen.add(new)

    (worktree.path / "run.sh").chmod(0o755)
    changed()
    (worktree.path / "gone").unlink()
    changed()
    (worktree.path / "new").write_text("new")
    changed()
    shutil.rmtree(worktree.path / "folder")
    (worktree.path / "folder").symlink_to("/etc")
    changed()
    (worktree.path / "to-link").unlink()
    os.mkfifo(worktree.path / "to-link")
    changed()
    (worktree.path / "noise.log").write_text("ignored")
    assert worktree.tree_hash() in seen
    assert set(worktree.diff().files) == {"run.sh", "gone", "new", "folder", "folder/in", "to-link"}


def test_a_repository_made_inside_is_neither_entered_nor_recorded(
    user: UsersRepository, run_folder: Path, tmp_path: Path
) -> None:
    worktree = Worktree.create(user.root, "", run_folder)
    base = worktree.tree_hash()
    nested = UsersRepository(worktree.path / "nested")
    nested.root.mkdir()
    nested.git("init", "-q")
    nested.commit({"a": "a"})
    nested.git("config", "core.fsmonitor", f"touch {tmp_path}/pwned; false")
    assert worktree.tree_hash() == base
    assert not (tmp_path / "pwned").exists()


def test_nothing_of_the_repositorys_configuration_runs(
    user: UsersRepository, run_folder: Path, tmp_path: Path
) -> None:
    pwned = tmp_path / "pwned"
    script = tmp_path / "evil.sh"
    script.write_text(f'#!/bin/sh\necho "$0 $*" >> {pwned}\ncat\n')
    script.chmod(0o755)
    user.commit({".gitattributes": "* filter=evil diff=evil\n", "big.bin": "pointer\n"})
    (user.root / "big.bin").write_text("dirty, so that status has to look inside\n")
    for name in ("post-checkout", "pre-commit", "post-index-change", "reference-transaction"):
        hook = user.root / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        shutil.copy(script, hook)
    for key in ("filter.evil.smudge", "filter.evil.clean", "filter.evil.process",
                "diff.evil.textconv", "core.fsmonitor", "diff.external"):  # fmt: skip
        user.git("config", key, str(script))
    user.git("config", "filter.evil.required", "true")
    before = user.state()
    pwned.unlink(missing_ok=True)
    worktree = Worktree.create(user.root, "", run_folder)
    worktree.write("big.bin", b"changed\n")
    assert worktree.diff().files == ("big.bin",)
    write_trees(run_folder, worktree)
    worktree.remove()
    assert not pwned.exists(), pwned.read_text()
    assert user.state() == before
    # The control: git as a user runs it does start these scripts.
    subprocess.run(["git", "status"], cwd=user.root, capture_output=True, check=False)
    assert pwned.exists()


@pytest.mark.fault("F19")
def test_a_swapped_git_pointer_is_not_followed(
    user: UsersRepository, run_folder: Path, tmp_path: Path
) -> None:
    worktree = Worktree.create(user.root, "", run_folder)
    before = worktree.tree_hash()
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "keep").write_text("keep")
    (worktree.path / ".git").unlink()
    (worktree.path / ".git").write_text(f"gitdir: {victim}\n")
    assert worktree.tree_hash() == before
    worktree.remove()
    assert (victim / "keep").read_text() == "keep"
    assert not (user.root / ".git" / "worktrees").exists()


def test_git_works_in_there_with_history_and_a_clean_status(
    user: UsersRepository, run_folder: Path
) -> None:
    user.commit({"b": "b"}, "second")
    inside = UsersRepository(Worktree.create(user.root, "", run_folder).path)
    assert inside.git("status", "--porcelain") == ""
    assert inside.git("log", "--format=%s") == "second\nfirst"
    (inside.root / "b").write_text("c")
    assert inside.git("status", "--porcelain") == "M b"


def test_it_is_taken_up_again_or_made_anew(user: UsersRepository, run_folder: Path) -> None:
    worktree = Worktree.create(user.root, "", run_folder)
    worktree.write("train.py", b"ours")
    proposed = worktree.tree_hash()
    again = Worktree.open(user.root, worktree.base_commit, run_folder)
    assert again.tree_hash() == proposed
    shutil.rmtree(worktree.path)
    with pytest.raises(BadInputError, match="is gone"):
        Worktree.open(user.root, worktree.base_commit, run_folder)
    anew = Worktree.create(user.root, worktree.base_commit, run_folder)
    assert anew.tree_hash() == Trees.open(run_folder).hash("base")


@pytest.mark.fault("F17")
def test_a_git_that_had_to_be_ended_leaves_no_lock_behind(
    user: UsersRepository, run_folder: Path
) -> None:
    worktree = Worktree.create(user.root, "", run_folder)
    os.mkfifo(worktree.path / ".gitattributes")
    worktree.write("train.py", b"ours")
    assert worktree.tree_hash() != worktree.trees.hash("base")
    # One that a machine which went down has left.
    worktree.index.with_name("worktree.index.lock").touch()
    again = Worktree.open(user.root, worktree.base_commit, run_folder)
    again.write("train.py", b"ours, later")
    assert again.tree_hash()


@pytest.mark.fault("F4")
def test_a_read_only_repository_is_refused_in_one_line(
    user: UsersRepository, run_folder: Path
) -> None:
    if os.geteuid() != 0:
        (user.root / ".git").chmod(0o555)
        with pytest.raises(BadInputError, match="is read-only"):
            Worktree.create(user.root, "", run_folder)
        (user.root / ".git").chmod(0o755)
        return
    # Modes don't stop root: a mount does.
    tree = str(user.root)
    script = (
        'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && exec "$2" -c "$3" "$1" "$4"'
    )
    argv = [
        "unshare",
        "-m",
        "sh",
        "-c",
        script,
        "sh",
        tree,
        sys.executable,
        CREATE,
        str(run_folder),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        assert os.environ.get("CI") is None, done.stderr
        pytest.skip(f"this root may not mount: {done.stderr}")
    assert "is read-only" in done.stdout


CREATE = """
import sys
from pathlib import Path
from mlops_agent.errors import BadInputError
from mlops_agent.workspace.worktree import Worktree
try:
    Worktree.create(Path(sys.argv[1]), "", Path(sys.argv[2]))
except BadInputError as error:
    print(error)
"""


@pytest.mark.fault("F10")
def test_submodules_stay_as_in_the_base(
    tmp_path: Path, user: UsersRepository, run_folder: Path
) -> None:
    other = tmp_path / "other"
    user.git("clone", "-q", str(user.root), str(other))
    user.git("submodule", "-q", "add", str(other), "libs/other")
    user.commit({}, "with a submodule")
    worktree = Worktree.create(user.root, "", run_folder)
    assert worktree.tree_hash() == user.git("rev-parse", "HEAD^{tree}")
    worktree.write("train.py", b"x")
    assert worktree.diff().files == ("train.py",)


def test_sha256_and_shallow_repositories(tmp_path: Path, run_folder: Path) -> None:
    root = tmp_path / "modern"
    root.mkdir()
    modern = UsersRepository(root)
    modern.git("init", "-q", "--object-format=sha256")
    modern.commit({"a": "1"})
    modern.commit({"a": "2"})
    shallow = tmp_path / "shallow"
    modern.git("clone", "-q", "--depth", "1", f"file://{root}", str(shallow))
    worktree = Worktree.create(shallow, "", run_folder)
    assert worktree.tree_hash() == modern.git("rev-parse", "HEAD^{tree}")
    assert len(worktree.tree_hash()) == 64
    assert worktree.trees.read("base", "a") == b"2"


def test_a_partial_clone_says_that_objects_are_missing(
    tmp_path: Path, user: UsersRepository, run_folder: Path
) -> None:
    user.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    user.git(
        "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{user.root}", str(partial)
    )
    with pytest.raises(BadInputError, match="missing") as caught:
        Worktree.create(partial, "", run_folder)
    assert "fetch" in caught.value.hint
