"""Where the failure of a training, evaluation or registration command is lost.

Owns the recognition of shell idioms and step settings that throw an exit code away, and of what
runs afterwards. It makes no edit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlops_agent.contracts.lifecycle import Stage
from mlops_agent.lifecycle.facts import Command, DvcStage, Job, Step
from mlops_agent.risks.reaching import Reach

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

LossKind = Literal["rescue", "pipe", "set+e", "dash", "tolerated"]
WORK: dict[Stage, str] = {
    "evaluation": "evaluation",
    "training": "training",
    "registry": "registration",
    "promotion": "promotion",
}
"""The stages whose failure must not be lost, the most telling first."""
HARM: dict[Stage, str] = {
    "promotion": "promotes",
    "registry": "registers",
    "deployment": "deploys",
}
"""The stages that must not run after a failure."""
ORIGINS = frozenset(
    {"github", "gitlab", "azure-pipelines", "cloudbuild", "jenkins", "make", "dvc", "shell"}
    | {"kubernetes", "argo", "databricks", "azureml", "mlproject"}
)
_HARMLESS = re.compile(
    r"true|:|/bin/true|exit 0|(echo|printf)\b[^;&|]*|\{\s*(echo|printf)\b[^;&|}]*;\s*\}"
)
_SINKS = frozenset({"tee", "cat", "ts", "logger", "head", "tail", "sed", "awk"})
_TESTED = re.compile(r"^[\s@-]*(\S+:\s+)?(then|do|else)?\s*(if|elif|while|until)\b|^\s*!\s")
_GOES_ON: dict[str, str] = {
    "evaluation": "The evaluation is the gate, and what it turns down goes on all the same.",
    "training": "What goes on is then the model of an earlier run, or a half-written one.",
    "registration": "What goes on is then the version that was registered before.",
    "promotion": "What goes on takes a version that was never promoted for the new one.",
    "drift check": "A check that could not be made looks like one that found no drift.",
}
_PASSES: dict[str, str] = {
    "evaluation": "A model whose evaluation failed looks like one that passed it.",
    "training": "A run without a new model looks like one that has made it.",
    "registration": "A version that was never registered looks as if it were.",
    "promotion": "The version before stays live, and the run says that the new one is.",
    "drift check": "A check that could not be made looks like one that found no drift, and a "
    "drifting model goes unnoticed.",
}
_REQUESTS = {"/drift": "drift check", "/evaluat": "evaluation", "/train": "training"}
_STATUS_READ = re.compile(r"\$\{?(\?|PIPESTATUS)")
_TOLERANCES = {
    "github": "continue-on-error",
    "gitlab": "allow_failure",
    "azure-pipelines": "continueOnError",
}


@dataclass(frozen=True, slots=True)
class Loss:
    """A command whose failure is lost: how, and what goes on (path, line, what it does)."""

    kind: LossKind
    command: Command
    step: Step | None
    path: str
    line: int
    how: str
    work: str
    after: tuple[tuple[str, int, str], ...]
    remedy: str

    @property
    def owner(self) -> str:
        """The step, stage or target that holds the command."""
        return self.command.owner

    @property
    def why(self) -> str:
        """What the lost failure leads to, by the work that fails and by what follows it."""
        return (_GOES_ON if self.after else _PASSES)[self.work]


def losses(lifecycle: Lifecycle) -> Iterator[Loss]:
    """Each command of the way from training to promotion whose failure is lost, in file order."""
    reach = Reach(lifecycle)
    commands = [c for c in lifecycle.facts.of(Command) if c.origin in ORIGINS]
    told: set[tuple[str, int]] = set()
    for place, command in enumerate(commands):
        step = _step_of(lifecycle, command)
        found = _shell_loss(lifecycle, command, commands[place + 1 :], step) or _tolerated(
            lifecycle, command, step
        )
        if found is None:
            continue
        stages = reach.stages(command)
        work = next((w for stage, w in WORK.items() if stage in stages), _asked_for(command))
        kind, line, how, remedy = found
        # One setting may cover several commands; the first stands for all.
        if work and not (kind == "tolerated" and (command.path, line) in told):
            told.add((command.path, line))
            after = tuple(_after(lifecycle, reach, command, commands))
            yield Loss(kind, command, step, command.path, line, how, work, after, remedy)


def _asked_for(command: Command) -> str:
    """What a request to a service asks it to do, by the request's path."""
    if command.argv[0] not in ("curl", "wget"):
        return ""
    path = " ".join(word for word in command.argv[1:] if "/" in word).lower()
    return next((work for part, work in _REQUESTS.items() if part in path), "")


_Found = tuple[LossKind, int, str, str]


def _shell_loss(
    lifecycle: Lifecycle, command: Command, later: list[Command], step: Step | None
) -> _Found | None:
    line = lifecycle.facts.line(command.path, command.line)
    if not command.after or _TESTED.search(line):
        return None
    if command.after == "or":
        return _rescued(command)
    if command.after == "ignored" and command.origin == "make":
        return "dash", command.line, "make ignores it for the leading `-`", "Drop the `-`."
    same = [c for c in later if (c.path, c.owner) == (command.path, command.owner)]
    if not same or _reads_status(lifecycle, command, step):
        return None
    if command.after == "pipe":
        return _piped(command, same)
    return "set+e", command.line, "`set +e` above lets the script go on", "Drop `set +e`."


def _rescued(command: Command) -> _Found | None:
    rescue = command.rescue.strip()
    if not _HARMLESS.fullmatch(rescue):
        return None
    how = f"`{_words(command)} || {rescue}` succeeds whatever the command says"
    return "rescue", command.line, how, f"Drop `|| {rescue}`."


def _piped(command: Command, same: list[Command]) -> _Found | None:
    sink = next((c for c in same if c.after != "pipe"), None)
    if sink is None or sink.argv[0] not in _SINKS:
        return None
    how = f"`{_words(command)} | {sink.argv[0]}` ends with the exit code of {sink.argv[0]}"
    remedy = "Run the step with `shell: bash`" if command.origin == "github" else "Set pipefail"
    return "pipe", command.line, f"{how}, as the shell runs without pipefail", f"{remedy}."


def _words(command: Command) -> str:
    return " ".join(command.text.split())


def _reads_status(lifecycle: Lifecycle, command: Command, step: Step | None) -> bool:
    last = step.end_line if step else len(lifecycle.facts.text(command.path).splitlines())
    below = range(command.line, last + 1)
    return any(_STATUS_READ.search(lifecycle.facts.line(command.path, n)) for n in below)


def _tolerated(lifecycle: Lifecycle, command: Command, step: Step | None) -> _Found | None:
    if step is None or not step.tolerated:
        return None
    word = _TOLERANCES.get(step.system, "")
    text = lifecycle.facts.text(step.path)
    looked_at = re.search(
        rf"(steps\.{re.escape(step.key)}|needs\.{re.escape(step.job)})\.(outcome|conclusion|result)",
        text,
    )
    if not word or looked_at:
        return None
    how = f"`{word}` lets {step.system} go on after `{_words(command)}`"
    return "tolerated", step.tolerated_line or step.line, how, f"Drop `{word}`."


def _step_of(lifecycle: Lifecycle, command: Command) -> Step | None:
    return next(
        (
            step
            for step in lifecycle.facts.of(Step, command.path)
            if step.line <= command.line <= step.end_line
        ),
        None,
    )


def _after(
    lifecycle: Lifecycle, reach: Reach, command: Command, commands: list[Command]
) -> Iterator[tuple[str, int, str]]:
    """The commands that run afterwards and register, promote or deploy."""
    for other in commands:
        if other.path != command.path or not _follows(lifecycle, command, other):
            continue
        stages = reach.stages(other)
        verb = next((word for stage, word in HARM.items() if stage in stages), "")
        if verb:
            yield other.path, other.line, f"`{_words(other)}` {verb}"


def _follows(lifecycle: Lifecycle, command: Command, other: Command) -> bool:
    if command.origin == "dvc" and other.owner != command.owner:
        return other.owner in _stages_after(lifecycle, command)
    job, other_job = (c.owner.partition("/")[0] for c in (command, other))
    if job == other_job:
        return other.line > command.line
    needs = {j.name: j.needs for j in lifecycle.facts.of(Job, command.path)}
    waiting, seen = [other_job], set[str]()
    while waiting:
        name = waiting.pop()
        if name == job:
            return True
        waiting += [need for need in needs.get(name, ()) if need not in seen]
        seen.update(needs.get(name, ()))
    return False


def _stages_after(lifecycle: Lifecycle, command: Command) -> set[str]:
    stages = lifecycle.facts.of(DvcStage, command.path)
    names = {command.owner}
    for _ in stages:
        outs = {out for s in stages if s.name in names for out in (*s.outs, *s.metrics)}
        names |= {s.name for s in stages if outs & set(s.deps)}
    return names - {command.owner}
