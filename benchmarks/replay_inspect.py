"""Contestant: the same transcript played back inside Inspect, run by the Python that has it.

    python benchmarks/replay_inspect.py CALLS.json SAMPLES CONCURRENCY

Inspect's agent bridge with a model of its own that returns the recorded calls and holds a digest
of the messages against the first sample's; the tools work on a real temporary tree. Prints a line
of JSON: samples, wall and CPU seconds of the evaluation, imports not counted.
"""

# ruff: noqa: ANN401, D102, D103, E402, PLR0911  Inspect's own signatures, and what it reads before import
from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ["ANTHROPIC_API_KEY"] = "none"
GIVEN = json.loads(Path(sys.argv[1]).read_text())
SAMPLES, CONCURRENCY = int(sys.argv[2]), int(sys.argv[3])
CALLS: list[list[Any]] = GIVEN["calls"]
FILES: dict[str, str] = GIVEN["files"]

from anthropic import AsyncAnthropic
from inspect_ai import Task, task
from inspect_ai import eval as evaluate
from inspect_ai.agent import AgentState, agent, agent_bridge
from inspect_ai.dataset import Sample
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessageAssistant,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    get_model,
    modelapi,
)
from inspect_ai.scorer import Score, accuracy, scorer
from inspect_ai.tool import ToolCall

CLIENT = AsyncAnthropic()
DIGESTS: dict[int, str] = {}


class Recorded(ModelAPI):
    """Returns the recorded call of a turn once the messages are the recorded ones."""

    def __init__(self, model_name: str, *_: object, **__: object) -> None:
        super().__init__(model_name)

    async def generate(
        self, input: list[Any], tools: list[Any], tool_choice: Any, config: GenerateConfig
    ) -> ModelOutput:
        turn = sum(message.role == "assistant" for message in input)
        told = [[message.role, message.text] for message in input]
        digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()
        if DIGESTS.setdefault(turn, digest) != digest:
            raise ValueError(f"turn {turn}: other messages")
        name, values = CALLS[turn]
        said = ChatMessageAssistant(
            content=f"Step {turn + 1}.",
            tool_calls=[ToolCall(id=f"toolu_{turn + 1}", function=name, arguments=values)],
        )
        return ModelOutput(
            model="recorded",
            choices=[ChatCompletionChoice(message=said, stop_reason="tool_calls")],
            usage=ModelUsage(input_tokens=900, output_tokens=60, total_tokens=960),
        )

    def max_connections(self) -> int:
        return CONCURRENCY


@modelapi(name="recorded")
def recorded() -> type[ModelAPI]:
    return Recorded


def act(tree: Path, tool: str, values: dict[str, Any]) -> str:
    """The tools of the transcript, as plain as they can be."""
    if tool == "Glob":
        found = sorted(p for p in tree.glob(values["pattern"]) if p.is_file())
        return "\n".join(str(p.relative_to(tree)) for p in found)
    if tool == "Grep":
        lines = [
            f"{path.relative_to(tree)}:{number}:{line}"
            for path in sorted(tree.rglob("*"))
            if path.is_file()
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if re.search(values["pattern"], line)
        ]
        return "\n".join(lines)
    if tool == "Bash":
        done = subprocess.run(
            ["bash", "-c", values["command"]], cwd=tree, capture_output=True, check=False
        )
        return done.stdout.decode()
    if tool in {"Declare", "NoChange"}:
        return "noted"
    path = tree / values["path"]
    if tool == "Read":
        return path.read_text()
    if tool == "Edit":
        text = path.read_text()
        assert text.count(values["old"]) == 1
        path.write_text(text.replace(values["old"], values["new"]))
        return "edited"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(values["text"])
    return "created"


TOOLS = [
    {"name": name, "description": name, "input_schema": {"type": "object", "properties": {}}}
    for name in sorted({name for name, _ in CALLS})
]


@agent
def player() -> Any:
    async def execute(state: AgentState) -> AgentState:
        with tempfile.TemporaryDirectory() as name:
            tree = Path(name)
            for file, text in FILES.items():
                (tree / file).parent.mkdir(parents=True, exist_ok=True)
                (tree / file).write_text(text)
            async with agent_bridge(state) as bridge:
                messages: list[Any] = [{"role": "user", "content": GIVEN["asked"]}]
                for _ in CALLS:
                    reply = await CLIENT.messages.create(
                        model="inspect", max_tokens=4000, messages=messages, tools=TOOLS
                    )
                    messages.append(
                        {"role": "assistant", "content": [b.model_dump() for b in reply.content]}
                    )
                    results = []
                    for block in reply.content:
                        if block.type == "tool_use":
                            text = await asyncio.to_thread(act, tree, block.name, block.input)
                            results.append(
                                {
                                    "type": "tool_result",
                                    "tool_use_id": block.id,
                                    "content": text or "-",
                                }
                            )
                    messages.append({"role": "user", "content": results})
                state = bridge.state
            said = (tree / "docs" / "gate.md").is_file()
            state.output.completion = "done" if said else "missing"
            return state

    return execute


@scorer(metrics=[accuracy()])
def on_disk() -> Any:
    async def score(state: Any, target: Any) -> Score:
        return Score(value=state.output.completion == "done")

    return score


@task
def replay() -> Task:
    samples = [Sample(input=GIVEN["asked"], id=number) for number in range(SAMPLES)]
    return Task(dataset=samples, solver=player(), scorer=on_disk())


def main() -> None:
    """Play all samples and print what it took."""
    with tempfile.TemporaryDirectory() as logs:
        cpu, wall = _cpu(), time.perf_counter()
        [log] = evaluate(
            replay(),
            model=get_model("recorded/it"),
            max_samples=CONCURRENCY,
            display="none",
            log_dir=logs,
            log_format="eval",
        )
        took = time.perf_counter() - wall, _cpu() - cpu
    assert log.status == "success", log.error
    assert log.results is not None
    right = log.results.scores[0].metrics["accuracy"].value
    told = {"samples": SAMPLES, "wall": took[0], "cpu": took[1], "right": right}
    print(json.dumps(told))


def _cpu() -> float:
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main()
