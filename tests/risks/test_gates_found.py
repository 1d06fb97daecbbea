"""Gates in the forms people write them: a promotion behind one of these is not accused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from small_repository import SmallRepo

PROMOTE = """\
from mlflow import MlflowClient

client = MlflowClient()
client.set_registered_model_alias("churn", "champion", 3)
"""
TRAIN = """\
import mlflow
from sklearn.linear_model import LogisticRegression

model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
mlflow.sklearn.log_model(model, "model")
"""
READ = """\
import json
import sys

new = json.load(open("new.json"))["auc"]
old = json.load(open("old.json"))["auc"]
"""
INLINE = """\
import sys
from mlflow import MlflowClient


def promote(new_auc, old_auc):
    client = MlflowClient()
{gate}
"""
MOVE = 'client.set_registered_model_alias("churn", "champion", 3)'
INSIDE = {
    "assigned-then-exit": (
        f"    good = new_auc >= old_auc\n    if not good:\n        sys.exit(1)\n    {MOVE}"
    ),
    "assigned-then-if": f"    good = new_auc >= old_auc\n    if good:\n        {MOVE}",
    "assigned-in-two-steps": (
        "    a = new_auc >= old_auc\n    b = new_auc > 0.7\n    ok = a and b\n"
        f"    if not ok:\n        return\n    {MOVE}"
    ),
    "annotated": (
        f"    good: bool = new_auc >= old_auc\n    if not good:\n        return\n    {MOVE}"
    ),
    "conditional-value": (
        f"    go = 'yes' if new_auc > old_auc else 'no'\n    if go == 'yes':\n        {MOVE}"
    ),
    "walrus": f"    if not (fine := new_auc >= old_auc):\n        sys.exit(1)\n    {MOVE}",
}
SCRIPTS = {
    "assigned": "good = new >= old\nif not good:\n    sys.exit(1)\n",
    "code-by-verdict": "good = new['auc'] >= old['auc']\nsys.exit(0 if good else 1)\n",
    "code-by-negation": "good = new['auc'] >= old['auc']\nsys.exit(not good)\n",
    "system-exit": "fine = new['auc'] >= old['auc']\nraise SystemExit(0 if fine else 1)\n",
    "printed-first": (
        "good = new['auc'] >= old['auc']\nif good:\n    print('yes')\nelse:\n"
        "    print('no')\n    sys.exit(1)\n"
    ),
    "main-returns-code": (
        "def main():\n    worse = new['auc'] < old['auc']\n    if worse:\n        return 1\n"
        "    return 0\n\n\nif __name__ == '__main__':\n    sys.exit(main())\n"
    ),
    "function-tells": (
        "def fine():\n    return new['auc'] >= old['auc']\n\n\nif not fine():\n    sys.exit(1)\n"
    ),
    "list-of-failures": (
        "wrong = []\nif new['auc'] < old['auc']:\n    wrong.append('auc')\nif wrong:\n"
        "    sys.exit(1)\n"
    ),
}
STEPS = """\
on: {schedule: [{cron: "0 3 * * *"}]}
jobs:
  retrain:
    runs-on: ubuntu-latest
    steps:
      - run: python train.py
      - run: python check.py
      - run: python promote.py
"""
JOBS = """\
on: {schedule: [{cron: "0 3 * * *"}]}
jobs:
  train:
    runs-on: ubuntu-latest
    steps:
      - run: python train.py
  check:
    needs: train
    runs-on: ubuntu-latest
    steps:
      - run: python check.py
  promote:
    needs: [check]
    runs-on: ubuntu-latest
    steps:
      - run: python promote.py
"""
MAKE = """\
train:
\tpython train.py
promote:
\tpython promote.py
check:
\tpython check.py
"""
BY_MAKE = STEPS.replace("python promote.py", "make promote").replace("python check", "python check")
SHELL = STEPS.replace(
    "python check.py", "if (( $(jq '.auc < 0.8' m.json) )); then echo bad; exit 1; fi"
)
SHELL_BLOCK = STEPS.replace(
    "python check.py",
    "|\n          ACC=$(jq .accuracy metrics.json)\n"
    '          if (( $(echo "$ACC < 0.8" | bc -l) )); then\n'
    "            echo too low\n            exit 1\n          fi",
)


def accused(repo: SmallRepo) -> list[str]:
    """The rules that say a promotion is not gated."""
    return [f.rule for f in repo.audit().findings if f.rule in ("REG001", "PIP007")]


@pytest.mark.parametrize("form", INSIDE)
def test_a_gate_inside_the_function_is_seen(
    form: str, small_repo: Callable[[dict[str, str]], SmallRepo]
) -> None:
    assert accused(small_repo({"promote.py": INLINE.format(gate=INSIDE[form])})) == []


@pytest.mark.parametrize("form", SCRIPTS)
@pytest.mark.parametrize("workflow", [STEPS, JOBS, BY_MAKE], ids=["steps", "jobs", "make"])
def test_a_gate_script_before_the_promotion_is_seen(
    form: str, workflow: str, small_repo: Callable[[dict[str, str]], SmallRepo]
) -> None:
    read = READ.replace('["auc"]', "") if "new['auc']" in SCRIPTS[form] else READ
    files = {"check.py": read + SCRIPTS[form], "promote.py": PROMOTE, "train.py": TRAIN}
    repo = small_repo({**files, ".github/workflows/w.yml": workflow, "Makefile": MAKE})
    assert accused(repo) == []


@pytest.mark.parametrize("workflow", [SHELL, SHELL_BLOCK], ids=["jq", "bc"])
def test_a_gate_in_the_steps_own_shell_is_seen(
    workflow: str, small_repo: Callable[[dict[str, str]], SmallRepo]
) -> None:
    files = {"promote.py": PROMOTE, "train.py": TRAIN, ".github/workflows/w.yml": workflow}
    assert accused(small_repo(files)) == []


def test_a_gate_before_a_promoting_command_is_seen(
    small_repo: Callable[[dict[str, str]], SmallRepo],
) -> None:
    files = {
        "train.py": TRAIN,
        "check.py": READ + SCRIPTS["assigned"],
        ".github/workflows/w.yml": STEPS.replace(
            "python promote.py", "gto assign churn --version v3 --stage production"
        ),
    }
    assert accused(small_repo(files)) == []


@pytest.mark.parametrize(
    "script",
    [
        "good = new >= old\nprint(good)\n",
        "name = new['run'] == old['run']\nif not name:\n    sys.exit(1)\n",
        "if len(sys.argv) < 2:\n    sys.exit(1)\nprint(new >= old)\n",
    ],
    ids=["printed", "names", "usage"],
)
def test_what_is_no_gate_leaves_the_finding(
    script: str, small_repo: Callable[[dict[str, str]], SmallRepo]
) -> None:
    files = {"check.py": READ + script, "promote.py": PROMOTE, "train.py": TRAIN}
    assert accused(small_repo({**files, ".github/workflows/w.yml": STEPS})) == ["PIP007", "REG001"]
