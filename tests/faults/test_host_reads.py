"""What the host opens of a repository: no secret beside it, no pipe, not all of a disk."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from engine_lab import FILES, LEAVE, Scripted, call, git, make_repository, run_scripted, turn

from mlops_agent.errors import BadInputError
from mlops_agent.lifecycle.reading import read_lifecycle
from mlops_agent.report.rechecking import check_run
from mlops_agent.risks.auditing import audit_repository
from mlops_agent.risks.baseline import baseline_path, read_baseline
from mlops_agent.settings import Settings, load_settings
from mlops_agent.unblocked import HeldUpError
from mlops_agent.workspace.repository import open_repository

SECRET = "aws_secret_access_key = canary-0123456789"


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside")
    (folder / "credentials").write_text(f"[default]\n{SECRET}\n")
    (folder / "train.py").write_text(
        f"import mlflow\n# {SECRET}\nmlflow.register_model('a', 'b')\n"
    )
    return folder


@pytest.fixture(scope="module")
def trapped(outside: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tracked files that the working tree has in another shape, links and a loop among them."""
    plain = {
        name: "import mlflow\n" for name in ("big.py", "pipe.py", "dir/train.py", "kernel/kmsg")
    }
    repo = make_repository(tmp_path_factory.mktemp("trapped") / "repo", {**FILES, **plain})
    (repo / "link.py").symlink_to(outside / "train.py")
    (repo / "loop.py").symlink_to("loop.py")
    (repo / "zero.yaml").symlink_to("/dev/zero")
    (repo / "etc.yml").symlink_to("/etc/passwd")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "links")
    (repo / "pipe.py").unlink()
    os.mkfifo(repo / "pipe.py")
    for folder, target in (("dir", outside), ("kernel", Path("/proc"))):
        shutil.rmtree(repo / folder)
        (repo / folder).symlink_to(target)
    with (repo / "big.py").open("wb") as file:
        file.truncate(10 * 1024**3)
    os.mkfifo(repo / "untracked.py")
    return repo


@pytest.mark.fault("F14", "F15", "F17")
def test_map_and_audit_pass_them_by_and_name_why(trapped: Path) -> None:
    begun = time.monotonic()
    lifecycle, audit = audit_repository(trapped, load_settings(trapped))
    mapped = lifecycle.map.to_json() + audit.to_json()
    assert SECRET not in mapped
    assert "root:x:" not in mapped
    why = lifecycle.skipped
    assert "larger than" in why["big.py"]
    assert why["pipe.py"] == "not a regular file"
    assert why["dir/train.py"] == "lies behind a symbolic link"
    assert why["link.py"] == why["loop.py"] == why["zero.yaml"] == "a symbolic link"
    assert "src/train.py" not in why
    assert time.monotonic() - begun < 5


@pytest.mark.sandbox
@pytest.mark.fault("F14", "F15", "F17")
def test_a_run_on_it_reads_nothing_of_them(trapped: Path) -> None:
    wanted = ["link.py", "loop.py", "zero.yaml", "etc.yml", "dir/../link.py", "/etc/passwd"]
    driver = Scripted(
        turn(*(call(number, "Read", path=path) for number, path in enumerate(wanted))),
        turn(call("grep", "Grep", pattern="canary|root:x|import mlflow")),
        LEAVE,
    )
    result = run_scripted(trapped, driver)
    told = driver.results()
    assert [one.ok for one in told[: len(wanted)]] == [False] * len(wanted)
    assert "src/train.py" in told[len(wanted)].text
    folder = Path(result.journal).parent
    check_run(folder)
    for file in folder.rglob("*"):
        if file.is_file() and ".git" not in file.parts:
            assert b"canary-" not in file.read_bytes()


SETTINGS = ("mlops-agent.yaml", "pyproject.toml")


@pytest.mark.fault("F15", "F17")
@pytest.mark.parametrize("name", SETTINGS)
def test_settings_are_plain_files_or_none(name: str, tmp_path: Path, outside: Path) -> None:
    file = tmp_path / name
    for make in (
        lambda: file.symlink_to(outside / "credentials"),
        lambda: file.symlink_to(name),
        lambda: file.symlink_to("/dev/zero"),
        lambda: os.mkfifo(file),
    ):
        make()
        if name == "pyproject.toml":
            assert load_settings(tmp_path).baseline == ""
        else:
            with pytest.raises(BadInputError, match="not a regular file"):
                load_settings(tmp_path)
        file.unlink()
    with file.open("wb") as big:
        big.truncate(10 * 1024**3)
    if name == "mlops-agent.yaml":
        with pytest.raises(BadInputError, match="larger than"):
            load_settings(tmp_path)


@pytest.mark.fault("F17")
def test_a_baseline_that_the_repository_names_is_a_plain_file_inside(repo: Path) -> None:
    (repo / "link").symlink_to("/etc/passwd")
    for name in ("../x", "/etc/x", ".git/hooks/pre-commit", "link"):
        with pytest.raises(BadInputError, match="outside"):
            baseline_path(repo, Settings(baseline=name), None, needed=True)
    os.mkfifo(repo / "pipe")
    found = baseline_path(repo, Settings(baseline="pipe"), None, needed=False)
    assert found is not None
    with pytest.raises(BadInputError, match="not a regular file"):
        read_baseline(found)


@pytest.mark.fault("F17")
@pytest.mark.parametrize("name", [".gitignore", "deep/down/.gitattributes"])
def test_a_pipe_that_git_opens_by_its_name_is_one_line_and_no_wait(name: str, repo: Path) -> None:
    (repo / name).parent.mkdir(parents=True, exist_ok=True)
    (repo / "deep").mkdir(exist_ok=True)
    (repo / "deep" / "train.py").write_text("import mlflow\n")
    os.mkfifo(repo / name)
    begun = time.monotonic()
    if name == ".gitignore":
        with pytest.raises(HeldUpError, match=r"git waits for \.gitignore"):
            read_lifecycle(repo)
        with pytest.raises(HeldUpError, match=r"git waits for \.gitignore"):
            open_repository(repo).left_out()
    else:
        read_lifecycle(repo)
    assert time.monotonic() - begun < 20


@pytest.mark.sandbox
@pytest.mark.fault("F17")
def test_a_pipe_that_a_command_makes_does_not_hold_up_the_run(repo: Path) -> None:
    plant = "mkdir -p a/.git b && mkfifo .gitignore b/.gitattributes a/.git/HEAD data.fifo"
    driver = Scripted(
        turn(call(1, "Bash", command=f"{plant} && echo x > b/new.py")),
        turn(call(2, "Glob", pattern="**/new.py")),
        LEAVE,
    )
    begun = time.monotonic()
    result = run_scripted(repo, driver)
    assert [one.ok for one in driver.results()] == [True, True, True], driver.results()
    assert driver.results()[1].text == "b/new.py"
    assert result.outcome == "no-change"
    assert time.monotonic() - begun < 20
