"""Does a step end in failure when one of its commands fails? Run it and see.

    step_stops.py SYSTEM FILE OWNER WORD...

Takes the step's own script out of FILE, puts a failing stand-in for the command WORD... and
succeeding stand-ins for all other programs on PATH, and runs the script in a copy of the working
directory with the shell that SYSTEM gives it. Nothing of the repository but that script is run.
Exit 0: the failure stops the step (and the job). 1: the failure is lost. 2: cannot tell.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

GREEN, RED, UNKNOWN = 0, 1, 2
SECONDS = 30
# Programs that a script's plumbing needs and that are safe to run inside the copy.
PLUMBING = frozenset(
    re.findall(
        r"\S+",
        "basename bash dirname echo env expr false grep make mkdir mktemp printf pwd seq sh tee "
        "test true xargs",
    )
)
# Plumbing that may miss files of earlier steps here; its own failure is no part of the question.
LENIENT = frozenset(re.findall(r"\S+", "awk cat cut date head sed sort tail tr uniq wc"))
# Words of the shell language, which no stand-in may shadow.
LANGUAGE = frozenset(
    re.findall(
        r"\S+",
        "alias break case cd continue do done elif else esac eval exec exit export fi for function "
        "if in local read return select set shift source then time trap type ulimit unset until "
        "wait while",
    )
)
STAND_IN = """#!/bin/sh
case " ${0##*/} $* " in
*" $FAILING_COMMAND "*) echo "${0##*/} $*" >> "$REACHED_FILE"; exit "$STAND_IN_EXIT" ;;
esac
exit 0
"""
LENIENT_STAND_IN = """#!/bin/sh
{real} "$@" 2>/dev/null
exit 0
"""
# https://docs.github.com/actions/reference/workflow-syntax-for-github-actions (jobs.steps.shell)
GITHUB_SHELLS = {
    "": ["bash", "-e"],
    "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"],
    "sh": ["sh", "-e"],
}


class CannotTellError(Exception):
    """The step cannot be found or run here; the message says why."""


@dataclass
class Step:
    """A script, how its system runs it, and what the system ignores afterwards."""

    shell: list[str]
    script: str
    folder: str = "."
    env: dict[str, str] = field(default_factory=dict[str, str])
    ignored: str = ""


def mapping(value: object) -> dict[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def load(path: Path) -> dict[str, Any]:
    """The YAML mapping in a file; tags of the system's own are read as plain values."""

    class Loader(yaml.SafeLoader):
        pass

    def plain(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> object:
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        return node.value

    Loader.add_multi_constructor("!", plain)
    return mapping(yaml.load(path.read_text(encoding="utf-8"), Loader))


def named(steps: list[Any], key: str) -> dict[str, Any]:
    """The step with that id, name or place ("#3", counted from 0)."""
    for place, step in enumerate(map(mapping, steps)):
        if key in (step.get("id"), step.get("name"), step.get("displayName"), f"#{place}"):
            return step
    raise CannotTellError(f"no step {key!r}")


def truthy(value: object) -> bool:
    """Whether a YAML flag is on; an expression counts as on, since it may be."""
    return value is True or (isinstance(value, str) and value.strip().lower() not in ("", "false"))


def without_expressions(text: str) -> str:
    """The text with `${{ ... }}` replaced by a word, as the runner replaces it by a value."""
    return re.sub(r"\$\{\{.*?\}\}", "expression", text, flags=re.S)


def github(path: Path, owner: str) -> Step:
    """A step of a GitHub Actions workflow; OWNER is JOB/STEP."""
    workflow = load(path)
    job_name, _, key = owner.partition("/")
    job = mapping(mapping(workflow.get("jobs")).get(job_name))
    step = named(job.get("steps") or [], key)
    defaults = [mapping(mapping(at.get("defaults")).get("run")) for at in (job, workflow)]
    shell = next((str(d["shell"]) for d in (step, *defaults) if d.get("shell")), "")
    words = GITHUB_SHELLS.get(shell)
    if words is None:
        words = [word for word in shlex.split(shell) if word != "{0}"]
        if not words or words[0] not in ("bash", "sh"):
            raise CannotTellError(f"the step's shell is {shell!r}")
    if "windows" in str(job.get("runs-on")) and not shell:
        raise CannotTellError("the job runs on Windows, whose shell is not here")
    folder = next(
        (str(d["working-directory"]) for d in (step, *defaults) if d.get("working-directory")), "."
    )
    env = {k: v for at in (workflow, job, step) for k, v in mapping(at.get("env")).items()}
    ignored = ""
    if truthy(step.get("continue-on-error")):
        ignored = "the step has continue-on-error, so the job goes on"
    elif truthy(job.get("continue-on-error")):
        ignored = "the job has continue-on-error, so the jobs after it go on"
    return Step(
        shell=words,
        script=without_expressions(str(step.get("run") or "")),
        folder=without_expressions(folder),
        env={k: without_expressions(str(v)) for k, v in env.items()},
        ignored=ignored,
    )


def gitlab(path: Path, owner: str) -> Step:
    """A GitLab job; the runner's bash sets errexit and, where it can, pipefail."""
    job = mapping(load(path).get(owner))
    if not job:
        raise CannotTellError(f"no job {owner!r}")
    lines: list[str] = []
    for part in ("before_script", "script"):
        value = job.get(part) or []
        lines += [str(line) for line in (value if isinstance(value, list) else [value])]
    allowed = job.get("allow_failure")
    ignored = "the job has allow_failure, so the pipeline goes on" if truthy(allowed) else ""
    return Step(["bash", "-eo", "pipefail"], "\n".join(lines) + "\n", ignored=ignored)


def dvc(path: Path, owner: str) -> Step:
    """A stage of dvc.yaml: each command in a shell of its own, as `dvc repro` does."""
    stage = mapping(mapping(load(path).get("stages")).get(owner))
    stage = mapping(stage.get("do")) or stage
    commands = stage.get("cmd") or []
    commands = commands if isinstance(commands, list) else [commands]
    if not commands:
        raise CannotTellError(f"no stage {owner!r} with a cmd")
    texts = [re.sub(r"\$\{[^}]*\}", "value", str(command)) for command in commands]
    script = "".join(f"sh -c {shlex.quote(text)} || exit 1\n" for text in texts)
    folder = path.parent / str(stage.get("wdir") or ".")
    return Step(["sh"], script, folder=folder.as_posix())


def make(path: Path, owner: str) -> Step:
    """A target of a Makefile, run by make itself."""
    script = f"make --always-make --file {shlex.quote(path.name)} {shlex.quote(owner)}\n"
    return Step(["sh", "-e"], script, folder=path.parent.as_posix())


def shell(path: Path, _owner: str) -> Step:
    """A shell script, run by the interpreter that its first line names."""
    text = path.read_text(encoding="utf-8")
    first = re.match(r"#!\s*\S*?(?:env\s+)?(?:/\S*/)?(bash|sh|dash|zsh)((?:\s+-\S+)*)", text)
    name, flags = (first[1], first[2].split()) if first else ("sh", [])
    return Step([name if name in ("bash", "sh") else "bash", *flags], text)


SYSTEMS = {"github": github, "gitlab": gitlab, "dvc": dvc, "make": make, "shell": shell}


def failing_words(words: list[str]) -> list[str]:
    """The words that tell the command apart, up to the first that the shell would expand."""
    while words and re.match(r"[A-Za-z_]\w*=", words[0]):
        words = words[1:]
    literal: list[str] = []
    for word in words:
        if re.search(r"[$`*?{]", word):
            break
        literal.append(word)
    if not literal:
        raise CannotTellError("the command's first word is not known before it runs")
    return literal


def put_stand_ins(folder: Path, bin_folder: Path, text: str, words: list[str]) -> None:
    """Fill PATH: plumbing as it is, a stand-in for every other word that could be a program."""
    bin_folder.mkdir()
    for name in PLUMBING - {words[0]}:
        if real := shutil.which(name):
            (bin_folder / name).symlink_to(real)
    for name in LENIENT - {words[0]}:
        write_program(bin_folder / name, LENIENT_STAND_IN.format(real=shutil.which(name) or ":"))
    names = set(re.findall(r"[A-Za-z_][\w.+-]*", text)) - PLUMBING - LENIENT - LANGUAGE
    for name in sorted(names | {words[0]}):
        place = folder / name if "/" in name else bin_folder / name
        write_program(place, STAND_IN)


def write_program(place: Path, text: str) -> None:
    """Write an executable script, over whatever is there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.write_text(text, encoding="utf-8")
    place.chmod(0o755)


def make_folders(folder: Path, script: str) -> None:
    """Make the folders that a redirection or tee writes to, as earlier steps would have."""
    for word in re.findall(r"(?:>>?\s*|tee\s+(?:-a\s+)?)\"?([\w./-]+/)[\w.-]+", script):
        if not word.startswith("/") and ".." not in word:
            (folder / word).mkdir(parents=True, exist_ok=True)


def run(step: Step, words: list[str], scratch: Path, *, failing: bool) -> tuple[int, bool]:
    """Run the step with stand-ins; return its exit code and whether the command was reached.

    `failing` tells whether the command's stand-in fails or, for comparison, succeeds.
    """
    scratch.mkdir()
    tree = scratch / "tree"
    shutil.copytree(Path.cwd(), tree, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    folder = tree / step.folder
    folder.mkdir(parents=True, exist_ok=True)
    programs = step.script
    for makefile in folder.glob("[Mm]akefile*"):
        programs += makefile.read_text(encoding="utf-8", errors="replace")
    put_stand_ins(folder, scratch / "bin", programs, words)
    make_folders(folder, programs)
    (scratch / "script").write_text(step.script, encoding="utf-8")
    reached = scratch / "reached"
    outputs = {f"GITHUB_{name}": str(scratch / name) for name in ("OUTPUT", "ENV", "STEP_SUMMARY")}
    ran = subprocess.run(
        [shutil.which(step.shell[0]) or step.shell[0], *step.shell[1:], str(scratch / "script")],
        cwd=folder,
        env={
            **step.env,
            **outputs,
            "HOME": str(scratch),
            "PATH": str(scratch / "bin"),
            "SHELL": "/bin/sh",
            "FAILING_COMMAND": " ".join([Path(words[0]).name, *words[1:]]),
            "STAND_IN_EXIT": "1" if failing else "0",
            "REACHED_FILE": str(reached),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
    )
    return ran.returncode, reached.exists()


def verdict(system: str, path: Path, owner: str, words: list[str]) -> int:
    """Run the step and say what became of the failure; the colour as an exit code."""
    if path.is_absolute() or ".." in path.parts or not path.is_file():
        raise CannotTellError(f"no file {path}")
    step = SYSTEMS[system](path, owner)
    words = failing_words(words)
    with tempfile.TemporaryDirectory() as scratch:
        good, _ = run(step, words, Path(scratch) / "good", failing=False)
        code, reached = run(step, words, Path(scratch) / "bad", failing=True)
    command = " ".join(words)
    if not reached:
        raise CannotTellError(f"the step ended with {code} before `{command}` was called")
    if good != 0:
        raise CannotTellError(f"the step exits {good} here even when `{command}` succeeds")
    print(f"`{command}` was made to fail: the script under `{' '.join(step.shell)}` exits {code}")
    if code == 0:
        print(f"RED: {path} {owner}: the failure is lost, what follows goes on")
        return RED
    if step.ignored:
        print(f"RED: {path} {owner}: {step.ignored}")
        return RED
    print(f"GREEN: {path} {owner}: the failure stops the step")
    return GREEN


def main() -> int:
    """Read the arguments, print the verdict; the exit code is the colour."""
    if len(sys.argv) < 5 or sys.argv[1] not in SYSTEMS:
        print(__doc__)
        return UNKNOWN
    system, file, owner, *words = sys.argv[1:]
    try:
        return verdict(system, Path(file), owner, words)
    except Exception as error:  # a traceback would exit with 1, which means red
        print(f"CANNOT TELL: {type(error).__name__}: {error}")
        return UNKNOWN


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
