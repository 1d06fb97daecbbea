"""What is listed, what is read, and the reason for everything that is not."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from map_help import TRAIN, git, repository

from mlops_agent.errors import BadInputError, NotARepositoryError
from mlops_agent.lifecycle.comparing import blob_id
from mlops_agent.lifecycle.listing import list_files
from mlops_agent.lifecycle.reading import read_lifecycle
from mlops_agent.lifecycle.scope import Scope
from mlops_agent.settings.model import Settings


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", {"train.py": TRAIN, "conf.yaml": "a: 1\n"})


def test_blob_ids_are_gits_and_a_clean_tree_is_clean(repo: Path) -> None:
    listing = list_files(repo)
    assert not listing.dirty
    assert {f.path: f.blob for f in listing.files}["train.py"] == blob_id(TRAIN.encode())


def test_a_touched_file_with_the_same_content_is_not_dirty(repo: Path) -> None:
    os.utime(repo / "train.py", (1, 1))
    listing = list_files(repo)
    assert not listing.dirty
    assert all(file.blob for file in listing.files)


def test_changed_staged_and_new_files_are_dirty_and_read_as_they_stand(repo: Path) -> None:
    (repo / "train.py").write_text("x = 1\n")
    assert list_files(repo).dirty
    git(repo, "add", "-A")
    assert list_files(repo).dirty
    git(repo, "commit", "-qm", "two")
    assert not list_files(repo).dirty
    (repo / "new.py").write_text(TRAIN)
    (repo / ".gitignore").write_text("hidden.py\n")
    (repo / "hidden.py").write_text(TRAIN)
    read = read_lifecycle(repo)
    assert read.map.repo.dirty
    assert "new.py" in {asset.path for asset in read.map.assets}
    assert "hidden.py" not in read.tracked


def test_repository_configuration_cannot_run_commands(repo: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    git(repo, "config", "core.fsmonitor", f"touch {proof}; false")
    git(repo, "config", "filter.evil.clean", f"touch {proof}; cat")
    git(repo, "config", "core.pager", f"touch {proof}")
    (repo / ".gitattributes").write_text("*.py filter=evil\n")
    hook = repo / ".git" / "hooks" / "post-index-change"
    hook.write_text(f"#!/bin/sh\ntouch {proof}\n")
    hook.chmod(0o755)
    (repo / "train.py").write_text(TRAIN + "\n")
    read_lifecycle(repo)
    assert not proof.exists()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("large.py", b"x = 1\n" * 200_000, "larger than 1024 KiB"),
        ("large.yaml", b"a: 1\n" * 120_000, "larger than 200 KiB"),
        ("binary.py", b"x = 1\0\n", "binary"),
        ("latin.py", "x = 'é'\n".encode("latin-1"), "not UTF-8 at byte 5"),
        ("lfs.json", b"version https://git-lfs.github.com/spec/v1\noid x\n", "Git LFS"),
        ("broken.py", b"def f(:\n", "not Python 3"),
        ("broken.yaml", b"a: [1\nb: 2\n", "YAML"),
    ],
)
def test_unread_files_are_named_with_the_reason(
    repo: Path, name: str, content: bytes, reason: str
) -> None:
    (repo / name).write_bytes(content)
    read = read_lifecycle(repo)
    assert reason in read.skipped[name]
    assert ("training", "train.py") in {(a.stage, a.path) for a in read.map.assets}


def test_links_devices_and_deleted_files_are_skipped(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text(TRAIN)
    (repo / "out.py").symlink_to(tmp_path / "outside.py")
    (repo / "loop.py").symlink_to("loop.py")
    (repo / "gone.py").write_text(TRAIN)
    (repo / "pipe.py").write_text(TRAIN)
    git(repo, "add", "-A")
    (repo / "gone.py").unlink()
    (repo / "pipe.py").unlink()
    os.mkfifo(repo / "pipe.py")
    read = read_lifecycle(repo)
    assert "symbolic link" in read.skipped["out.py"]
    assert "symbolic link" in read.skipped["loop.py"]
    assert "deleted" in read.skipped["gone.py"]
    assert "regular file" in read.skipped["pipe.py"]


def test_a_folder_replaced_by_a_link_is_not_followed(repo: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_text(TRAIN)
    (repo / "pkg").mkdir()
    (repo / "pkg" / "a.py").write_text("x = 1\n")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "two")
    shutil.rmtree(repo / "pkg")
    (repo / "pkg").symlink_to(outside)
    read = read_lifecycle(repo)
    assert "pkg/a.py" not in {asset.path for asset in read.map.assets}
    assert "pkg/a.py" in read.skipped


def test_submodule_is_named_and_not_entered(repo: Path, tmp_path: Path) -> None:
    other = repository(tmp_path / "other", {"train.py": TRAIN})
    git(repo, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "sub")
    read = read_lifecycle(repo)
    assert "submodule" in read.skipped["sub"]
    assert not any(asset.path.startswith("sub/") for asset in read.map.assets)


def test_detached_and_shallow_checkouts_are_read(repo: Path, tmp_path: Path) -> None:
    git(repo, "checkout", "-q", "--detach")
    assert read_lifecycle(repo).map.repo.commit
    git(tmp_path, "clone", "-q", "--depth", "1", repo.as_uri(), "shallow")
    assert read_lifecycle(tmp_path / "shallow").map.assets


def test_a_folder_inside_git_is_refused(repo: Path) -> None:
    with pytest.raises(NotARepositoryError, match=r"inside a \.git folder"):
        read_lifecycle(repo / ".git")


def test_settings_exclude_paths(repo: Path) -> None:
    read = read_lifecycle(repo, settings=Settings(exclude=("train*",)))
    assert read.map.assets == []
    assert read.skipped["train.py"] == "excluded by the settings"


def test_settings_include_what_would_be_left_out(repo: Path) -> None:
    (repo / "examples").mkdir()
    (repo / "examples" / "train.py").write_text(TRAIN)
    assert "examples/" in read_lifecycle(repo).skipped
    read = read_lifecycle(repo, settings=Settings(include=("examples",)))
    assert "examples/train.py" in {asset.path for asset in read.map.assets}


def test_include_wins_over_default_exclusions() -> None:
    assert Scope().left_out("examples/train.py") is not None
    assert Scope(include=("examples",)).left_out("examples/train.py") is None


def test_a_missing_object_is_never_fetched(tmp_path: Path) -> None:
    """A hostile `.git` may name a program as the transport of the remote that has the object."""
    root = repository(tmp_path / "partial", {"train.py": TRAIN})
    pwned = tmp_path / "pwned"
    tree = subprocess.check_output(["git", "rev-parse", "HEAD^{tree}"], cwd=root, text=True).strip()
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": str(tmp_path / "nowhere"),
        "remote.origin.uploadpack": f"touch {pwned}; false",
        "protocol.file.allow": "always",
    }.items():
        git(root, "config", key, value)
    (root / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(BadInputError):
        list_files(root)
    assert not pwned.exists()
    # The control: git as a user runs it does start the program.
    subprocess.run(["git", "status"], cwd=root, capture_output=True, check=False)
    assert pwned.exists()
