"""Which command lines may count as passed, and which end with 0 whatever happens."""

from __future__ import annotations

import pytest

from mlops_agent.report.masking import masking

CLEAR = (
    "pytest -q",
    "cd a && pytest -q tests",
    "SEED=1 python train.py",
    "python -c 'import a; a.b(\"x || y\")'",
    "pytest &&true",
    "pytest -q 2>&1 | tail -3",
    "make test &> log && grep -c passed log",
    "python -m pytest -k 'a or (b and not c)' tests",
)
MASKED = {
    "pytest || true": "'||'",
    "pytest||true": "'||'",
    "pytest; true": "';'",
    "pytest\ntrue": "joins commands",
    "echo | true": "nothing that could fail",
    "pytest 2>&1 & sleep 1": "'&'",
    "pytest &": "'&'",
    "! pytest": "'!'",
    "cd . && ! pytest": "'!'",
    "set +o pipefail && pytest | tail -3": "'set'",
    "trap 'exit 0' EXIT && pytest": "'trap'",
    "pytest() (true) && pytest": "inside of another",
    "pytest $'\\'' || true #'": "inside of another",
    "bash -c 'pytest || true'": "'bash'",
    "eval 'pytest; true'": "'eval'",
    "(! pytest)": "inside of another",
    "cat <(pytest)": "inside of another",
    "echo $(pytest)": "inside of another",
    "echo `pytest`": "inside of another",
    "true": "nothing that could fail",
    "cd a && echo done && exit 0": "nothing that could fail",
    "X=1": "nothing that could fail",
    "pytest 'a": "can't be read",
}


@pytest.mark.parametrize("command", CLEAR)
def test_a_plain_command_is_clear(command: str) -> None:
    assert masking(command) == ""


@pytest.mark.parametrize("command", MASKED)
def test_a_masked_one_is_told(command: str) -> None:
    assert MASKED[command] in masking(command)
