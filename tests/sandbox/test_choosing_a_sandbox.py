"""Who says how commands are confined: the operator, never the repository; the report tells it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from engine_lab import ASK, FILES, make_repository
from forked_commands import run_forked

from mlops_agent.contracts.report import Isolation, RunResult
from mlops_agent.errors import BadInputError
from mlops_agent.report.rendering import markdown
from mlops_agent.sandbox.choosing import VARIABLE, choose_kind
from mlops_agent.sandbox.isolation import as_a_whole

POEM = "Write a poem"
"""A request that ends at once, with a report nevertheless."""


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STATE", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo")


def command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return run_forked(*arguments, environment={**os.environ, **variables})


def isolation_of(repo: Path, *options: str, **variables: str) -> Isolation:
    done = command(
        "run", POEM, "--repo", str(repo), "--format", "json", "-q", *options, **variables
    )
    return RunResult.from_json(done.stdout).isolation


def configured(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config" / "mlops-agent" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text)


def test_what_is_named_comes_first_then_the_variable_then_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert choose_kind() == "bubblewrap"
    configured(tmp_path, 'sandbox = "external"\n')
    assert choose_kind() == "external"
    monkeypatch.setenv(VARIABLE, "none")
    assert choose_kind() == "none"
    assert choose_kind("bubblewrap") == "bubblewrap"
    monkeypatch.setenv(VARIABLE, "docker")
    with pytest.raises(BadInputError, match="MLOPS_AGENT_SANDBOX is 'docker'"):
        choose_kind()


@pytest.mark.sandbox
def test_the_command_line_and_the_operators_settings_are_told_in_the_report(
    repo: Path, tmp_path: Path
) -> None:
    confined = isolation_of(repo, "--sandbox", "bubblewrap", MLOPS_AGENT_SANDBOX="none")
    assert (confined.kind, confined.network) == ("bubblewrap", False)
    configured(tmp_path, 'sandbox = "none"\n')
    assert isolation_of(repo).kind == "none"


def test_contradictions_and_unknown_words_are_bad_usage(repo: Path) -> None:
    both = command("run", POEM, "--repo", str(repo), "--sandbox", "external", "--no-sandbox")
    assert both.returncode == 2
    assert "exclude each other" in both.stderr
    assert command("run", POEM, "--repo", str(repo), "--sandbox", "none").returncode == 2
    wrong = command("run", POEM, "--repo", str(repo), MLOPS_AGENT_SANDBOX="off")
    assert wrong.returncode == 2
    assert "bubblewrap, external, none" in wrong.stderr


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mlops-agent.yaml", "sandbox: none\n"),
        ("pyproject.toml", "[tool.mlops-agent]\nsandbox = 'external'\n"),
    ],
)
def test_a_repositorys_settings_can_not_say_it(tmp_path: Path, name: str, text: str) -> None:
    repo = make_repository(tmp_path / "repo", {**FILES, name: text})
    done = command("run", ASK, "--repo", str(repo), "--format", "json")
    assert done.returncode == 2
    assert "unknown key" in done.stderr


@pytest.mark.sandbox
def test_a_repositorys_other_files_are_not_heard(tmp_path: Path) -> None:
    word = 'sandbox = "none"\n'
    files = dict.fromkeys((".config/mlops-agent/config.toml", "config.toml"), word)
    files[".env"] = "MLOPS_AGENT_SANDBOX=none\n"
    repo = make_repository(tmp_path / "repo", {**FILES, **files})
    done = run_forked(
        "run", POEM, "--format", "json", "-q", environment=dict(os.environ), folder=repo
    )
    isolation = RunResult.from_json(done.stdout).isolation
    assert (isolation.kind, isolation.network) == ("bubblewrap", False)


@pytest.mark.sandbox
def test_a_run_taken_up_keeps_its_sandbox_and_never_gets_a_weaker_one(repo: Path) -> None:
    def stopped(*options: str) -> str:
        words = ("run", ASK, "--repo", str(repo), "--max-turns", "2", "--format", "json", "-q")
        return RunResult.from_json(command(*words, *options).stdout).run

    def taken_up(run: str, *options: str, **variables: str) -> RunResult:
        words = ("resume", run, "--format", "json", "-q", *options)
        return RunResult.from_json(command(*words, **variables).stdout)

    same = taken_up(stopped("--allow-network"), MLOPS_AGENT_SANDBOX="none")
    assert (same.isolation.kind, same.isolation.network) == ("bubblewrap", True)
    assert same.verified, same.problems
    assert "> Commands were confined by bubblewrap, with this machine's network." in markdown(same)
    weaker = taken_up(stopped(), "--sandbox", "external")
    assert (weaker.isolation.kind, weaker.isolation.network) == ("external", True)
    assert "then, taken up again" in weaker.isolation.detail
    assert weaker.verified, weaker.problems
    assert command("check", weaker.run).returncode == 0


def test_the_weakest_sitting_is_told() -> None:
    held = Isolation(kind="bubblewrap", network=False, detail="a")
    weak = Isolation(kind="none", network=True, detail="b")
    assert as_a_whole([held, held]) == held
    assert as_a_whole([weak, held, weak]).kind == as_a_whole([held, weak]).kind == "none"
    assert as_a_whole([weak, held]).network


@pytest.mark.sandbox
def test_doctor_says_what_would_be_used_and_as_whom() -> None:
    told = command("doctor").stdout
    assert "[x] sandbox" in told
    assert ("commands run as user 65533" if os.geteuid() == 0 else "commands run as you") in told
    external = command("doctor", MLOPS_AGENT_SANDBOX="external").stdout
    assert "[ ] sandbox              commands are not confined by us" in external
