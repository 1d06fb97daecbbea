"""Which Python a command finds: the operator's active environment before ours, probes ours."""

from __future__ import annotations

import sys
import venv
from pathlib import Path

import pytest

from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.sandbox.environment import confined_environment
from mlops_agent.sandbox.interpreters import active_environment, interpreters

WHERE = "import sys; print(sys.prefix)"


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project") / ".venv"
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "theirs.py").write_text("print('their package')\n")
    return folder.resolve()


@pytest.fixture
def worktree(tmp_path: Path) -> Path:
    folder = tmp_path / "worktree"
    folder.mkdir()
    return folder


@pytest.mark.sandbox
def test_a_repositorys_commands_find_the_active_environment_and_probes_ours(
    theirs: Path, worktree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", str(theirs))
    sandbox = Sandbox.open()
    output = worktree.parent / "output"

    def said(*argv: str) -> str:
        return sandbox.run(argv, cwd=worktree, timeout=30, output=output).text

    assert said("bash", "-c", f"python -c 'import theirs; {WHERE}'") == (
        f"their package\n{theirs}\n"
    )
    assert said("bash", "-c", "echo $VIRTUAL_ENV; touch $VIRTUAL_ENV/x").startswith(f"{theirs}\n")
    assert not (theirs / "x").exists()
    assert said(sys.executable, "-c", WHERE) == f"{sys.prefix}\n"
    assert said(sys.executable, "-c", "import os; os.system('python -c \"" + WHERE + "\"')") == (
        f"{sys.prefix}\n"
    )
    assert str(theirs) in sandbox.isolation.detail


def test_an_environment_that_is_none_or_ours_changes_nothing(
    theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    home = tmp_path / "home"
    home.mkdir()
    (home / "pyvenv.cfg").write_text("home = /\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    before = interpreters()
    for named in (sys.prefix, "relative/.venv", "/nonexistent", str(tmp_path), str(home), "/"):
        monkeypatch.setenv("VIRTUAL_ENV", named)
        assert active_environment() is None, named
        assert interpreters() == before


def test_conda_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conda = tmp_path / "conda"
    (conda / "conda-meta").mkdir(parents=True)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setenv("CONDA_PREFIX", str(conda))
    environment = confined_environment(["bash"], {})
    assert environment["PATH"].startswith(f"{conda}/bin:{Path(sys.executable).parent}:")
    assert environment["CONDA_PREFIX"] == str(conda)
    assert conda in interpreters()


def test_an_environments_word_for_its_python_shows_no_folder_of_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment, private = tmp_path / ".venv", tmp_path / "private"
    (environment / "bin").mkdir(parents=True)
    private.mkdir()
    (environment / "pyvenv.cfg").write_text(f"home = {private}\n")
    (environment / "bin" / "python").symlink_to(private / "python")
    monkeypatch.setenv("VIRTUAL_ENV", str(environment))
    assert environment in interpreters()
    assert private not in interpreters()
    assert tmp_path not in interpreters()
