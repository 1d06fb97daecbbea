"""The user's git folder looked at twice: every change of refs, configuration and hooks shows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from users_repository import UsersRepository

from mlops_agent.workspace.repository import open_repository
from mlops_agent.workspace.witness import Witness, differences, keep, kept, look_at


def look(user: UsersRepository) -> Witness:
    return look_at(open_repository(user.root))


def hook(user: UsersRepository) -> None:
    file = user.root / ".git" / "hooks" / "pre-commit"
    file.parent.mkdir(exist_ok=True)
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)


def modules(user: UsersRepository) -> None:
    file = user.root / ".git" / "modules" / "sub" / "config"
    file.parent.mkdir(parents=True)
    file.write_text("[core]\n")


CHANGES: dict[str, tuple[Callable[[UsersRepository], object], str]] = {
    "a commit": (lambda u: u.commit({"b": "b"}), "refs/heads/main: "),
    "a branch": (lambda u: u.git("branch", "side"), "refs/heads/side: nothing became "),
    "a tag": (lambda u: u.git("tag", "v1"), "refs/tags/v1: nothing became "),
    "a deleted ref": (lambda u: u.git("branch", "-D", "old"), " became nothing"),
    "a stash": (
        lambda u: ((u.root / "train.py").write_text("dirty"), u.git("stash")), "refs/stash: "
    ),
    "a switch": (
        lambda u: u.git("switch", "-q", "old"),
        "HEAD: ref: refs/heads/main became ref: refs/heads/old",
    ),
    "configuration": (lambda u: u.git("config", "core.fsmonitor", "x"), ".git/config: changed"),
    "a hook": (hook, ".git/hooks/pre-commit: made"),
    "an exclude": (
        lambda u: (u.root / ".git/info/exclude").write_text("*"), ".git/info/exclude: changed"
    ),
    "an alternate": (
        lambda u: (u.root / ".git/objects/info/alternates").write_text("/x\n"),
        ".git/objects/info/alternates: made",
    ),
    "a submodule": (modules, ".git/modules/sub/config: made"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_shows_in_one_line(name: str, user: UsersRepository) -> None:
    user.git("branch", "old")
    change, said = CHANGES[name]
    before = look(user)
    assert differences(before, look(user)) == []
    change(user)
    [line] = differences(before, look(user))
    assert said in line


@pytest.mark.fault("F19")
def test_another_git_folder_shows_whatever_it_holds(user: UsersRepository, tmp_path: Path) -> None:
    before = look(user)
    (user.root / ".git").rename(tmp_path / "real.git")
    (user.root / ".git").write_text(f"gitdir: {tmp_path}/real.git\n")
    assert differences(before, look(user)) == [f".git: now in {tmp_path}/real.git"]


def test_what_git_tidies_up_by_itself_is_no_change(user: UsersRepository, tmp_path: Path) -> None:
    user.git("branch", "side")
    user.git("tag", "-m", "annotated", "v1")
    before = look(user)
    user.git("pack-refs", "--all")
    user.git("gc", "-q")
    user.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    (user.root / "train.py").write_text("dirty")
    user.git("add", "-A")
    assert differences(before, look(user)) == []
    user.git("branch", "-f", "side", user.commit({}, "later"))
    assert len(differences(before, look(user))) == 2


def test_links_and_pipes_in_the_git_folder_are_not_followed(
    user: UsersRepository, tmp_path: Path
) -> None:
    before = look(user)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret").write_text("secret")
    hooks = user.root / ".git" / "hooks"
    if hooks.exists():
        for file in hooks.iterdir():
            file.unlink()
        hooks.rmdir()
    hooks.symlink_to(tmp_path / "elsewhere")
    os.mkfifo(user.root / ".git" / "refs" / "heads" / "pipe")
    lines = differences(before, look(user))
    assert ".git/hooks: made" in lines
    assert not any("secret" in line for line in lines)


def test_a_thousand_refs_take_milliseconds_and_are_stored(
    user: UsersRepository, run_folder: Path
) -> None:
    head = user.git("rev-parse", "HEAD")
    packed = "".join(f"{head} refs/tags/v{number:04}\n" for number in range(1000))
    (user.root / ".git" / "packed-refs").write_text(f"# pack-refs with: peeled\n{packed}")
    repository = open_repository(user.root)
    took: list[float] = []
    for _ in range(5):
        begun = time.perf_counter()
        seen = look_at(repository)
        took.append(time.perf_counter() - begun)
    assert len(seen.refs) == 1002
    assert min(took) < 0.02
    keep(run_folder, seen)
    assert kept(run_folder) == seen
