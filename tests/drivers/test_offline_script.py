"""The offline driver as a function of what its calls came to: results in, the next turn out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mlops_agent.contracts.change import Fix, Probe, TextEdit
from mlops_agent.contracts.journal import ToolCall, ToolResult
from mlops_agent.contracts.request import Request
from mlops_agent.drivers.base import Exchange, Turn
from mlops_agent.drivers.offline import OfflineDriver
from mlops_agent.errors import BadInputError
from mlops_agent.risks.catalogue import RULES

PATH = "train.yml"
FINDING = {
    "fingerprint": "a" * 64,
    "rule": "PIP001",
    "name": RULES["PIP001"].name,
    "severity": "error",
    "confidence": "high",
    "boundary": "pipeline",
    "path": PATH,
    "line": 3,
    "message": "A failure of the evaluation is lost",
    "smallest_fix": "Drop it.",
    "fix": "safe",
}


def fix(*edits: TextEdit, safe: bool = True) -> Fix:
    return Fix(
        rule="PIP001",
        fingerprint="a" * 64,
        safe=safe,
        summary="Mend it.",
        trade_off="None.",
        edits=list(edits) or [TextEdit(path=PATH, old="x || true", new="x")],
        probe=Probe(name="p", what="w", arguments=["true"]),
    )


class Stage:
    """Answers the driver's calls from a table; remembers what was called."""

    def __init__(self, text: str, known: Fix | None, *colours: str, **overrides: Any) -> None:  # noqa: ANN401
        self.driver = OfflineDriver(Request(text=text), RULES)
        self.fix = known
        self.colours = list(colours)
        self.overrides = overrides
        self.history: list[Exchange] = []
        self.calls: list[ToolCall] = []

    def play(self) -> ToolCall:
        """Go on to the call that ends the run, and return it."""
        for _ in range(60):
            turn = self.driver.decide(self.history)
            [call] = turn.calls
            self.calls.append(call)
            if call.tool in {"NoChange", "Ask", "Report"}:
                return call
            self.history.append(Exchange(turn, (self.answer(call),)))
        raise AssertionError("it does not come to an end")

    def answer(self, call: ToolCall) -> ToolResult:
        given = self.overrides.get(call.tool)
        if callable(given):
            given = given(call)
        if isinstance(given, ToolResult):
            return given.model_copy(update={"call": call.id, "tool": call.tool})
        return ToolResult(call=call.id, tool=call.tool, ok=True, text=self.text(call))

    def text(self, call: ToolCall) -> str:
        if call.tool == "Risks" and call.input.get("fingerprint"):
            known = self.fix.model_dump(mode="json") if self.fix else None
            return json.dumps({"finding": FINDING, "fix": known})
        if call.tool == "Risks":
            return json.dumps({"findings": [FINDING], "next": None})
        if call.tool == "Probe":
            return json.dumps({"runs": [self.run(call, self.colours.pop(0))]})
        return "{}" if call.tool == "Lifecycle" else "1\t0\ttrain.yml\n"

    def run(self, call: ToolCall, colour: str) -> dict[str, Any]:
        tree = call.input["trees"][0]
        return {
            "id": f"{call.id}-{tree}", "probe": "p", "tree": tree, "tree_hash": "t",
            "argv": ["true"], "colour": colour, "exit_code": 0, "output": "it said so\n",
            "output_path": "",
        }  # fmt: skip

    @property
    def tools(self) -> list[str]:
        return [call.tool for call in self.calls]


def test_the_order_of_a_good_run() -> None:
    stage = Stage("Fix PIP001", fix(), "red", "green")
    assert stage.play().tool == "Report"
    assert stage.tools == [
        "Lifecycle", "Risks", "Risks", "Read", "Declare", "Probe", "Edit", "Probe", "Bash",
        "Report",
    ]  # fmt: skip


def test_a_probe_that_is_green_on_the_base_stops_before_any_edit() -> None:
    stage = Stage("Fix PIP001", fix(), "green")
    end = stage.play()
    assert end.tool == "NoChange"
    assert "does not show the fault on the base tree: it said so" in end.input["why"]
    assert "Edit" not in stage.tools


def test_a_probe_that_cannot_tell_stops_before_any_edit() -> None:
    stage = Stage("Fix PIP001", fix(), "unknown")
    assert "can't tell on this machine" in stage.play().input["why"]
    assert "Edit" not in stage.tools


def test_a_probe_that_stays_red_takes_every_edit_back() -> None:
    edits = [TextEdit(path="a file", old="x", new="y"), TextEdit(path="b", old="", new="new")]
    stage = Stage("Fix PIP001", fix(*edits), "red", "red")
    end = stage.play()
    assert end.tool == "NoChange"
    assert "still red" in end.input["why"]
    assert "all edits were taken back" in end.input["why"]
    commands = [call.input["command"] for call in stage.calls if call.tool == "Bash"]
    assert len(commands) == 2
    assert "git show HEAD:'a file' > 'a file'" in commands[0]
    assert "rm -f -- b" in commands[1]


def test_an_edit_that_is_refused_is_taken_back() -> None:
    refused = ToolResult(call="", tool="", ok=False, text="over the budget")
    stage = Stage("Fix PIP001", fix(), "red", Edit=refused)
    assert "the edit of train.yml failed: over the budget" in stage.play().input["why"]


def test_a_declaration_that_is_refused_ends_it() -> None:
    refused = ToolResult(call="", tool="", ok=False, text="outside the allowed paths")
    end = Stage("Fix PIP001", fix(), Declare=refused).play()
    assert end.input["why"] == "outside the allowed paths"


def test_an_unsafe_fix_needs_the_fault_named() -> None:
    place_only = Stage("Something is wrong in train.yml", fix(safe=False)).play()
    assert place_only.tool == "NoChange"
    assert "ask for `Fix PIP001 at train.yml:3`" in place_only.input["why"]
    named = Stage("Fix PIP001 at train.yml:3", fix(safe=False), "red", "green").play()
    assert named.tool == "Report"


def test_a_safe_fix_is_made_where_only_the_place_is_named() -> None:
    assert Stage("Something is wrong in train.yml", fix(), "red", "green").play().tool == "Report"


def test_without_a_fix_it_says_what_somebody_else_would_do() -> None:
    end = Stage("Fix PIP001", None).play()
    assert end.tool == "NoChange"
    assert "No rule knows a change for it" in end.input["why"]
    assert end.input["why"].endswith("would do: Drop it.")


def test_each_of_several_hunks_is_tried_without() -> None:
    edits = [TextEdit(path=PATH, old=f"old {n}", new=f"new {n}") for n in range(2)]
    stage = Stage("Fix PIP001", fix(*edits), "red", "green", "red", "green", "green")
    end = stage.play()
    assert end.input["droppable_hunks"] == 1
    made = [(c.input["old"], c.input["new"]) for c in stage.calls if c.tool == "Edit"]
    assert made == [
        ("old 0", "new 0"), ("old 1", "new 1"),
        ("new 0", "old 0"), ("old 0", "new 0"),
        ("new 1", "old 1"), ("old 1", "new 1"),
    ]  # fmt: skip


LOST = ToolResult(call="", tool="", ok=False, text="interrupted; outcome unknown, look first")


@pytest.mark.parametrize(("seen", "edits"), [("     1\tx", 1), ("     1\tx || true", 2)])
def test_an_interrupted_edit_is_looked_at_before_it_is_repeated(seen: str, edits: int) -> None:
    tries: list[ToolCall] = []

    def first_is_lost(call: ToolCall) -> ToolResult | None:
        tries.append(call)
        return LOST if len(tries) == 1 else None

    shown = ToolResult(call="", tool="", ok=True, text=seen)
    stage = Stage("Fix PIP001", fix(), "red", "green", Edit=first_is_lost, Read=shown)
    assert stage.play().tool == "Report"
    assert stage.tools.count("Edit") == edits


def test_a_new_driver_goes_on_from_any_point_of_a_history() -> None:
    stage = Stage("Fix PIP001", fix(), "red", "green")
    stage.play()
    for length in range(len(stage.history) + 1):
        fresh = OfflineDriver(Request(text="Fix PIP001"), RULES)
        assert fresh.decide(stage.history[:length]).calls == (stage.calls[length],)


def test_a_history_of_another_script_is_refused() -> None:
    strange = Exchange(Turn("hello", ()), ())
    with pytest.raises(BadInputError, match="another version"):
        OfflineDriver(Request(text="Fix PIP001"), RULES).decide([strange])
