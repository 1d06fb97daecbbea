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
    for name in ("lib/libz.so", "ssl/cacert.pem", "etc/conda/env_vars.sh", ".env"):
        (conda / name).parent.mkdir(parents=True, exist_ok=True)
        (conda / name).write_text("x")
    assert shown_of(conda) == ["lib", "ssl"]


def test_an_environments_word_for_its_python_shows_no_folder_of_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment, private = tmp_path / ".venv", tmp_path / "private"
    (environment / "bin").mkdir(parents=True)
    private.mkdir()
    (environment / "pyvenv.cfg").write_text(f"home = {private}\n")
    (environment / "bin" / "python").symlink_to(private / "python")
    monkeypatch.setenv("VIRTUAL_ENV", str(environment))
    (environment / "lib").mkdir()
    (environment / "lib" / "python3.11").symlink_to(private)
    (environment / "share").mkdir()
    (environment / "share" / "jupyter").symlink_to(private)
    assert shown_of(tmp_path) == [".venv/bin", ".venv/pyvenv.cfg"]


def shown_of(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in interpreters() if folder in path.parents]


def test_a_project_that_is_an_environment_keeps_its_files_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.create(tmp_path, symlinks=True)
    for name in (".env", "notes/untracked", "lib/private", "share/keys"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("private")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path))
    version = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}"
    assert sorted({*shown_of(tmp_path), "include"}) == sorted(
        ["bin", "include", version, "pyvenv.cfg"]
        + [path for path in shown_of(tmp_path) if path.startswith("lib64/python")]
    )


@pytest.mark.parametrize("standard_library", [False, True])
def test_a_python_in_local_shows_no_keyring_and_no_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, standard_library: bool
) -> None:
    home, environment = tmp_path / "home", tmp_path / "project" / ".venv"
    local = home / ".local"
    names = ["bin/python3", "lib/python3.11/site-packages/x.py", "share/keyrings/login.keyring"]
    names += ["state/mlops-agent/runs/1/journal.jsonl", "share/jupyter/runtime/token"]
    names += ["lib/python3.11/os.py"] if standard_library else []
    for path in (local / name for name in names):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (environment / "bin").mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text(f"home = {local}/bin\n")
    (environment / "bin" / "python").symlink_to(local / "bin" / "python3")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("VIRTUAL_ENV", str(environment))
    assert shown_of(home) == ([".local/bin", ".local/lib/python3.11"] if standard_library else [])
    for variable in ("XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, str(environment / "bin" / "state"))
        assert environment / "bin" not in interpreters()
        monkeypatch.delenv(variable)
