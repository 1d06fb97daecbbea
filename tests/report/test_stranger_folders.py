"""A run's folder from a stranger: no file outside is touched, nothing is waited for, no crash."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_agent.contracts.change import ProbeRun
from mlops_agent.errors import BadInputError
from mlops_agent.journal.reading import read_journal
from mlops_agent.journal.writing import Journal
from mlops_agent.report.checkouts import check_out_tree
from mlops_agent.report.checks.probe import script_of, script_problem
from mlops_agent.report.evidence import Evidence
from mlops_agent.report.rechecking import check_run
from mlops_agent.report.rerunning import Rerun
from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.workspace.adopting import adopt_trees
from mlops_agent.workspace.host_git import git
from mlops_agent.workspace.snapshot import Trees, commit_tree, initialise, set_branch


def written(git_dir: Path, kind: str, data: bytes) -> str:
    arguments = ("hash-object", "-w", "-t", kind, "--literally", "--stdin")
    return git(git_dir, *arguments, stdin=data).decode().strip()


def entry(mode: str, name: str, object_id: str) -> bytes:
    return f"{mode} {name}\0".encode() + bytes.fromhex(object_id)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run's folder with a journal that has just begun and the same two small trees."""
    run = tmp_path / "20261121-221530-3f9a"
    Journal.create(run).close()
    trees = run / "trees.git"
    initialise(trees, "sha1")
    tree = written(trees, "tree", entry("100644", "b", written(trees, "blob", b"x")))
    base = commit_tree(trees, tree, "Base\n", "1700000000")
    set_branch(trees, "base", base)
    set_branch(trees, "proposed", commit_tree(trees, tree, "New\n", "1700000000", parent=base))
    return run


def odd_trees(git_dir: Path, victim: Path) -> dict[str, str]:
    blob, link = written(git_dir, "blob", b"x"), written(git_dir, "blob", os.fsencode(victim))
    inner = written(git_dir, "tree", entry("100644", "b", blob))
    below, beside = entry("40000", "a", inner), entry("120000", "a", link)
    forms = {
        "folder, then link": below + beside,
        "link, then folder": beside + below,
        "folder twice": below + below,
        "slash": beside + entry("100644", "a/b", blob),
        "git": entry("40000", ".git", inner),
        "Git": entry("40000", ".Git", inner),
        "up": entry("40000", "..", inner),
        "here": entry("40000", ".", inner),
        "nothing": entry("100644", "", blob),
    }
    return {name: written(git_dir, "tree", data) for name, data in forms.items()}


@pytest.mark.parametrize("branch", ["base", "proposed"])
def test_a_tree_that_no_folder_can_hold_is_refused(
    folder: Path, tmp_path: Path, branch: str
) -> None:
    trees = folder / "trees.git"
    for number, (name, tree) in enumerate(odd_trees(trees, tmp_path).items()):
        set_branch(trees, branch, commit_tree(trees, tree, "x\n", "1700000000"))
        with pytest.raises(BadInputError, match=r"holds|empty filename"):
            adopt_trees(folder, tmp_path / f"ours-{number}")
            pytest.fail(f"{name} was taken")


def test_a_rerun_on_odd_trees_removes_nothing_outside(folder: Path, tmp_path: Path) -> None:
    trees, victim = folder / "trees.git", tmp_path / "victim"
    victim.mkdir()
    (victim / "b").write_text("precious")
    other = written(trees, "tree", entry("100644", "z", written(trees, "blob", b"x")))
    for number, tree in enumerate(odd_trees(trees, victim).values()):
        # Not adopted, where it is refused: each of the doors behind holds by itself.
        set_branch(trees, "base", commit_tree(trees, tree, "x\n", "1700000000"))
        with pytest.raises(BadInputError):
            check_out_tree(Trees(trees), other, tmp_path / f"base-{number}")
    set_branch(trees, "base", commit_tree(trees, other, "x\n", "1700000000"))
    for number, tree in enumerate(odd_trees(trees, victim).values()):
        with pytest.raises(BadInputError):
            check_out_tree(Trees(trees), tree, tmp_path / f"kept-{number}")
    assert (victim / "b").read_text() == "precious"


def test_a_link_that_becomes_a_folder_is_no_way_out(folder: Path, tmp_path: Path) -> None:
    trees, victim = folder / "trees.git", tmp_path / "victim"
    victim.mkdir()
    (victim / "b").write_text("precious")
    blob, link = written(trees, "blob", b"x"), written(trees, "blob", os.fsencode(victim))
    inner = written(trees, "tree", entry("100644", "b", blob))
    linked = written(trees, "tree", entry("120000", "a", link))
    real = written(trees, "tree", entry("40000", "a", inner))
    for number, (before, after) in enumerate([(linked, real), (real, linked)]):
        set_branch(trees, "base", commit_tree(trees, before, "x\n", "1700000000"))
        out = tmp_path / f"out-{number}"
        check_out_tree(Trees(trees), after, out)
        assert (out / "a").is_symlink() == (after == linked)
    assert (victim / "b").read_text() == "precious"


def pipe(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    os.mkfifo(file)


def endless(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.symlink_to("/dev/zero")


IN_TREES = ["refs/heads/base", "packed-refs", "objects/info/alternates", "HEAD", "config",
            "objects/pack/pack-x.idx", "objects/aa/bb", "commondir", "anything/at/all"]  # fmt: skip


@pytest.mark.parametrize("plant", [pipe, endless])
def test_what_is_no_plain_file_in_the_trees_is_refused(
    folder: Path, tmp_path: Path, plant: Callable[[Path], None]
) -> None:
    for number, name in enumerate(IN_TREES):
        copy = Path(shutil.copytree(folder, tmp_path / str(number) / folder.name))
        plant(copy / "trees.git" / name)
        with pytest.raises(BadInputError, match=r"neither a file|elsewhere|holds no trees"):
            Evidence.of_run(copy)


def test_trees_that_lie_or_take_objects_elsewhere_are_refused(folder: Path, tmp_path: Path) -> None:
    trees = folder / "trees.git"
    (trees / "objects" / "info" / "alternates").write_text(f"{tmp_path}\n")
    with pytest.raises(BadInputError, match="from elsewhere"):
        Evidence.of_run(folder)
    (trees / "objects" / "info" / "alternates").unlink()
    (folder / "trees.git").rename(tmp_path / "other.git")
    (folder / "trees.git").symlink_to(tmp_path / "other.git")
    with pytest.raises(BadInputError, match="not a git folder"):
        Evidence.of_run(folder)


def test_git_is_not_started_in_their_folder(folder: Path, tmp_path: Path) -> None:
    """A configuration that includes a pipe would never be read to its end."""
    os.mkfifo(tmp_path / "pipe")
    trees = folder / "trees.git"
    with (trees / "config").open("a") as config:
        config.write(f"[include]\n\tpath = {tmp_path / 'pipe'}\n")
    (trees / "refs" / "heads" / "proposed").unlink()
    assert Evidence.of_run(folder).paths("base") == ("b",)


@pytest.mark.parametrize(("plant", "why"), [(pipe, "not a regular file"), (endless, "a link")])
def test_a_record_that_is_no_plain_file_is_bad_input(
    folder: Path, plant: Callable[[Path], None], why: str
) -> None:
    plant(folder / "report.json")
    with pytest.raises(BadInputError, match=rf"report\.json: it is {why}"):
        check_run(folder)
    plant(folder / "journal.jsonl")
    with pytest.raises(BadInputError, match=rf"journal\.jsonl: it is {why}"):
        Evidence.of_run(folder)


def test_a_record_outside_or_without_end_is_not_read(folder: Path, tmp_path: Path) -> None:
    journal = folder / "journal.jsonl"
    journal.rename(tmp_path / "elsewhere")
    journal.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInputError, match="no journal"):
        read_journal(folder)
    journal.unlink()
    with journal.open("wb") as file:
        file.truncate(10 * 1024**4)
    with pytest.raises(BadInputError, match="more than"):
        read_journal(folder)


def test_an_output_that_is_no_plain_file_is_missing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("x")
    pipe(folder / "outputs" / "pipe")
    endless(folder / "outputs" / "zero")
    (folder / "outputs" / "link").symlink_to(tmp_path / "secret")
    (folder / "outputs" / "fine").write_text("y")
    (folder / "probes").symlink_to(tmp_path / "outside")
    with (folder / "outputs" / "huge").open("wb") as file:
        file.truncate(10 * 1024**4)
    evidence = Evidence.of_run(folder)
    for name in ("outputs/pipe", "outputs/zero", "outputs/link", "outputs/huge", "outputs",
                 "probes/secret", "../secret", "/etc/passwd", "a\0b", ""):  # fmt: skip
        assert evidence.stored(name) is None, name
    assert evidence.stored("outputs/fine") == b"y"


@pytest.mark.parametrize("argv", [[], ["x"], ["python", ""], ["python", ".."]])
def test_a_probe_run_that_names_no_script(folder: Path, argv: list[str]) -> None:
    run = ProbeRun(
        id="p1", probe="p", tree="base", tree_hash="", argv=argv, colour="red", exit_code=1,
        output="", output_path="", script_sha256="0" * 64,
    )  # fmt: skip
    assert script_of(run).startswith("probes")
    assert "is not the one that ran" in script_problem(run, Evidence.of_run(folder))


@pytest.mark.parametrize("argv", [[], ["a\0b"], ["/no/such/program"]])
def test_a_probe_run_that_names_no_command_is_not_green(folder: Path, argv: list[str]) -> None:
    run = ProbeRun(
        id="p1", probe="p", tree="base", tree_hash="", argv=argv, colour="green", exit_code=0,
        output="", output_path="",
    )  # fmt: skip
    rerun = Rerun(Evidence.of_run(folder), Sandbox.open("none"))
    assert rerun._probe_again(run)  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(
    "name", ["plain", "#hash", 'quo"te', "back\\slash", "new\nline", "a:b", "é"]
)
def test_packed_trees_are_found_wherever_the_folder_lies(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    subprocess.run(
        ["git", "-c", "safe.bareRepository=all", "gc", "--quiet"],
        cwd=folder / "trees.git", check=True, capture_output=True,
    )  # fmt: skip
    assert not (folder / "trees.git" / "refs" / "heads" / "base").exists()
    moved = tmp_path / name / folder.name
    moved.parent.mkdir(exist_ok=True)
    folder.rename(moved)
    monkeypatch.chdir(moved.parent)
    evidence = Evidence.of_run(Path(folder.name))
    assert evidence.paths("base") == evidence.paths("proposed") == ("b",)
    assert evidence.read("base", "b") == b"x"


@pytest.mark.parametrize(
    ("read", "seconds"),
    [(one, one) for one in ("0", "1", "99999999", "1700000000", "253402300800")]
    # What git says of a time before 1970, and of one that no clock will show.
    + [("", "0"), ("99999999999999999999", "0")],
)
def test_a_commit_of_any_time_is_written(folder: Path, read: str, seconds: str) -> None:
    trees = folder / "trees.git"
    made = commit_tree(trees, Trees(trees).hash("base"), "x\n", read)
    set_branch(trees, "base", made)
    assert Trees(trees).seconds("base") == seconds
