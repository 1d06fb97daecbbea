"""A workflow, stage or Makefile runs a script that is not in the repository.

## What it finds

A command of CI, make, DVC or a shell script that starts a `.py`, `.ipynb` or `.sh` file by a
relative path where no such file is tracked, although its folder exists or a file of that name lies
elsewhere; the same for a script among a DVC stage's `deps`, and for a `make` target that the
Makefile does not define.

Paths that the same file writes, downloads or checks out, template paths, and paths below a folder
that is entered at run time are left alone.

## Why it matters

The step fails when it is needed: at the nightly training, the release, or the rollback. Often the
script was moved and the caller forgotten.

## Bad

```yaml
- run: python src/models/train.py      # it lies in src/training/train.py
```

## Better

```yaml
- run: python src/training/train.py
```

## Known false positives

A script that an earlier step generates by means other than a redirection or a download.

## Known misses

Files named by arguments (`az ml job create --file`), copied paths, and names in templates that are
rendered before they run: an earlier step may have made them.

## References

- Sculley et al., Hidden Technical Debt in Machine Learning Systems (2015), pipeline jungles
"""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.contracts.finding import TrailStep
from mlops_agent.lifecycle.facts import Command, DvcStage, Job, Step
from mlops_agent.risks.make_targets import undefined_target
from mlops_agent.risks.rule import Draft, Rule
from mlops_agent.vocabulary.lookup import bare_command

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

RULE = Rule(
    "PIP011",
    "dangling-script-ref",
    "error",
    "high",
    "pipeline",
    "none",
    asks=(
        "the workflow runs a script that does not exist",
        "no such file",
        "missing script",
        "script was moved",
        "can't open file",
    ),
)
ORIGINS = frozenset(
    {"github", "gitlab", "azure-pipelines", "cloudbuild", "jenkins", "make", "dvc", "shell"}
)
_SCRIPTS = (".py", ".ipynb", ".sh")
_RUNNERS = re.compile(r"(python[\d.]*|bash|sh|source|\.|papermill|torchrun)$")
_UNKNOWN = re.compile(r"[$`*?{}<>~%]|^/|://")


def find(lifecycle: Lifecycle) -> Iterator[Draft]:
    """Draft a finding for each place that names a missing script."""
    tracked = frozenset(lifecycle.tracked)
    seen: set[tuple[str, str]] = set()
    for command in lifecycle.facts.of(Command):
        if command.origin in ORIGINS and not _elsewhere(lifecycle, command):
            script = _script(command)
            place = (command.path, script or "")
            if script and place not in seen and _missing(lifecycle, tracked, *place[::-1]):
                seen.add(place)
                yield _draft(tracked, command.path, command.line, script, command.owner)
            if target := undefined_target(lifecycle, command):
                yield _target_draft(lifecycle, command, *target)
    outs = {out for stage in lifecycle.facts.of(DvcStage) for out in stage.outs}
    for stage in lifecycle.facts.of(DvcStage):
        for dep in stage.deps:
            named = dep.endswith(_SCRIPTS) and dep not in outs and not _UNKNOWN.search(dep)
            if named and _missing(lifecycle, tracked, dep, stage.path):
                line = _line_of(lifecycle, stage, dep)
                yield _draft(tracked, stage.path, line, dep, stage.name)


def _script(command: Command) -> str | None:
    """The script that a command starts, from the root; None where it starts none or can't tell."""
    argv = bare_command(command.argv)
    if not argv or _UNKNOWN.search(command.working_directory):
        return None
    word = argv[0]
    if _RUNNERS.fullmatch(posixpath.basename(word)):
        rest = [w for w in argv[1:] if not w.startswith("-")]
        if "-m" in argv[1:3] or "-c" in argv[1:3] or not rest:
            return None
        word = rest[0]
    started = word != argv[0] or "/" in word
    if not started or not word.endswith(_SCRIPTS) or _UNKNOWN.search(word):
        return None
    return posixpath.normpath(posixpath.join(command.working_directory, word))


def _missing(lifecycle: Lifecycle, tracked: frozenset[str], script: str, at: str) -> bool:
    """Whether the script is nowhere that the command could mean, though it was meant to be here."""
    if script.startswith("..") or script in lifecycle.skipped:
        return False
    bases = _bases(at)
    if any(posixpath.normpath(posixpath.join(base, script)) in tracked for base in bases):
        return False
    below = script.partition("/")[2]
    if below and below in tracked:  # the command starts above the checkout
        return False
    folder, name = posixpath.split(script)
    known_folder = any(
        path.startswith(posixpath.join(base, folder) + "/") for base in bases for path in tracked
    )
    elsewhere = any(posixpath.basename(path) == name for path in tracked)
    if not (known_folder if folder else elsewhere) and not (folder and elsewhere):
        return False
    return not _made_here(lifecycle.facts.text(at), name)


def _bases(path: str) -> list[str]:
    """The root, and the folders from the file's own upwards: a script may be started from any."""
    found = [""]
    folder = posixpath.dirname(path)
    while folder:
        found.append(folder)
        folder = posixpath.dirname(folder)
    return found


def _made_here(text: str, name: str) -> bool:
    """Whether the file itself writes, downloads or unpacks something of that name."""
    made = r"(>>?\s*|-o\s+|-O\s+|--output[ =]|cp\s.*|mv\s.*|tee\s+|curl .*|wget .*)\S*"
    return bool(re.search(made + re.escape(name), text))


def _elsewhere(lifecycle: Lifecycle, command: Command) -> bool:
    """Whether the command may run in another tree: another checkout, a clone, a container."""
    text = lifecycle.facts.text(command.path)
    steps = lifecycle.facts.of(Step, command.path)
    checkouts = [step for step in steps if step.uses.startswith("actions/checkout")]
    if command.origin == "shell" and _in_image(lifecycle, command.path):
        return True
    if command.origin == "github" and (not checkouts or re.search(r"^\s+repository:", text, re.M)):
        return True
    return bool(re.search(r"\bgit clone\b|\bgh repo clone\b|download-artifact|\{\{[ .-]", text))


def _in_image(lifecycle: Lifecycle, path: str) -> bool:
    """Whether a shell script is started inside an image, where other files lie."""
    return "entrypoint" in path or any(
        "dockerfile" in link.source.lower() for link in lifecycle.graph.links(target=path)
    )


def _line_of(lifecycle: Lifecycle, stage: DvcStage, dep: str) -> int:
    name = posixpath.basename(dep)
    for number in range(max(stage.deps_line, stage.line), stage.end_line + 1):
        if name in lifecycle.facts.line(stage.path, number):
            return number
    return stage.deps_line or stage.line


def _near(tracked: frozenset[str], script: str) -> tuple[list[str], list[str]]:
    """Files that may be meant: of that name in the same project, and alike in the same folder."""
    folder, name = posixpath.split(script)
    same = sorted(path for path in tracked if posixpath.basename(path) == name)
    top = script.partition("/")[0]
    if len(same) > 1:
        same = [path for path in same if folder and path.startswith(f"{top}/")]
    beside = sorted(posixpath.basename(p) for p in tracked if posixpath.dirname(p) == folder)
    alike = difflib.get_close_matches(name, beside, n=2, cutoff=0.7)
    return same[:3], [posixpath.join(folder, other) for other in alike]


def _target_draft(lifecycle: Lifecycle, command: Command, makefile: str, target: str) -> Draft:
    known = sorted(job.name for job in lifecycle.facts.of(Job, makefile))
    near = difflib.get_close_matches(target, known, n=1, cutoff=0.7)
    hint = f"; there is {near[0]}" if near else ""
    return Draft(
        path=command.path,
        line=command.line,
        message=f"`{' '.join(command.argv)}` asks for a target that {makefile} does not "
        f"define{hint}.",
        smallest_fix=f"Drop the call, or define {target} in {makefile}.",
        symbol=command.owner,
        trail=(TrailStep(path=command.path, line=command.line, what=f"asks for {target}"),),
        searched=(target,),
    )


def _draft(tracked: frozenset[str], path: str, line: int, script: str, owner: str) -> Draft:
    same, alike = _near(tracked, script)
    same = [] if alike else same  # a neighbour of almost that name is nearer than a namesake
    hint = f"; there is {', '.join(same or alike)}" if same or alike else ""
    return Draft(
        path=path,
        line=line,
        message=f"{owner or path} runs {script}, which is not in the repository{hint}.",
        smallest_fix=f"Run {same[0]}." if len(same) == 1 else f"Add {script}, or drop the call.",
        symbol=owner,
        trail=(TrailStep(path=path, line=line, what=f"runs {script}"),),
        searched=(script,),
        confidence="high" if len(same) == 1 else "medium",
    )
