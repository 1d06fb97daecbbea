"""A finished run is judged from its folder alone, wherever that lies, and by running it again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from report_truths import true_run

from mlops_agent.cli.check import check
from mlops_agent.contracts.report import RunResult
from mlops_agent.errors import BadInputError
from mlops_agent.report.rechecking import bears_out, check_run, run_folder_of


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return true_run(tmp_path_factory.mktemp("truth"))[0]


@pytest.fixture
def run_folder(truth: Path, tmp_path: Path) -> Path:
    """A copy at another place: nothing may depend on where the run was made."""
    return Path(shutil.copytree(truth, tmp_path / "moved" / truth.name))


def test_a_moved_run_is_verified(run_folder: Path) -> None:
    result = check_run(run_folder)
    assert result.verified
    assert bears_out(result)
    assert result.problems == []


@pytest.mark.sandbox
def test_running_it_again_gives_the_same(run_folder: Path) -> None:
    assert check_run(run_folder, rerun=True).verified


def test_another_probe_script_is_not_run(run_folder: Path) -> None:
    (run_folder / "probes" / "step_stops.py").write_text("import sys; sys.exit(0)\n")
    result = check_run(run_folder, rerun=True, confinement="none")
    assert not result.verified
    assert any("is not the one that ran" in claim.problem for claim in result.claims)


def test_a_forged_verdict_is_not_taken(run_folder: Path) -> None:
    report = run_folder / "report.json"
    data = json.loads(report.read_text())
    data["verified"] = True
    data["claims"][1]["asserts"][0]["exit_code"] = 7
    data["claims"][1]["verified"] = True
    report.write_text(json.dumps(data))
    result = check_run(run_folder)
    assert not result.verified
    assert result.claims[1].problem == "call c5 ended with exit code 0"
    assert "report.json was changed after the run had ended" in result.problems
    assert "the stored report calls itself verified" in result.problems


def test_a_broken_journal_is_bad_input_with_its_line(run_folder: Path) -> None:
    journal = run_folder / "journal.jsonl"
    lines = journal.read_bytes().split(b"\n")
    lines[4] = lines[4].replace(b'"at":"20', b'"at":"19')
    journal.write_bytes(b"\n".join(lines))
    with pytest.raises(BadInputError, match="broken at line 5"):
        check_run(run_folder)


def test_a_report_that_is_no_report_is_bad_input(run_folder: Path) -> None:
    (run_folder / "report.json").write_text('{"schema": "mlops-agent/run/9"}')
    with pytest.raises(BadInputError, match="is not a report"):
        check_run(run_folder)


def test_a_run_that_was_cut_off_is_not_verified(run_folder: Path) -> None:
    journal = run_folder / "journal.jsonl"
    journal.write_bytes(b"".join(line + b"\n" for line in journal.read_bytes().split(b"\n")[:-2]))
    result = check_run(run_folder)
    assert not result.verified
    assert "the journal has no end: the run was cut off" in result.problems


def test_the_command_names_each_problem_and_exits_5(run_folder: Path) -> None:
    (run_folder / "outputs" / "c5.txt").write_text("Ran 9 tests\nOK\n")
    ended = CliRunner().invoke(check, [str(run_folder)], standalone_mode=False)
    assert ended.return_value == 5
    assert "claim 2 `python3 -m unittest" in ended.output
    assert "the output outputs/c5.txt was changed after call c5" in ended.output
    assert "validation 2 (tests): the output outputs/c5.txt was changed" in ended.output


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_the_command_exits_0_on_a_true_report(run_folder: Path, form: str) -> None:
    argv = [str(run_folder / "report.json"), "--format", form]
    ended = CliRunner().invoke(check, argv, standalone_mode=False)
    assert ended.return_value == 0
    if form == "json":
        assert RunResult.from_json(ended.output).verified
    else:
        assert "erified" in ended.output


def test_a_run_is_found_by_its_id(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    home = tmp_path / "state" / "mlops-agent" / "runs"
    home.mkdir(parents=True)
    shutil.move(run_folder, home)
    assert run_folder_of(run_folder.name) == home / run_folder.name
    assert check_run(run_folder_of(run_folder.name[:10])).verified


def test_no_such_run_is_bad_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with pytest.raises(BadInputError, match="no run"):
        run_folder_of("20990101-000000-ffff")
    with pytest.raises(BadInputError, match=r"holds no report\.json"):
        run_folder_of(str(tmp_path))


def test_a_planted_configuration_runs_nothing(run_folder: Path, tmp_path: Path) -> None:
    trees, mark = run_folder / "trees.git", tmp_path / "mark"
    with (trees / "config").open("a") as config:
        config.write(f'[filter "x"]\n\tsmudge = touch {mark}; cat\n\tclean = cat\n')
    (trees / "info" / "attributes").write_text("* filter=x\n")
    # The control: the plant does work where the folder's own configuration counts.
    (tmp_path / "out").mkdir()
    git = ["git", f"--git-dir={trees}", f"--work-tree={tmp_path / 'out'}"]
    index = os.environ | {"GIT_INDEX_FILE": str(tmp_path / "index")}
    subprocess.run([*git, "read-tree", "base"], check=True, env=index)
    subprocess.run([*git, "checkout-index", "--all"], check=True, env=index)
    assert mark.exists()
    mark.unlink()
    assert check_run(run_folder, rerun=True, confinement="none").verified
    assert not mark.exists()


def test_a_file_besides_the_report_is_bad_input(run_folder: Path) -> None:
    (run_folder / "report.md").write_text("# x\n")
    with pytest.raises(BadInputError, match=r"is not a run's report\.json"):
        run_folder_of(str(run_folder / "report.md"))
