"""Does DVC notice that a file used by a stage has changed? Ask `dvc status`.

    dvc_notices.py DVC_YAML STAGE FILE...

Copies the working directory, makes it a DVC repository of its own without remotes, locks the stage
from the files that are there (stand-ins where data is missing), changes every FILE, and asks DVC
for the stage's status. No command of the stage is run.
Exit 0: DVC reports each FILE, or a folder above it, as changed. 1: it does not. 2: cannot tell.
"""

from __future__ import annotations

import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

GREEN, RED, UNKNOWN = 0, 1, 2
CONFIG = "[core]\n    no_scm = true\n    analytics = false\n    check_update = false\n"


class CannotTellError(Exception):
    """The stage cannot be asked about here; the message says why."""


def open_repository(folder: Path) -> Any:  # noqa: ANN401  DVC ships no types
    """The DVC repository in a folder, read anew."""
    return importlib.import_module("dvc.repo").Repo(str(folder))


def open_copy(folder: Path, dvc_yaml: Path) -> Any:  # noqa: ANN401
    """Copy the tree, drop its DVC settings, cache and locks, and open it as a DVC repository."""
    ignored = shutil.ignore_patterns(".git", ".dvc", "dvc.lock")
    shutil.copytree(Path.cwd(), folder, symlinks=True, ignore=ignored)
    (folder / ".dvc").mkdir()
    (folder / ".dvc" / "config").write_text(CONFIG, encoding="utf-8")
    os.chdir((folder / dvc_yaml).parent)
    return open_repository(folder)


def load_stage(repo: Any, dvc_yaml: Path, name: str) -> Any:  # noqa: ANN401
    """The stage of that name, or the first of its foreach or matrix expansions."""
    stages = repo.stage.load_all(dvc_yaml.name)
    for stage in stages:
        if stage.name == name or stage.name.startswith(f"{name}@"):
            return stage
    raise CannotTellError(f"{dvc_yaml} has no stage {name!r}")


def put_stand_ins(paths: list[Path]) -> None:
    """Write a small file for each path that is missing; deeper paths first, so folders stay so."""
    for path in sorted(paths, key=lambda p: -len(p.parts)):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"stand-in for {path.name}\n", encoding="utf-8")


def local_paths(items: list[Any]) -> list[Path]:
    """The places of dependencies or outputs that lie in the repository."""
    return [Path(i.fs_path) for i in items if i.protocol == "local" and i.fs_path]


def changed_dependencies(status: dict[str, list[Any]]) -> set[Path]:
    """The dependencies that `dvc status` reports, as absolute paths."""
    found: set[Path] = set()
    for entry in [e for entries in status.values() for e in entries if isinstance(e, dict)]:
        found |= {(Path.cwd() / path).resolve() for path in entry.get("changed deps", {})}
    return found


def verdict(dvc_yaml: Path, stage_name: str, files: list[Path], scratch: Path) -> int:
    """Lock the stage, change the files, ask DVC; the colour as an exit code."""
    folder = scratch / "tree"
    if missing := [str(file) for file in files if not file.is_file()]:
        raise CannotTellError(f"not in the tree: {', '.join(missing)}")
    repo = open_copy(folder, dvc_yaml)
    stage = load_stage(repo, dvc_yaml, stage_name)
    put_stand_ins(local_paths(stage.deps) + local_paths(stage.outs))
    repo.commit(stage.addressing, force=True)
    if before := open_repository(folder).status(targets=[stage.addressing]):
        raise CannotTellError(f"the stage is not up to date after locking it: {before}")
    print(f"{stage.addressing}: locked from the present files, `dvc status` says up to date")
    for file in files:
        with (folder / file).open("a", encoding="utf-8") as stream:
            stream.write("\n# changed\n")
    reported = changed_dependencies(open_repository(folder).status(targets=[stage.addressing]))
    unnoticed = [f for f in files if not {(folder / f).resolve(), *_above(folder, f)} & reported]
    for file in files:
        said = "up to date" if file in unnoticed else "changed"
        print(f"{file} was changed: `dvc status {stage.addressing}` says {said}")
    print("RED: DVC does not rerun the stage" if unnoticed else "GREEN: DVC notices each change")
    return RED if unnoticed else GREEN


def _above(folder: Path, file: Path) -> set[Path]:
    return {(folder / parent).resolve() for parent in file.parents if parent != Path()}


def main() -> int:
    """Read the arguments, print the verdict; the exit code is the colour."""
    if len(sys.argv) < 4:
        print(__doc__)
        return UNKNOWN
    dvc_yaml, stage, *files = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch).resolve()
        os.environ |= {"DVC_SITE_CACHE_DIR": scratch, "DVC_GLOBAL_CONFIG_DIR": scratch}
        os.environ |= {"DVC_SYSTEM_CONFIG_DIR": scratch, "DVC_NO_ANALYTICS": "1"}
        try:
            return verdict(Path(dvc_yaml), stage, [Path(f) for f in files], place)
        except Exception as error:  # a traceback would exit with 1, which means red
            print(f"CANNOT TELL: {type(error).__name__}: {error}")
            return UNKNOWN
        finally:
            os.chdir("/")


if __name__ == "__main__":
    sys.exit(main())
