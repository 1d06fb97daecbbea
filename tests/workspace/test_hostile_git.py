"""Git on the host after an agent had the worktree: seven ways to have it run a program.

Each is planted as an agent or the repository's code could plant it; each has the control that git
as people run it, in the same worktree, does start the program.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from users_repository import UsersRepository

from mlops_agent.errors import BadInputError
from mlops_agent.lifecycle.reading import read_lifecycle
from mlops_agent.workspace.delivery import deliver_branch, deliver_to_working_tree, undo
from mlops_agent.workspace.repository import open_repository
from mlops_agent.workspace.snapshot import write_trees
from mlops_agent.workspace.witness import look_at
from mlops_agent.workspace.worktree import Worktree


@dataclass(frozen=True)
class Scene:
    """The user's repository, the worktree of a run, and a program that leaves a canary."""

    user: UsersRepository
    worktree: Worktree
    home: Path

    @property
    def canary(self) -> Path:
        return self.home / "canary"

    @property
    def evil(self) -> str:
        return f"echo ran >> {self.canary}; cat"

    def script(self, name: str) -> str:
        """A program in the worktree, named as a configuration names it from there."""
        file = self.worktree.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{self.evil}\n")
        file.chmod(0o755)
        return f"./{name}"

    def naive(self, *arguments: str, below: str = "") -> None:
        subprocess.run(
            ["git", "-c", "user.name=u", "-c", "user.email=u@e", *arguments],
            cwd=self.worktree.path / below, capture_output=True, check=False,
            stdin=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "HOME": str(self.home)},
        )  # fmt: skip


def pointer_replaced(scene: Scene) -> Callable[[], None]:
    other = scene.worktree.path / "other"
    subprocess.run(["git", "init", "-q", str(other)], check=True)
    subprocess.run(["git", "config", "core.fsmonitor", scene.evil], cwd=other, check=True)
    (scene.worktree.path / ".git").unlink()
    (scene.worktree.path / ".git").write_text("gitdir: other/.git\n")
    return lambda: scene.naive("status")


def nested_behind_a_gitlink(scene: Scene) -> Callable[[], None]:
    nested = UsersRepository(scene.worktree.path / "sub")
    nested.root.mkdir(exist_ok=True)
    nested.git("init", "-q")
    nested.commit({"a": "a"})
    nested.git("config", "core.fsmonitor", scene.evil)

    def naive() -> None:
        scene.naive("add", "sub")
        scene.naive("status")

    return naive


def hooks_of_the_tree(scene: Scene) -> Callable[[], None]:
    for name in ("pre-commit", "reference-transaction", "post-index-change", "post-checkout"):
        scene.script(f".githooks/{name}")
        copied = scene.user.root / ".githooks" / name
        copied.parent.mkdir(exist_ok=True)
        copied.write_bytes((scene.worktree.path / ".githooks" / name).read_bytes())
        copied.chmod(0o755)
    scene.user.git("config", "core.hooksPath", ".githooks")
    return lambda: scene.naive("commit", "--allow-empty", "-m", "x")


def text_conversion(scene: Scene) -> Callable[[], None]:
    scene.user.git("config", "diff.evil.textconv", scene.script("conv.sh"))
    (scene.worktree.path / ".gitattributes").write_text("* diff=evil\n")
    (scene.worktree.path / "train.py").write_text("touched\n")
    return lambda: scene.naive("diff")


def monitor_of_the_tree(scene: Scene) -> Callable[[], None]:
    scene.user.git("config", "core.fsmonitor", scene.script("monitor.sh"))
    return lambda: scene.naive("status")


def embedded_bare(scene: Scene) -> Callable[[], None]:
    bare = scene.worktree.path / "bare"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
    for key, value in (
        ("core.bare", "false"),
        ("core.worktree", ".."),
        ("core.fsmonitor", scene.evil),
    ):
        subprocess.run(["git", f"--git-dir={bare}", "config", key, value], check=True)
    return lambda: scene.naive("status", below="bare")


def filter_of_the_repository(scene: Scene) -> Callable[[], None]:
    for key in ("clean", "smudge"):
        scene.user.git("config", f"filter.evil.{key}", scene.script("filter.sh"))
    return filtered(scene)


def filter_of_the_user(scene: Scene) -> Callable[[], None]:
    script = scene.script("filter.sh")
    (scene.home / ".gitconfig").write_text(f'[filter "evil"]\n\tclean = {script}\n\trequired\n')
    return filtered(scene)


def filtered(scene: Scene) -> Callable[[], None]:
    for root in (scene.worktree.path, scene.user.root):
        (root / ".gitattributes").write_text("*.py filter=evil\n")
        (root / "train.py").write_text("touched\n")
    return lambda: scene.naive("add", "-A")


PLANTED = (
    pointer_replaced, nested_behind_a_gitlink, hooks_of_the_tree, text_conversion,
    monitor_of_the_tree, embedded_bare, filter_of_the_repository, filter_of_the_user,
)  # fmt: skip


@pytest.mark.fault("F19")
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_what_is_planted_is_not_run(
    plant: Callable[[Scene], Callable[[], None]],
    user: UsersRepository,
    run_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("GIT_CONFIG_GLOBAL")
    base = user.git("rev-parse", "HEAD")
    scene = Scene(user, Worktree.create(user.root, "", run_folder), home)
    scene.worktree.write("new.py", b"a change\n")
    naive = plant(scene)
    scene.canary.unlink(missing_ok=True)
    all_that_a_run_does(scene, base)
    assert not scene.canary.exists()
    naive()
    assert scene.canary.exists(), "the control did not run it: this test can't fail"


def all_that_a_run_does(scene: Scene, base: str) -> None:
    """What comes after the first act of an agent: look, record, resume, deliver, undo, map."""
    worktree, folder = scene.worktree, scene.worktree.run_folder
    before = worktree.tree_hash()
    assert "new.py" in worktree.diff().files
    again = Worktree.open(scene.user.root, base, folder)
    assert again.tree_hash() == before
    write_trees(folder, again)
    repository = open_repository(scene.user.root)
    repository.left_out()
    look_at(repository)
    deliver_branch(repository, folder, "fix", base, "a change")
    undo(folder)
    if not (scene.user.root / ".gitattributes").exists():
        deliver_to_working_tree(repository, folder)
        undo(folder)
    for place in (scene.user.root, worktree.path, worktree.path / "bare"):
        try:
            read_lifecycle(place)
        except BadInputError:
            continue


def test_a_signature_is_not_looked_at(
    user: UsersRepository, run_folder: Path, tmp_path: Path
) -> None:
    """`git show` starts gpg.program for a signed commit where log.showSignature says so."""
    canary = tmp_path / "canary"
    program = tmp_path / "gpg"
    program.write_text(
        f"#!/bin/sh\necho ran >> {canary}\necho '[GNUPG:] SIG_CREATED ' >&2\n"
        "cat > /dev/null\necho -----BEGIN PGP SIGNATURE-----\n"
    )
    program.chmod(0o755)
    for key, value in {"gpg.program": str(program), "log.showSignature": "true"}.items():
        user.git("config", key, value)
    user.git("commit", "-q", "--allow-empty", "-S", "-m", "signed")
    canary.unlink()
    Worktree.create(user.root, "", run_folder).remove()
    read_lifecycle(user.root)
    assert not canary.exists()
    user.git("show", "-s", "HEAD")
    assert canary.exists()
