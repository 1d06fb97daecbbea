"""The tool Probe: run a probe on the base tree, on the proposed one, or on both.

Each run gets a fresh copy of its tree inside the sandbox, so the worktree stays as it is and what
one run leaves behind cannot turn the next one green.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
import sys
from pathlib import Path

from pydantic import Field

import mlops_agent.risks
from mlops_agent.contracts.base import Record
from mlops_agent.contracts.change import Probe as ProbeCard
from mlops_agent.contracts.change import ProbeRun
from mlops_agent.contracts.journal import Probed, ToolResult
from mlops_agent.report.checks.probe import colour_of
from mlops_agent.sandbox.confine import Ran
from mlops_agent.sandbox.policy.refusing import why_argv_refused
from mlops_agent.tools.base import ToolError, text_result
from mlops_agent.tools.context import OUTPUTS, ToolContext
from mlops_agent.workspace.removing import remove_tree
from mlops_agent.workspace.snapshot import Tree, Trees, write_trees

SCRIPTS = Path(mlops_agent.risks.__file__).parent / "probes"
FOLDER = "probes"
INSTALL = "pip install 'mlops-agent[probes]' brings what our own probes need"
OWN_HEAD = (
    "import os, sys; sys.path[0] = os.getcwd(); sys.excepthook = lambda kind, value, trace: "
    "(sys.__excepthook__(kind, value, trace), sys.stdout.flush(), sys.stderr.flush(), "
    "os._exit(1 if issubclass(kind, AssertionError) else 2))\n"
)
"""Comes before the code of a driver's own probe: its modules are those of the tree, and what it
does not catch says nothing of the fault: a missing name must not look red."""
_UNPLAIN = re.compile(r"[^A-Za-z0-9]+")


class ProbeInput(Record):
    """The probe, and the trees to run it on, in order."""

    probe: ProbeCard
    trees: list[Tree] = Field(min_length=1, max_length=2)


class Probe:
    """Run a probe, which tells a faulty tree from a mended one, on a fresh copy of each tree.

    Exit 0 means that the fault is absent (green), 1 that it is there (red), anything else that the
    probe could not tell. A change counts as proved when the same probe is red on `base` and green
    on `proposed`. Run it on `base` before you edit. Give Python source in `code` (no __future__;
    an exception that it does not catch is exit 2, an AssertionError 1; it runs with the tree as
    working directory and on sys.path; `sys.executable -m ...` runs the tree's own modules),
    or a whole argv in `arguments`, or `script` and `arguments` as a rule's fix has them. To run a
    probe again give its `name` alone. Its last lines are what the owner of the repository reads
    as the proof: let them say in plain words what was seen, the same each time.
    """

    name = "Probe"
    Input = ProbeInput
    parallel = False

    def run(self, call: str, values: ProbeInput, context: ToolContext) -> ToolResult:
        """Run the probe, journal each run, and return them as JSON {"runs": [...]}."""
        probe = known_probe(values.probe, context.run_folder)
        # Code has throw-away stores to run against; an argv may name anything.
        if not (probe.code or probe.script) and (
            refusal := why_argv_refused(probe.arguments, context.allowed)
        ):
            raise ToolError(refusal)
        script = script_of(probe, context.run_folder)
        runs: list[ProbeRun] = []
        for tree in values.trees:
            run = self._on_tree(call, tree, probe, script, context)
            context.append(Probed, call=call, result=run)
            runs.append(run)
        told = {"runs": [run.model_dump(mode="json") for run in runs]}
        return text_result(call, self.name, json.dumps(told, ensure_ascii=False, indent=1))

    def _on_tree(
        self, call: str, tree: Tree, probe: ProbeCard, script: Path | None, context: ToolContext
    ) -> ProbeRun:
        write_trees(context.run_folder, context.worktree)
        trees = context.worktree.trees
        known = ProbeRun(
            id=f"{call}-{tree}",
            probe=probe.name,
            tree=tree,
            tree_hash=trees.hash(tree),
            # As a stranger would type it in the run's folder, with no path of this machine.
            argv=[*(["python", f"{FOLDER}/{script.name}"] if script else []), *probe.arguments],
            colour="unknown",
            exit_code=None,
            output="",
            output_path="",
            script_sha256=hashlib.sha256(script.read_bytes()).hexdigest() if script else "",
        )
        missing = [name for name in probe.needs if not _is_here(name)]
        if missing:
            why = f"it needs {', '.join(missing)}, not installed here ({INSTALL})"
            return known.model_copy(update={"why": why})
        output = context.output_file(known.id)
        ran = self._run(probe, script, trees, tree, output, context)
        exit_code = None if ran.timed_out else ran.exit_code
        return known.model_copy(
            update={
                "colour": colour_of(exit_code),
                "exit_code": exit_code,
                "output": ran.text,
                "output_path": f"{OUTPUTS}/{output.name}",
                "output_sha256": ran.sha256,
                "why": f"it ran longer than {probe.timeout_seconds} s" if ran.timed_out else "",
            }
        )

    def _run(
        self,
        probe: ProbeCard,
        script: Path | None,
        trees: Trees,
        tree: Tree,
        output: Path,
        context: ToolContext,
    ) -> Ran:
        # The same place each time, so that a probe which prints it prints the same.
        folder = context.run_folder / "probing"
        remove_tree(folder)
        try:
            trees.checkout(tree, folder)
            return context.sandbox.run(
                [*([sys.executable, str(script)] if script else []), *probe.arguments],
                cwd=folder,
                read_only=[script] if script else [],
                timeout=probe.timeout_seconds,
                output=output,
            )
        finally:
            remove_tree(folder)


def known_probe(probe: ProbeCard, run_folder: Path) -> ProbeCard:
    """The probe as given, kept under its name; or the kept one where only a name is given.

    Raises ToolError for a name that nothing is known of, and for Python source as an argument.
    """
    if probe.arguments[1:2] == ["-c"] and "python" in probe.arguments[0]:
        raise ToolError("give Python source in `code`: there a missing module does not look red")
    card = run_folder / FOLDER / f"{_digest(probe.name.encode(errors='replace'))}.json"
    if probe.script or probe.code or probe.arguments:
        card.parent.mkdir(exist_ok=True)
        card.write_text(probe.model_dump_json(), encoding="utf-8")
        return probe
    if not card.is_file():
        raise ToolError(f"no probe {probe.name} has run yet: give its code, script or arguments")
    return ProbeCard.model_validate_json(card.read_bytes())


def script_of(probe: ProbeCard, run_folder: Path) -> Path | None:
    """The probe's script in the run's folder: a copy of ours, or its own code; None for an argv."""
    if probe.script:
        return copy_script(probe.script, run_folder)
    if not probe.code:
        return None
    source = (OWN_HEAD + probe.code).encode(errors="replace")
    try:
        compile(source, probe.name, "exec")
    except (SyntaxError, ValueError) as error:
        line = (getattr(error, "lineno", None) or 2) - 1
        raise ToolError(f"the probe's code is no Python (line {line}): {error}") from error
    # The name tells versions apart: an earlier run's script has to stay what it was.
    name = f"{_UNPLAIN.sub('-', probe.name)[:40]}-{_digest(source)}.py"
    target = run_folder / FOLDER / name
    target.write_bytes(source)
    return target


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def copy_script(name: str, run_folder: Path) -> Path:
    """Copy one of our probe scripts into the run's folder; raises ToolError for another name."""
    known = sorted(path.stem for path in SCRIPTS.glob("*.py") if path.stem != "__init__")
    if name.removesuffix(".py") not in known:
        raise ToolError(f"there is no probe script {name!r}; there are: {', '.join(known)}")
    target = run_folder / FOLDER / f"{name.removesuffix('.py')}.py"
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(SCRIPTS / target.name, target)
    return target


def _is_here(name: str) -> bool:
    if shutil.which(name):
        return True
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
