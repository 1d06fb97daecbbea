"""The tool Probe: run a probe on the base tree, on the proposed one, or on both.

Each run gets a fresh copy of its tree inside the sandbox, so the worktree stays as it is and what
one run leaves behind cannot turn the next one green.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Literal

from pydantic import Field

import mlops_agent.risks
from mlops_agent.contracts.base import Record
from mlops_agent.contracts.change import Probe as ProbeCard
from mlops_agent.contracts.change import ProbeColour, ProbeRun
from mlops_agent.contracts.journal import Probed, ToolResult
from mlops_agent.tools.base import ToolError, text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.workspace.snapshot import write_trees

SCRIPTS = Path(mlops_agent.risks.__file__).parent / "probes"
FOLDER = "probes"
_COLOURS: dict[int | None, ProbeColour] = {0: "green", 1: "red"}


class ProbeInput(Record):
    """The probe, and the trees to run it on, in order."""

    probe: ProbeCard
    trees: list[Literal["base", "proposed"]] = Field(min_length=1, max_length=2)


class Probe:
    """Run a command that tells a faulty tree from a mended one, on a fresh copy of each tree.

    Exit 0 means that the fault is absent (green), 1 that it is there (red), anything else that the
    probe could not tell. A change counts as proved when the same probe is red on `base` and green
    on `proposed`. Give `script` and `arguments` for a probe that a rule's fix comes with, or leave
    `script` empty and give a whole argv. Run it on `base` before you edit.
    """

    name = "Probe"
    Input = ProbeInput
    parallel = False

    def run(self, call: str, values: ProbeInput, context: ToolContext) -> ToolResult:
        """Run the probe, journal each run, and return them as JSON {"runs": [...]}."""
        argv = self._argv(values.probe, context.run_folder)
        missing = [name for name in values.probe.needs if not _is_here(name)]
        runs: list[ProbeRun] = []
        for tree in values.trees:
            run = self._on_tree(call, tree, argv, values.probe, missing, context)
            context.append(Probed, call=call, result=run)
            runs.append(run)
        told = {"runs": [run.model_dump(mode="json") for run in runs]}
        return text_result(call, self.name, json.dumps(told, ensure_ascii=False, indent=1))

    def _argv(self, probe: ProbeCard, run_folder: Path) -> list[str]:
        if not probe.script:
            if not probe.arguments:
                raise ToolError("a probe needs a script or, in arguments, a whole argv")
            return list(probe.arguments)
        return [sys.executable, str(copy_script(probe.script, run_folder)), *probe.arguments]

    def _on_tree(
        self,
        call: str,
        tree: Literal["base", "proposed"],
        argv: list[str],
        probe: ProbeCard,
        missing: list[str],
        context: ToolContext,
    ) -> ProbeRun:
        write_trees(context.run_folder, context.worktree)
        trees = context.worktree.trees
        known = {
            "id": f"{call}-{tree}",
            "probe": probe.name,
            "tree": tree,
            "tree_hash": trees.hash(tree),
            "argv": argv,
        }
        if missing:
            why = f"it needs {', '.join(missing)}, which is not installed here"
            return ProbeRun(
                **known, colour="unknown", exit_code=None, output="", output_path="", why=why
            )
        output = context.run_folder / "outputs" / f"{call}-{tree}.txt"
        folder = context.run_folder / "probing"
        try:
            trees.checkout(tree, folder)
            ran = context.sandbox.run(
                argv,
                cwd=folder,
                read_only=[context.run_folder / FOLDER],
                timeout=probe.timeout_seconds,
                output=output,
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        exit_code = None if ran.timed_out else ran.exit_code
        return ProbeRun(
            **known,
            colour=_COLOURS.get(exit_code, "unknown"),
            exit_code=exit_code,
            output=ran.text,
            output_path=f"outputs/{output.name}",
            why=f"it ran longer than {probe.timeout_seconds} s" if ran.timed_out else "",
            output_sha256=ran.sha256,
            script_sha256=_digest(argv[1]) if probe.script else "",
        )


def copy_script(name: str, run_folder: Path) -> Path:
    """Copy one of our probe scripts into the run's folder; raises ToolError for another name."""
    known = sorted(path.stem for path in SCRIPTS.glob("*.py") if path.stem != "__init__")
    if name.removesuffix(".py") not in known:
        raise ToolError(f"there is no probe script {name!r}; there are: {', '.join(known)}")
    target = run_folder / FOLDER / f"{name.removesuffix('.py')}.py"
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(SCRIPTS / target.name, target)
    return target


def _digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _is_here(name: str) -> bool:
    if shutil.which(name):
        return True
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
