"""What is parsed where parsing everything would cost too much, and that the map stays the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from map_help import SERVE, TRAIN, lifecycle, links, placed

from mlops_agent.lifecycle.selection import SMALL_BYTES, imported_modules, worth_parsing

PIPELINE = {
    "src/train.py": TRAIN,
    "src/app.py": SERVE,
    "src/start.py": "from src.middle import go\n\ngo()\n",
    "src/middle.py": "from src import train\n\n\ndef go() -> None:\n    train.main()\n",
    "dvc.yaml": "stages:\n  train:\n    cmd: python src/start.py\n",
}
FILLER = "x = [\n" + "    1,\n" * (SMALL_BYTES // 14) + "]\n"
LARGE = {f"lib/part{n}.py": FILLER for n in range(3)} | {
    f"conf/part{n}.yaml": "a:\n" + "- plain\n" * (SMALL_BYTES // 16) for n in range(3)
}


def test_the_map_of_a_large_repository_is_that_of_its_own_files(tmp_path: Path) -> None:
    small = lifecycle(tmp_path / "small", PIPELINE)
    large = lifecycle(tmp_path / "large", PIPELINE | LARGE)
    assert ("src/middle.py", "invokes", "src/train.py") in links(small)
    assert placed(large) == placed(small)
    assert links(large) == links(small)
    assert large.facts.text("lib/part0.py") == FILLER


def test_files_without_a_sign_are_left_and_those_joined_by_imports_are_not() -> None:
    files = PIPELINE | LARGE | {"src/far.py": "import json\n"}
    readers = {".py": "python", ".yaml": "yaml"}
    chosen = worth_parsing({p: (readers[Path(p).suffix], t.encode()) for p, t in files.items()})
    assert chosen == set(PIPELINE)
    few = {p: (readers[Path(p).suffix], t.encode()) for p, t in PIPELINE.items()}
    assert worth_parsing(few | {"src/far.py": ("python", b"import json\n")}) > set(PIPELINE)


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import a, b.c as d  # e", {"a", "b.c"}),
        ("def f():\n    import a;b()", {"a"}),
        ("from a.b import c as d, e", {"a.b", "a.b.c", "a.b.e"}),
        ("from . import c\nfrom .x import y", {".", ".c", ".x", ".x.y"}),
        ("from a import (b,\n    c)", {"a", "a.b"}),
        ("important = 1\nfrom_ = 2", set()),
    ],
)
def test_imports_are_found_by_a_scan_of_lines(source: str, modules: set[str]) -> None:
    assert imported_modules(source.encode()) == modules
