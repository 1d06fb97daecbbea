"""The command table: what `--help` costs, what a mistake costs, and the exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from forked_commands import run_forked

from mlops_agent.exit_codes import MEANING, ExitCode

HEAVY = ("anthropic", "mcp", "mlflow", "dvc", "evidently")


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def cli(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_forked(*arguments)


def test_help_imports_no_library_but_click() -> None:
    modules = python(
        "import sys\nfrom mlops_agent.cli.commands import cli\n"
        "try: cli(['--help'])\nexcept SystemExit: pass\n"
        "print('MODULES', *sorted({name.split('.')[0] for name in sys.modules}))"
    ).split("MODULES")[1]
    loaded = set(modules.split())
    assert loaded & {*HEAVY, "pydantic", "yaml", "git", "rich", "jinja2"} == set()


def test_importing_the_package_loads_nothing_heavy() -> None:
    modules = python("import sys, mlops_agent, mlops_agent.api; print(*sys.modules)").split()
    assert set(modules) & set(HEAVY) == set()


def test_every_command_of_the_table_answers_help() -> None:
    from mlops_agent.cli.commands import COMMANDS

    for name in COMMANDS:
        done = cli(name, "--help")
        assert done.returncode == 0, (name, done.stderr)
        assert done.stdout.startswith("Usage:"), name


def test_an_unknown_command_is_bad_usage_with_a_suggestion() -> None:
    done = cli("audi")
    assert done.returncode == ExitCode.BAD_INPUT
    assert "Traceback" not in done.stderr


def test_every_exit_code_has_a_meaning_and_the_settled_number() -> None:
    assert set(MEANING) == set(ExitCode)
    assert {code.name: int(code) for code in ExitCode} == {
        "DONE": 0,
        "FINDINGS": 1,
        "BAD_INPUT": 2,
        "HANDED_OFF": 3,
        "QUESTIONS": 4,
        "UNVERIFIED": 5,
        "LIMIT": 6,
        "NO_SANDBOX": 7,
        "NO_CHANGE": 8,
        "ENDPOINT": 9,
        "BUG": 70,
        "BUSY": 75,
        "INTERRUPTED": 130,
    }


def test_the_documented_exit_codes_are_the_real_ones() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/exit-codes.md").read_text()
    for code, meaning in MEANING.items():
        assert f"| {int(code)} | {meaning} |" in page


@pytest.mark.parametrize("name", ["run", "watch", "audit", "map_repository", "check", "clarify"])
def test_the_python_face_offers_it(name: str) -> None:
    assert python(f"import mlops_agent; print(callable(mlops_agent.{name}))").strip() == "True"


@pytest.mark.parametrize(
    "module",
    ["mlops_agent.cli.surroundings", "click", "mlops_agent.errors", "mlops_agent.cli.run", "yaml"],
)
def test_an_interrupt_while_something_is_imported_is_one_line(module: str, tmp_path: Path) -> None:
    code = f"""
import os, signal, sys
class Interrupting:
    def find_spec(self, name, *_):
        if name == {module!r}:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
(open("request.yaml", "w")).write("text: mend it")
sys.argv = ["mlops-agent", "run", "--request", "request.yaml"]
from mlops_agent.cli.main import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == "mlops-agent: interrupted"
    assert done.returncode == ExitCode.INTERRUPTED
