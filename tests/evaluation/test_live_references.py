"""The live requests stand on firm ground: each fault is there, and its reference fix removes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_agent.contracts.report import Base, Isolation, ResidualRisk, RunResult, Usage
from mlops_agent.contracts.request import Request

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "evals" / "live"))

from expected import LIVE, Expected, load, names, real_names
from patches import read_patch
from score_live import colour, in_scope, score, source_lines, touches

PARTS = {"renewals": ("mlflow", "pandas"), "eta": ("pandas",), "credit": ("numpy",)}
FIXES = [name for name in names() if load(name).kind == "fix"]
MOST_LINES = 25


def with_parts(name: str) -> object:
    """The name, marked with the parts that its repository runs on."""
    marks = [pytest.mark.sandbox, pytest.mark.real(*PARTS.get(name, ()))]
    return pytest.param(name, marks=marks)


def reference_of(expected: Expected) -> str:
    return expected.patch.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [with_parts(name) for name in FIXES])
def test_a_reference_fix_turns_its_verify_command_from_red_to_green(name: str) -> None:
    expected = load(name)
    assert colour(expected, None) == "red"
    assert colour(expected, expected.patch) == "green"


def test_every_kind_of_request_is_there() -> None:
    kinds = [load(name).kind for name in names()]
    assert kinds.count("fix") >= 5
    assert {"handoff", "split", "budget", "bad-claim", "resume"} <= set(kinds)


@pytest.mark.parametrize("name", names())
def test_a_request_is_one_that_the_program_takes(name: str) -> None:
    file = LIVE / name / "request.json"
    assert Request.from_json(file.read_bytes()).text.endswith((".", "!", "?"))


@pytest.mark.parametrize("name", [*FIXES, *real_names()])
def test_a_reference_fix_is_small_in_scope_and_leaves_the_neighbours(name: str) -> None:
    expected = load(name)
    changes = read_patch(reference_of(expected))
    assert {change.path for change in changes} <= set(expected.files)
    assert 0 < source_lines(changes) <= MOST_LINES
    assert not [n for n in expected.neighbour if touches(changes, n)]


@pytest.mark.parametrize("name", FIXES)
def test_the_neighbouring_faults_are_at_their_lines(name: str) -> None:
    expected = load(name)
    assert len(expected.neighbour) >= 2
    for neighbour in expected.neighbour:
        lines = (expected.tree / neighbour.path).read_text(encoding="utf-8").splitlines()
        assert "".join(lines[neighbour.line - 1 : neighbour.last]).strip()
    assert not list(expected.tree.rglob(".git"))


def test_a_request_on_a_borrowed_repository_takes_what_it_does_not_say() -> None:
    split, eta = load("eta_split"), load("eta")
    assert (split.tree, split.files, split.argv) == (eta.tree, eta.files, eta.argv)
    assert split.receivers == ["data-engineer"]


def a_run(folder: Path, patch: str, **fields: object) -> Path:
    """The folder of a run that came to this."""
    known: dict[str, object] = {
        "run": "r1",
        "outcome": "report",
        "request": Request(text="mend it"),
        "driver": "replay",
        "isolation": Isolation(kind="bubblewrap", network=False, detail=""),
        "base": Base(commit="0" * 40),
        "usage": Usage(turns=1, tool_calls=1, seconds=1.0),
        "journal": "journal.jsonl",
        "boundary": "deployment",
    }
    result = RunResult.model_validate(known | fields)
    (folder / "report.json").write_text(result.to_json(), encoding="utf-8")
    (folder / "change.patch").write_text(patch, encoding="utf-8")
    return folder


@pytest.mark.sandbox
def test_a_run_that_does_what_the_reference_does_has_no_problem(tmp_path: Path) -> None:
    left = ResidualRisk(
        risk="weights", priority=1, owner="us", follow_up="Mend k8s/split.yaml", evidence=[]
    )
    run = a_run(tmp_path, reference_of(load("fraud")), residual_risks=[left])
    scored = score(run, "fraud")
    assert scored.problems == []
    assert (scored.lines, scored.verified) == (scored.reference, "green")
    assert [n.path for n in scored.told] == ["k8s/split.yaml"]


NEIGHBOUR = """\
diff --git a/k8s/split.yaml b/k8s/split.yaml
--- a/k8s/split.yaml
+++ b/k8s/split.yaml
@@ -13,4 +13,4 @@ spec:
         - destination: {host: fraud, subset: canary}
-          weight: 20
+          weight: 10
 ---
 apiVersion: networking.istio.io/v1
"""


@pytest.mark.sandbox
def test_a_run_that_mends_a_neighbour_instead_is_told_apart(tmp_path: Path) -> None:
    scored = score(a_run(tmp_path, NEIGHBOUR), "fraud")
    assert scored.problems == [
        "outside the scope: k8s/split.yaml",
        "touches a neighbouring fault: k8s/split.yaml:12",
        "verify is red",
    ]
    ended = subprocess.run(
        [sys.executable, LIVE / "score_live.py", tmp_path, "fraud"],
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 1
    assert b"PROBLEM outside the scope" in ended.stdout


def test_a_hand_off_without_its_packet_is_a_problem(tmp_path: Path) -> None:
    scored = score(a_run(tmp_path, "", outcome="handoff", boundary=None), "fraud_handoff")
    assert scored.problems == ["no packet for sre-engineer"]
    assert not in_scope(load("fraud_handoff"), "scripts/rollback.sh")


def test_a_line_put_into_a_neighbour_touches_it_and_one_beside_it_does_not() -> None:
    patch = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -4,0 +5 @@\n+new\n"
    (change,) = read_patch(patch)
    assert change.touches(4, 5)
    assert not change.touches(5, 9)
    assert not change.touches(1, 4)


def test_both_names_of_a_renamed_file_are_changes() -> None:
    patch = "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n"
    assert [change.path for change in read_patch(patch)] == ["y", "x"]


LINES = st.lists(
    st.sampled_from(["a", "", "-- b", "++ c", "@@ -1 +1 @@", "diff --git"]), max_size=8
)


@settings(max_examples=25)
@given(old=LINES, new=LINES)
def test_lines_are_counted_as_git_counts_them(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("diff")
    (folder / "old").write_text("\n".join(old), encoding="utf-8")
    (folder / "new").write_text("\n".join(new), encoding="utf-8")
    numbers, patch = (
        subprocess.run(
            ["git", "diff", "--no-index", *option, "old", "new"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        for option in (["--numstat"], [])
    )
    counted = [(str(change.added), str(len(change.removed))) for change in read_patch(patch)]
    assert counted == [tuple(line.split("\t")[:2]) for line in numbers.splitlines()]
