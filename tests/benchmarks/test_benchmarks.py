"""Each benchmark runs on a small input, and says so when its figure is missed."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import bench_corpus
import bench_help
import bench_hundred
import bench_pipelines
import bench_run
from figures import Figure, skipped, table, verdict
from generated_repo import generate
from measuring import CommandFailedError, imported, run, spread

ONE = ("churn",)
ENOUGH = 1e6


def test_a_missed_figure_shows_and_fails() -> None:
    held, missed = Figure("a", "<= 1", "0.5", True), Figure("b", "<= 1", "2", False)
    assert verdict([held, skipped("c", "<= 1", "no rg")]) == 0
    assert verdict([held, missed]) == 1
    assert "| b | <= 1 | 2 | **no** |" in table([held, missed])
    assert "not measured: no rg" in table([skipped("c", "<= 1", "no rg")])


def test_cpu_is_of_the_process_and_its_children_and_memory_is_its_peak() -> None:
    idle = run([sys.executable, "-c", "import time; time.sleep(0.3)"])
    work = "import time\nwhile time.process_time() < 0.4: pass\nx = bytearray(80 << 20)"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}])"
    busy = run([sys.executable, "-c", nested])
    assert idle.cpu < 0.3 <= idle.wall
    assert busy.cpu >= 0.4
    assert 80 <= busy.peak_mib < 300


def test_a_command_that_fails_has_no_figure() -> None:
    words = [sys.executable, "-c", "import sys; sys.exit('it broke')"]
    with pytest.raises(CommandFailedError, match="exit 1: it broke"):
        run(words)
    assert run(words, fine=(1,)).exit_code == 1


def test_the_spread_is_median_least_and_most() -> None:
    assert str(spread([3.0, 1.0, 2.0])) == "2 (1-3)"


def test_imports_are_asked_of_the_process_itself() -> None:
    assert imported(["--help"], ["click", "pydantic"]) == {"click"}
    assert imported(["map", "--help"], ["click"]) == {"click"}


def test_help_is_held_to_its_limit() -> None:
    cost, loaded = bench_help.figures(rounds=1, limit=ENOUGH)
    assert cost.held
    assert loaded.held
    assert bench_help.figures(rounds=1, limit=0)[0].held is False


def test_the_generated_repository_has_a_hundred_files_that_parse(tmp_path: Path) -> None:
    assert generate(tmp_path / "a") == 100
    files = [p for p in (tmp_path / "a").rglob("*") if p.is_file() and ".git" not in p.parts]
    workflows = list((tmp_path / "a" / ".github" / "workflows").iterdir())
    assert len(files) == len(set(files)) == 100
    assert len(workflows) == 10
    for path in files:
        text = path.read_text(encoding="utf-8")
        parsed = ast.parse(text) if path.suffix == ".py" else list(yaml.safe_load_all(text))
        assert parsed


def test_the_generated_repository_is_the_same_each_time(tmp_path: Path) -> None:
    def tree(folder: Path) -> str:
        generate(folder, ONE)
        words = ["git", "-C", str(folder), "rev-parse", "HEAD^{tree}"]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout

    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_map_is_held_to_its_limit() -> None:
    cold, warm, loaded = bench_hundred.figures(rounds=1, limit=ENOUGH, names=ONE)
    assert "10 files" in cold.name
    assert (cold.held, warm.held, loaded.held) == (True, True, True)
    assert bench_hundred.figures(rounds=1, limit=0, names=ONE)[0].held is False


@pytest.mark.skipif(shutil.which("rg") is None, reason="needs ripgrep")
def test_the_monorepo_is_held_to_its_ratio(tmp_path: Path) -> None:
    generate(tmp_path, ONE)
    ratio, *_, memory = bench_pipelines.figures(tmp_path, rounds=1, ratio=ENOUGH)
    assert (ratio.held, memory.held) == (True, True)
    assert bench_pipelines.figures(tmp_path, rounds=1, ratio=0)[0].held is False


def test_what_is_not_here_is_said_and_left_out() -> None:
    for figures in (bench_pipelines.figures(None), bench_corpus.figures(None)):
        (only,) = figures
        assert only.held is None
        assert "not measured: no checkout" in only.measured


def test_a_repository_that_cannot_be_mapped_is_a_crash(tmp_path: Path) -> None:
    generate(tmp_path / "sound", ONE)
    assert _crashes(tmp_path).held is True
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / ".git").write_text("gitdir: /nowhere\n", encoding="utf-8")
    broken = _crashes(tmp_path)
    assert broken.held is False
    assert "2 of 4 calls" in broken.measured


def _crashes(corpus: Path) -> Figure:
    return next(f for f in bench_corpus.figures(corpus) if f.name.startswith("crashes"))


def test_a_run_is_split_and_verified() -> None:
    verified, _, wall, survey, probe, rest, _ = bench_run.figures(rounds=1)
    assert verified.held, verified.measured
    whole = float(wall.measured.split()[0])
    parts = [float(figure.measured.split()[0]) for figure in (survey, probe, rest)]
    assert all(part > 0 for part in parts)
    assert sum(parts) == pytest.approx(whole, rel=0.02)
