"""The program's own tools, each called as a driver calls it, on a real repository."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mlops_agent.contracts.change import Declaration
from mlops_agent.contracts.journal import Declared, Probed, RunStarted, ToolResult
from mlops_agent.contracts.report import Base
from mlops_agent.contracts.request import Request
from mlops_agent.journal.reading import read_journal
from mlops_agent.journal.writing import Journal
from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.tools.ask import Ask
from mlops_agent.tools.base import ToolError
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.declare import Declare
from mlops_agent.tools.desk import Desk
from mlops_agent.tools.lifecycle import Lifecycle
from mlops_agent.tools.no_change import NoChange
from mlops_agent.tools.probe import Probe
from mlops_agent.tools.report import Report
from mlops_agent.tools.risks import PAGE, Risks
from mlops_agent.tools.survey import Survey
from mlops_agent.workspace.worktree import Worktree

pytestmark = pytest.mark.sandbox

STEP = "      - run: python src/evaluate.py || true\n"
WORKFLOW = (
    "on:\n  schedule:\n    - cron: '0 3 * * *'\njobs:\n  train:\n    runs-on: ubuntu-24.04\n"
    "    steps:\n      - run: python src/train.py\n" + STEP + "      - run: python src/promote.py\n"
)
FILES = {
    ".github/workflows/train.yml": WORKFLOW,
    "src/train.py": "import mlflow\nmlflow.sklearn.log_model(1, registered_model_name='m')\n",
    "src/evaluate.py": "import sys\nimport mlflow\nmlflow.evaluate()\nsys.exit(1)\n",
    "src/promote.py": (
        "from mlflow import MlflowClient\n"
        "MlflowClient().set_registered_model_alias('m', 'champion', '1')\n"
    ),
    "flag.txt": "bad\n",
}


@dataclass
class OwnBench:
    """A run without an engine: its context, its desk, and calls by hand."""

    context: ToolContext
    desk: Desk
    journal: Path
    accepted: list[Declaration] = field(default_factory=list)
    calls: int = 0

    def call(self, tool: Any, **values: Any) -> ToolResult:  # noqa: ANN401
        self.calls += 1
        return tool.run(f"c{self.calls}", tool.Input.model_validate(values), self.context)

    def json(self, tool: Any, **values: Any) -> Any:  # noqa: ANN401
        return json.loads(self.call(tool, **values).text)


def commit(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for argv in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(
            ["git", "-c", "user.name=u", "-c", "user.email=u@e", *argv], cwd=root, check=True
        )


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnBench]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "repo"
    commit(root, FILES)
    accepted: list[Declaration] = []

    def accept(declaration: Declaration) -> bool:
        accepted.append(declaration)
        return accepted.count(declaration) == 1

    run_folder = tmp_path / "run"
    request = Request(text="x")
    sandbox = Sandbox.open()
    with Journal.create(run_folder) as journal:
        worktree = Worktree.create(root, "", run_folder)
        journal.append(
            RunStarted, run="r", version="0", repository=str(root), request=request,
            base=Base(commit=worktree.base_commit), driver="d", driver_why="w",
            isolation=sandbox.isolation,
        )  # fmt: skip
        context = ToolContext(
            worktree, sandbox, run_folder, journal.append, lambda path, added, removed: None
        )
        desk = Desk(request, Survey(lambda: root), accept)
        yield OwnBench(context, desk, run_folder, accepted)


def probe(own: OwnBench, command: str, *trees: str, **fields: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    card = {"name": "p", "what": "w", "arguments": ["bash", "-c", command], **fields}
    return own.json(Probe(), probe=card, trees=list(trees))["runs"]


class TestProbe:
    """Probe."""

    def test_colours_are_exit_codes(self, own: OwnBench) -> None:
        assert probe(own, "exit 0", "base")[0]["colour"] == "green"
        assert probe(own, "exit 1", "base")[0]["colour"] == "red"
        assert probe(own, "exit 2", "base")[0]["colour"] == "unknown"

    def test_each_tree_is_seen_as_it_is(self, own: OwnBench) -> None:
        own.context.worktree.write("flag.txt", b"good\n")
        base, proposed = probe(own, "cat flag.txt; grep -q good flag.txt", "base", "proposed")
        assert (base["output"], base["colour"]) == ("bad\n", "red")
        assert (proposed["output"], proposed["colour"]) == ("good\n", "green")
        assert base["tree_hash"] != proposed["tree_hash"]
        assert base["argv"] == proposed["argv"]

    def test_what_a_probe_writes_is_gone(self, own: OwnBench) -> None:
        before = own.context.worktree.tree_hash()
        runs = probe(own, "test ! -e left && touch left && rm flag.txt", "proposed", "proposed")
        assert [run["colour"] for run in runs] == ["green", "green"]
        assert own.context.worktree.tree_hash() == before

    def test_runs_are_journaled_with_their_output(self, own: OwnBench) -> None:
        probe(own, "echo seen", "base")
        event = read_journal(own.journal)[-1]
        assert isinstance(event, Probed)
        assert event.result.tree == "base"
        assert (own.journal / event.result.output_path).read_text() == "seen\n"

    def test_a_missing_need_is_unknown_with_why(self, own: OwnBench) -> None:
        run = probe(own, "exit 0", "base", needs=["no_such_module_here"])[0]
        assert run["colour"] == "unknown"
        assert run["why"].startswith("it needs no_such_module_here, not installed here")

    def test_a_timeout_is_unknown(self, own: OwnBench) -> None:
        run = probe(own, "sleep 30", "base", timeout_seconds=1)[0]
        assert run["colour"] == "unknown"
        assert run["why"] == "it ran longer than 1 s"

    def test_code_runs_with_the_modules_of_the_tree_and_again_by_its_name(
        self, own: OwnBench
    ) -> None:
        (own.context.worktree.path / "limits.py").write_text("LOWEST = 1\n")
        code = "import limits\nprint(limits.LOWEST)\nraise SystemExit(limits.LOWEST != 1)\n"
        card = {"name": "the lowest limit", "code": code}
        first = own.json(Probe(), probe=card, trees=["proposed"])["runs"][0]
        assert (first["colour"], first["output"]) == ("green", "1\n")
        again = own.json(Probe(), probe={"name": "the lowest limit"}, trees=["base", "proposed"])
        assert [run["colour"] for run in again["runs"]] == ["unknown", "green"]
        assert "ModuleNotFoundError" in again["runs"][0]["output"]
        assert again["runs"][1]["argv"] == first["argv"]
        kept = own.journal / first["argv"][1]
        assert kept.read_text().endswith(code)
        assert again["runs"][0]["script_sha256"] == first["script_sha256"]

    @pytest.mark.parametrize(
        ("code", "colour"),
        [
            ("assert 1 == 2, 'one is two'", "red"),
            ("raise SystemExit(1)", "red"),
            ("raise SystemExit(0)", "green"),
            ("import no_such_module", "unknown"),
            ("undefined_name", "unknown"),
        ],
    )
    def test_only_what_the_code_says_is_a_colour(
        self, code: str, colour: str, own: OwnBench
    ) -> None:
        card = {"name": "p", "code": code}
        assert own.json(Probe(), probe=card, trees=["base"])["runs"][0]["colour"] == colour

    def test_code_that_is_no_python_is_refused(self, own: OwnBench) -> None:
        for code in ("def", "from __future__ import annotations", "x = '\0'"):
            with pytest.raises(ToolError, match="no Python"):
                own.call(Probe(), probe={"name": "p", "code": code}, trees=["base"])
        with pytest.raises(ToolError, match="give Python source in `code`"):
            card = {"name": "p", "arguments": ["python3", "-c", "import no_such_module"]}
            own.call(Probe(), probe=card, trees=["base"])

    def test_other_code_under_a_name_leaves_the_earlier_script(self, own: OwnBench) -> None:
        names = [
            own.json(Probe(), probe={"name": "p", "code": code}, trees=["base"])["runs"][0]["argv"]
            for code in ("raise SystemExit(1)", "raise SystemExit(0)")
        ]
        assert names[0] != names[1]
        assert (own.journal / names[0][1]).read_text().endswith("SystemExit(1)")

    def test_a_name_alone_that_never_ran_is_refused(self, own: OwnBench) -> None:
        with pytest.raises(ToolError, match="no probe p has run yet"):
            own.call(Probe(), probe={"name": "p"}, trees=["base"])

    def test_a_script_is_copied_and_named_without_this_machine(self, own: OwnBench) -> None:
        card = {
            "name": "p", "what": "w", "script": "step_stops",
            "arguments": ["github", ".github/workflows/train.yml", "train/1", "python"],
        }  # fmt: skip
        run = own.json(Probe(), probe=card, trees=["base"])["runs"][0]
        assert run["argv"][:2] == ["python", "probes/step_stops.py"]
        assert (own.journal / "probes" / "step_stops.py").is_file()

    @pytest.mark.parametrize("name", ["../../etc/passwd", "nothing", "/bin/sh"])
    def test_only_our_scripts_are_run(self, own: OwnBench, name: str) -> None:
        card = {"name": "p", "what": "w", "script": name}
        with pytest.raises(ToolError, match="no probe script"):
            own.call(Probe(), probe=card, trees=["base"])

    def test_it_has_no_network_and_no_home(self, own: OwnBench) -> None:
        told = probe(own, "ls /root /home 2>&1; cat /proc/net/dev | grep -c :", "base")[0]
        assert told["output"].strip().splitlines()[-1] == "1"


class TestLifecycleAndRisks:
    """Lifecycle and Risks."""

    def test_the_map_names_places_and_empty_stages(self, own: OwnBench) -> None:
        told = own.json(Lifecycle(own.desk))
        assert any("src/promote.py" in place for place in told["stages"]["promotion"])
        assert told["stages"]["monitoring"] == []

    def test_the_list_ends_and_holds_the_fault(self, own: OwnBench) -> None:
        told = own.json(Risks(own.desk))
        assert told["next"] is None
        assert "PIP001" in {finding["rule"] for finding in told["findings"]}

    def test_one_finding_comes_with_its_fix(self, own: OwnBench) -> None:
        listed = own.json(Risks(own.desk))["findings"]
        print_ = next(one["fingerprint"] for one in listed if one["rule"] == "PIP001")
        told = own.json(Risks(own.desk), fingerprint=print_[:12])
        assert told["finding"]["fingerprint"] == print_
        assert told["fix"]["edits"][0]["path"] == ".github/workflows/train.yml"
        assert told["fix"]["probe"]["script"]

    def test_an_unknown_fingerprint_is_told(self, own: OwnBench) -> None:
        with pytest.raises(ToolError, match="list them first"):
            own.call(Risks(own.desk), fingerprint="f" * 64)

    def test_long_lists_come_in_pages(self, tmp_path: Path, own: OwnBench) -> None:
        many = {f".github/workflows/w{n:02}.yml": WORKFLOW for n in range(PAGE + 5)}
        root = tmp_path / "many"
        commit(root, {**FILES, **many})
        desk = Desk(own.desk.request, Survey(lambda: root), own.desk.accept)
        first = own.json(Risks(desk))
        assert first["next"] == PAGE
        seen = [one["fingerprint"] for one in first["findings"]]
        rest = own.json(Risks(desk), offset=first["next"])
        seen += [one["fingerprint"] for one in rest["findings"]]
        assert len(set(seen)) == len(desk.survey.findings) > PAGE


class TestDeclareAskNoChange:
    """Declare, Ask and NoChange."""

    def test_a_declaration_is_journaled_once(self, own: OwnBench) -> None:
        values = {"boundary": "pipeline", "risk": "r", "files": ["a"], "line_budget": 2}
        for _ in range(2):
            assert own.call(Declare(own.desk), **values).ok
        declared = [e for e in read_journal(own.journal) if isinstance(e, Declared)]
        assert [event.declaration.files for event in declared] == [["a"]]

    def test_open_questions_end_the_run(self, own: OwnBench) -> None:
        own.call(Ask(own.desk), questions=[{"id": "q", "question": "Which?", "why": "two fit"}])
        assert own.desk.ending is not None
        assert own.desk.ending.outcome == "questions"
        assert own.desk.ending.why == "two fit"

    def test_answers_come_back_and_the_run_goes_on(self, own: OwnBench) -> None:
        own.desk.answers["q"] = "b"
        question = {"id": "q", "question": "Which?", "why": "w", "options": ["a", "b"]}
        assert own.json(Ask(own.desk), questions=[question]) == {"q": "b"}
        assert own.desk.ending is None

    def test_no_change_ends_the_run_with_why(self, own: OwnBench) -> None:
        own.call(NoChange(own.desk), why="nothing fits", found=["f"])
        assert own.desk.ending is not None
        assert own.desk.ending.outcome == "no-change"
        assert own.desk.ending.found == ("f",)


class TestReport:
    """Report."""

    def draft(self, text: str) -> dict[str, Any]:
        return {
            "boundary": "pipeline",
            "primary_risk": {"statement": "s", "why": "w", "rule": "", "evidence": ["diff"]},
            "summary": "s",
            "trade_off": "t",
            "claims": [
                {
                    "text": text,
                    "evidence": ["line:flag.txt:1"],
                    "asserts": [{"kind": "line", "path": "flag.txt", "line": 1, "text": "bad"}],
                }
            ],
        }

    def test_bad_claims_come_back_twice_and_then_go_out_marked(self, own: OwnBench) -> None:
        draft = self.draft("flag.txt holds 17 lines")
        for left in (2, 1):
            with pytest.raises(ToolError) as caught:
                own.call(Report(own.desk), **draft)
            assert f"({left} more tries)" in str(caught.value)
            assert "claim 'flag.txt holds 17 lines'" in str(caught.value)
            assert own.desk.ending is None
        own.call(Report(own.desk), **draft)
        assert own.desk.ending is not None
        [claim] = own.desk.ending.claims
        assert not claim.verified
        assert claim.problem

    def test_a_claim_without_assertions_is_not_taken(self, own: OwnBench) -> None:
        draft = self.draft("all is well")
        draft["claims"][0]["asserts"] = []
        with pytest.raises(ToolError, match="asserts nothing"):
            own.call(Report(own.desk), **draft)
