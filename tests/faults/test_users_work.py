"""F8 to F13 and F16: what the user has in the repository is there afterwards, byte for byte."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from engine_lab import (
    ASK,
    FILES,
    LEAVE,
    WORKFLOW,
    Scripted,
    call,
    git,
    make_repository,
    run_scripted,
    turn,
)

from mlops_agent.contracts.request import Request
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.running import run_request
from mlops_agent.lifecycle.reading import read_lifecycle
from mlops_agent.report.evidence import Evidence
from mlops_agent.workspace.delivery import deliver_to_working_tree, undo
from mlops_agent.workspace.repository import open_repository
from mlops_agent.workspace.snapshot import Trees, write_trees
from mlops_agent.workspace.worktree import Worktree

POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)


def content_of(repo: Path) -> dict[str, str]:
    """Everything below a repository by its mode and content, objects and worktree folders apart."""
    found: dict[str, str] = {}
    for file in sorted(repo.rglob("*")):
        name = file.relative_to(repo).as_posix()
        if not name.startswith((".git/objects", ".git/worktrees")) and "/objects/" not in name:
            data = os.fsencode(file.readlink()) if file.is_symlink() else b""
            data = file.read_bytes() if file.is_file() and not file.is_symlink() else data
            found[name] = f"{oct(file.lstat().st_mode)} {data!r}"
    return found


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """A repository in the middle of somebody's work, with a submodule and a file of Git LFS."""
    canary = tmp_path / "canary"
    attributes = {".gitattributes": "*.bin filter=lfs diff=lfs\n", "model.bin": POINTER}
    files = {**FILES, **attributes, ".gitignore": "*.log\nmlruns/\n", "conf.yaml": "a: 1\n"}
    repo = make_repository(tmp_path / "busy", files)
    other = make_repository(tmp_path / "other", {"train.py": "import mlflow\n"})
    git(repo, "-c", "protocol.file.allow=always", "submodule", "-q", "add", str(other), "libs")
    git(repo, "commit", "-q", "-m", "with a submodule")
    for key in ("smudge", "clean", "process"):
        git(repo, "config", f"filter.lfs.{key}", f"touch {canary}; cat")
    (repo / "conf.yaml").write_text("stashed: 1\n")
    git(repo, "stash")
    (repo / "src" / "train.py").write_text("unsaved = 1\n")
    (repo / "staged.py").write_text("staged = 1\n")
    git(repo, "add", "staged.py")
    (repo / "staged.py").write_text("staged = 2\n")
    (repo / "untracked.py").write_text("new = 1\n")
    (repo / "train.log").write_text("ignored\n")
    (repo / "mlruns").mkdir()
    (repo / "mlruns" / "run").write_text("ignored\n")
    (repo / "libs" / "train.py").write_text("changed in the submodule\n")
    canary.unlink(missing_ok=True)
    return repo


@pytest.mark.sandbox
@pytest.mark.fault("F8", "F9", "F10", "F11")
def test_a_run_in_the_middle_of_somebodys_work_leaves_all_of_it(busy: Path, tmp_path: Path) -> None:
    before = content_of(busy)
    told = run_request(Request(text=ASK), busy, RunOptions(driver="offline"))
    assert told.verified, told.problems
    assert told.base.left_out == ["src/train.py", "staged.py", "untracked.py"]
    assert content_of(busy) == before
    evidence = Evidence.of_run(Path(told.journal).parent)
    assert evidence.changed == (WORKFLOW,)
    assert evidence.read("proposed", "model.bin") == POINTER.encode()
    assert evidence.trees is not None
    assert "160000 commit" in git(evidence.trees.git_dir, "ls-tree", "proposed", "libs")
    assert read_lifecycle(busy).skipped["libs"] == "a submodule (map it by itself)"
    assert not (tmp_path / "canary").exists()
    # Applied, the one file differs and nothing else; taken back, nothing does.
    folder, repository = Path(told.journal).parent, open_repository(busy)
    deliver_to_working_tree(repository, folder)
    after = content_of(busy)
    assert [name for name in after if after[name] != before.get(name)] == [WORKFLOW]
    undo(folder)
    assert content_of(busy) == before
    # The control: git as people run it would have started the filter.
    (busy / "model.bin").write_text("touched\n")
    subprocess.run(["git", "add", "model.bin"], cwd=busy, capture_output=True, check=True)
    assert (tmp_path / "canary").exists()


@pytest.mark.fault("F16")
def test_a_hard_link_is_parted_and_its_other_name_stays(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "linked", {"a.py": "old\n", "b.py": "other\n"})
    twin, folder = tmp_path / "twin", tmp_path / "run"
    os.link(repo / "a.py", twin)
    worktree = Worktree.create(repo, "", folder)
    inside = tmp_path / "inside"
    os.link(worktree.path / "b.py", inside)
    worktree.write("a.py", b"new\n")
    worktree.write("b.py", b"new\n")
    write_trees(folder, worktree)
    assert inside.read_text() == "other\n"
    deliver_to_working_tree(open_repository(repo), folder)
    assert (repo / "a.py").read_text() == "new\n"
    assert twin.read_text() == "old\n"
    assert Trees.open(folder).read("proposed", "a.py") == b"new\n"


ENCODED = {
    "crlf.yaml": (b"alpha: 1\r\nseed: 1\r\n", b"alpha: 2\r\nseed: 1\r\n"),
    "bom.py": (b"\xef\xbb\xbfalpha: 1\n", b"\xef\xbb\xbfalpha: 2\n"),
    "wide.ps1": (
        "\ufeffalpha: 1\r\n\u00e9\r\n".encode("utf-16-le"),
        "\ufeffalpha: 2\r\n\u00e9\r\n".encode("utf-16-le"),
    ),
    "big.txt": ("\ufeffalpha: 1\n".encode("utf-16-be"), "\ufeffalpha: 2\n".encode("utf-16-be")),
    "latin.py": (b"# caf\xe9\nalpha: 1\n", b"# caf\xe9\nalpha: 2\n"),
    "mixed.txt": (b"a\r\nalpha: 1\nc\r", b"a\r\nalpha: 2\nc\r"),
    "no-end": (b"alpha: 1", b"alpha: 2"),
}


@pytest.mark.sandbox
@pytest.mark.fault("F12", "F13")
def test_line_ends_marks_encodings_and_modes_stay(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "encoded", {"README.md": "x\n"})
    for name, (before, _) in ENCODED.items():
        (repo / name).write_bytes(before)
    (repo / "bom.py").chmod(0o755)
    git(repo, "-c", "core.autocrlf=false", "add", "-A")
    git(repo, "commit", "-q", "-m", "encoded")
    git(repo, "config", "core.autocrlf", "true")
    names = list(ENCODED)
    declared = call("d", "Declare", boundary="pipeline", risk="r", files=names, line_budget=99)
    reads = [call(f"r{number}", "Read", path=name) for number, name in enumerate(names)]
    edits = [
        turn(call(f"e{number}", "Edit", path=name, old="alpha: 1", new="alpha: 2"))
        for number, name in enumerate(names)
    ]
    driver = Scripted(
        turn(call("g", "Grep", pattern="alpha")), turn(declared, *reads), *edits, LEAVE
    )
    result = run_scripted(repo, driver)
    assert [one.text for one in driver.results() if not one.ok] == []
    found = driver.results()[0].text
    assert all(f"{name}:" in found for name in names)
    folder = Path(result.journal).parent
    trees = Trees.open(folder)
    assert {name: trees.read("proposed", name) for name in names} == {
        name: after for name, (_, after) in ENCODED.items()
    }
    assert trees.entries("proposed")["bom.py"].mode == "100755"
    deliver_to_working_tree(open_repository(repo), folder)
    assert {name: (repo / name).read_bytes() for name in names} == {
        name: after for name, (_, after) in ENCODED.items()
    }
