"""DAT009: the missing dependencies are listed in the file's own style; DVC itself is asked."""

from pathlib import Path

import pytest
import yaml
from automation_repositories import (
    FIXTURES,
    apply,
    as_repository,
    committed,
    findings,
    only_fix,
    probe,
    replace,
)
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.contracts.change import TextEdit
from mlops_agent.lifecycle.facts import DvcStage
from mlops_agent.lifecycle.index import FactIndex
from mlops_agent.lifecycle.readers.yaml import read
from mlops_agent.risks.dvc_dependencies import listing_edits
from mlops_agent.risks.fixes import fix_for

NAMES = st.lists(
    st.from_regex(r"[a-z]{1,4}(/[a-z]{1,3})?\.(py|csv)", fullmatch=True), unique=True, min_size=1
)
TRAIN = "import pandas as pd\nfrom features import x\n\npd.read_csv('data/rows.csv')\n"


def repository(tmp_path: Path, stage: str, folder: str = ".") -> Path:
    """A repository whose train.py imports features.py and reads a tracked table."""
    root = tmp_path / "repo"
    base = root / folder
    (base / "data").mkdir(parents=True)
    (base / "train.py").write_text(TRAIN)
    (base / "features.py").write_text("x = 1\n")
    (base / "data" / "rows.csv").write_text("a,b\n1,2\n")
    (root / "dvc.yaml").write_text(stage)
    return committed(root)


@pytest.mark.real("dvc")
@pytest.mark.parametrize("stage", ["train", "package", "evaluate"])
def test_the_probe_turns_from_red_to_green(stage: str, tmp_path: Path) -> None:
    root = as_repository(FIXTURES / "DAT009" / "bad_dvc", tmp_path / "repo")
    lifecycle, found = findings(root, "DAT009")
    finding = next(one for one in found if f"Stage {stage} " in one.message)
    fix = fix_for(lifecycle, finding)
    assert fix is not None
    assert probe(root, fix) == 1
    apply(root, fix.edits)
    assert probe(root, fix) == 0
    assert not [one for one in findings(root, "DAT009")[1] if f"Stage {stage} " in one.message]


@pytest.mark.real("dvc")
def test_a_wrong_edit_stays_red(tmp_path: Path) -> None:
    root = repository(
        tmp_path, "stages:\n  train:\n    cmd: python train.py\n    deps:\n    - train.py\n"
    )
    fix = only_fix(root, "DAT009")
    replace(root, "dvc.yaml", "    - train.py", "    - train.py\n    - data")
    assert probe(root, fix) == 1


@pytest.mark.real("dvc")
def test_a_folder_above_counts(tmp_path: Path) -> None:
    root = repository(
        tmp_path, "stages:\n  train:\n    cmd: python train.py\n    deps:\n    - train.py\n"
    )
    fix = only_fix(root, "DAT009")
    replace(root, "dvc.yaml", "    - train.py", "    - train.py\n    - features.py\n    - data")
    assert probe(root, fix) == 0


@pytest.mark.real("dvc")
def test_a_stage_without_data_below_a_wdir(tmp_path: Path) -> None:
    stage = (
        "stages:\n  train:\n    wdir: work\n    cmd: python train.py\n"
        "    deps:\n    - huge.parquet\n    - train.py\n    outs:\n    - model.pkl\n"
    )
    root = repository(tmp_path, stage, "work")
    fix = only_fix(root, "DAT009")
    assert probe(root, fix) == 1
    apply(root, fix.edits)
    text = (root / "dvc.yaml").read_text()
    assert "    - data/rows.csv\n    - features.py\n    - huge.parquet\n    - train.py\n" in text
    assert probe(root, fix) == 0


@pytest.mark.parametrize(
    ("deps", "wanted"),
    [
        (
            "    deps:\n      - train.py\n    outs:\n      - m\n",
            "    deps:\n      - data/rows.csv\n      - features.py\n      - train.py\n"
            "    outs:\n      - m\n",
        ),
        (
            "    deps:\n    - zeta.csv\n    - train.py\n    outs:\n    - m\n",
            "    deps:\n    - zeta.csv\n    - train.py\n    - data/rows.csv\n    - features.py\n"
            "    outs:\n    - m\n",
        ),
        ("    deps: [train.py]\n", "    deps: [data/rows.csv, features.py, train.py]\n"),
        (
            "    outs:\n    - m\n",
            "    deps:\n    - data/rows.csv\n    - features.py\n    - train.py\n"
            "    outs:\n    - m\n",
        ),
        (
            "    deps:\n    - train.py\n    - a.csv:\n        cache: false\n    outs:\n    - m\n",
            "    deps:\n    - train.py\n    - a.csv:\n        cache: false\n    - data/rows.csv\n"
            "    - features.py\n    outs:\n    - m\n",
        ),
    ],
)
def test_keeps_the_files_own_style(deps: str, wanted: str, tmp_path: Path) -> None:
    head = "stages:\n  train:\n    cmd: python train.py\n"
    root = repository(tmp_path, head + deps)
    apply(root, only_fix(root, "DAT009").edits)
    assert (root / "dvc.yaml").read_text() == head + wanted


def test_parameters_and_outputs_are_no_missing_dependencies(tmp_path: Path) -> None:
    stage = (
        "stages:\n  train:\n    cmd: python train.py\n"
        "    deps:\n    - train.py\n    - features.py\n    params:\n    - data/rows.csv:\n"
    )
    assert not findings(repository(tmp_path, stage), "DAT009")[1]


def test_only_a_script_that_the_command_names_is_a_safe_addition(tmp_path: Path) -> None:
    stage = (
        "stages:\n  train:\n    cmd: python train.py\n    deps:\n    - data\n    - features.py\n"
    )
    root = repository(tmp_path, stage)
    assert only_fix(root, "DAT009").safe
    replace(root, "dvc.yaml", "    - features.py\n", "    - train.py\n")
    assert not only_fix(root, "DAT009").safe


def edited(text: str, edits: list[TextEdit]) -> str:
    """The text after the edits."""
    for edit in edits:
        assert text.count(edit.old) == 1
        text = text.replace(edit.old, edit.new)
    return text


@given(
    old=NAMES,
    new=NAMES,
    ordered=st.booleans(),
    indent=st.sampled_from([4, 6, 8]),
    flow=st.booleans(),
    tail=st.sampled_from(["", "    outs:\n    - m\n", "  next:\n    cmd: echo\n    deps: [a]\n"]),
)
def test_the_list_holds_what_it_held_and_the_new_names(
    old: list[str], new: list[str], ordered: bool, indent: int, flow: bool, tail: str
) -> None:
    old = sorted(old) if ordered else old
    new = [name for name in new if name not in old]
    items = "".join(" " * indent + f"- {name}\n" for name in old)
    deps = f"    deps: [{', '.join(old)}]\n" if flow else f"    deps:\n{items}"
    text = f"stages:\n  train:\n    cmd: python x\n{deps}{tail}"
    facts = FactIndex({"dvc.yaml": read("dvc.yaml", text)}, lambda _: text)
    stage = facts.of(DvcStage)[0]
    result = edited(text, listing_edits(facts, stage, new) if new else [])
    before, after = yaml.safe_load(text), yaml.safe_load(result)
    listed = after["stages"]["train"].pop("deps")
    before["stages"]["train"].pop("deps")
    assert after == before
    assert sorted(listed) == sorted([*old, *new])
    assert [name for name in listed if name in old] == old
    if old == sorted(old):
        assert listed == sorted(listed)
