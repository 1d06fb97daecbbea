"""open_repository: what it finds, and one clear line for each thing that can't be used."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from users_repository import UsersRepository

from mlops_agent.errors import BadInputError, NotARepositoryError
from mlops_agent.workspace.repository import open_repository


def refusal(path: Path) -> str:
    with pytest.raises(BadInputError) as caught:
        open_repository(path)
    message = str(caught.value)
    assert "\n" not in message
    assert caught.value.hint or "can't read" in message
    return message


def test_it_knows_head_branch_and_root_from_a_folder_below(user: UsersRepository) -> None:
    found = open_repository(user.root / "data")
    assert found.root == user.root
    assert found.head == user.git("rev-parse", "HEAD")
    assert (found.branch, found.shallow, found.object_format) == ("main", False, "sha1")


def test_bad_paths_are_one_line_each(tmp_path: Path, user: UsersRepository) -> None:
    assert "does not exist" in refusal(tmp_path / "nowhere")
    assert "is not a folder" in refusal(user.root / "train.py")
    outside = tmp_path / "outside"
    outside.mkdir()
    assert "not inside a git repository" in refusal(outside)
    subprocess.run(["git", "init", "-q", str(outside)], check=True)
    assert "no commits yet" in refusal(outside)
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(user.root), str(bare)], check=True)
    assert "bare repository" in refusal(bare)
    assert "not inside a git repository" in refusal(pointed_nowhere(tmp_path))


def pointed_nowhere(tmp_path: Path) -> Path:
    folder = tmp_path / "pointed"
    folder.mkdir()
    (folder / ".git").write_text("gitdir: /nowhere/at/all\n")
    return folder


def test_a_broken_repository_is_no_traceback(user: UsersRepository) -> None:
    (user.root / ".git" / "HEAD").write_text("nonsense\n")
    with pytest.raises(NotARepositoryError):
        open_repository(user.root)


def test_detached_shallow_and_linked_are_fine(tmp_path: Path, user: UsersRepository) -> None:
    user.commit({"more.py": "1\n"}, "second")
    shallow = tmp_path / "shallow"
    user.git("clone", "-q", "--depth", "1", f"file://{user.root}", str(shallow))
    assert open_repository(shallow).shallow
    user.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    linked = open_repository(tmp_path / "linked")
    assert linked.branch == ""
    assert linked.common_dir == user.root / ".git"
    assert linked.git_dir.parent == user.root / ".git" / "worktrees"


def test_submodules_are_named_and_not_entered(tmp_path: Path, user: UsersRepository) -> None:
    other = tmp_path / "other"
    user.git("clone", "-q", str(user.root), str(other))
    user.git("submodule", "-q", "add", str(other), "libs/other")
    user.commit({}, "with a submodule")
    assert open_repository(user.root).submodules == ("libs/other",)


def test_somebody_elses_repository_names_the_remedy(tmp_path: Path, user: UsersRepository) -> None:
    if os.geteuid() != 0:
        assert os.environ.get("CI") is None or shutil.which("sudo"), "needs another user"
        pytest.skip("only root can give a folder to somebody else")
    for path in [user.root, *user.root.rglob("*")]:
        os.chown(path, 12345, 12345, follow_symlinks=False)
    with pytest.raises(NotARepositoryError, match="belongs to another user") as caught:
        open_repository(user.root)
    assert "safe.directory" in caught.value.hint


def test_a_hook_that_calls_us_does_not_redirect_us(
    tmp_path: Path, user: UsersRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    user.git("clone", "-q", str(user.root), str(other))
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    (user.root / "new.txt").write_text("new")
    found = open_repository(user.root)
    assert (found.root, found.git_dir) == (user.root, user.root / ".git")
    assert found.left_out() == ("new.txt",)


def test_names_are_resolved_to_commits_and_others_refused(user: UsersRepository) -> None:
    first = user.git("rev-parse", "HEAD")
    user.git("tag", "-m", "a tag", "v1")
    second = user.commit({"b": "b"})
    found = open_repository(user.root)
    assert (found.resolve("v1"), found.resolve(""), found.resolve("HEAD~1")) == (
        first, second, first,
    )  # fmt: skip
    for name in ("nothing", "--all", "HEAD:train.py", "a b"):
        with pytest.raises(BadInputError, match="is not a commit"):
            found.resolve(name)


def test_left_out_names_every_kind_of_uncommitted_work(user: UsersRepository) -> None:
    user.commit({"gone.py": "x", "staged.py": "x", ".gitignore": "*.log\n"})
    (user.root / "gone.py").unlink()
    (user.root / "staged.py").write_text("y")
    user.git("add", "staged.py")
    (user.root / "train.py").write_text("changed")
    (user.root / "odd \n name").write_text("new")
    (user.root / "ignored.log").write_text("not ours to name")
    before = user.state()
    assert open_repository(user.root).left_out() == (
        "gone.py", "odd \\n name", "staged.py", "train.py",
    )  # fmt: skip
    assert user.state() == before


@pytest.mark.parametrize("name", ["a=b", "a\u2028b", "a.b", "A B"])
def test_a_filter_is_switched_off_whatever_it_is_called(
    name: str, user: UsersRepository, tmp_path: Path
) -> None:
    pwned = tmp_path / "pwned"
    user.commit({".gitattributes": f'* "filter={name}"\n', "big.bin": "pointer\n"})
    user.git("config", f"filter.{name}.clean", f"touch {pwned}; cat")
    user.git("config", f"filter.{name}.required", "true")
    (user.root / ".git" / "info" / "attributes").write_text(f"* filter={name}\n")
    (user.root / "big.bin").write_text("dirty, so that status has to look inside\n")
    assert name in open_repository(user.root).filters
    assert "big.bin" in open_repository(user.root).left_out()
    assert not pwned.exists()


def test_a_missing_object_is_never_fetched(user: UsersRepository, tmp_path: Path) -> None:
    """Fetching would start what a hostile `.git/config` names as the remote's transport."""
    pwned = tmp_path / "pwned"
    tree = user.git("rev-parse", "HEAD^{tree}")
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::sh -c 'touch {pwned}'",
        "protocol.ext.allow": "always",
    }.items():
        user.git("config", key, value)
    (user.root / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    assert "warning" not in refusal(user.root)
    assert not pwned.exists()
