"""Branches and commits of a folder of our own, read as files: the same as git says, or nothing."""

from __future__ import annotations

import subprocess
import zlib
from pathlib import Path

import pytest

from mlops_agent.workspace.own_refs import branch, loose_commit, object_format, set_branch


def git(folder: Path, *arguments: str, stdin: str = "") -> str:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    argv = ["git", f"--git-dir={folder}", *identity, *arguments]
    return subprocess.run(argv, input=stdin, check=True, capture_output=True, text=True).stdout


@pytest.fixture(params=["sha1", "sha256"])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    made = tmp_path / "own.git"
    subprocess.run(
        ["git", "init", "-q", "--bare", f"--object-format={request.param}", str(made)], check=True
    )
    return made


def commit(folder: Path, *parents: str) -> str:
    tree = git(folder, "mktree").strip()
    given = [word for parent in parents for word in ("-p", parent)]
    return git(folder, "commit-tree", tree, *given, stdin="tree 0\nauthor nobody\n").strip()


def test_a_branch_is_what_git_says(folder: Path) -> None:
    first = commit(folder)
    assert branch(folder, "base") is None
    set_branch(folder, "base", first)
    assert git(folder, "rev-parse", "refs/heads/base").strip() == branch(folder, "base") == first
    second = commit(folder, first, first[::1])
    set_branch(folder, "base", second)
    assert git(folder, "rev-parse", "refs/heads/base").strip() == second
    assert git(folder, "fsck", "--strict") == ""


def test_a_commit_is_what_git_says(folder: Path) -> None:
    made = commit(folder, commit(folder))
    found = loose_commit(folder, made)
    assert found is not None
    assert git(folder, "show", "-s", "--format=%T %ct", made).strip() == (
        f"{found.tree} {found.seconds}"
    )
    assert git(folder, "rev-parse", "--show-object-format").strip() == object_format(made)


def test_what_is_packed_or_no_commit_is_left_to_git(folder: Path) -> None:
    made = commit(folder)
    tree = git(folder, "rev-parse", f"{made}^{{tree}}").strip()
    assert loose_commit(folder, tree) is None
    git(folder, "update-ref", "refs/heads/base", made)
    git(folder, "repack", "-adq")
    git(folder, "pack-refs", "--all")
    assert loose_commit(folder, made) is None
    assert branch(folder, "base") is None


def test_an_object_that_is_not_what_its_name_says_is_refused(folder: Path) -> None:
    made = commit(folder)
    file = folder / "objects" / made[:2] / made[2:]
    data = zlib.decompress(file.read_bytes())
    file.chmod(0o600)
    file.write_bytes(zlib.compress(data.replace(b"nobody", b"nobodY")))
    assert loose_commit(folder, made) is None
    file.write_bytes(b"no zlib")
    assert loose_commit(folder, made) is None


@pytest.mark.parametrize("text", ["", "ref: refs/heads/other\n", "abc\n", "Z" * 40, "é" * 40])
def test_a_branch_that_is_no_id_is_left_to_git(tmp_path: Path, text: str) -> None:
    file = tmp_path / "refs" / "heads" / "base"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    assert branch(tmp_path, "base") is None
