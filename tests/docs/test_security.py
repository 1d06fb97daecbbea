"""The figures of docs/security.md are those of the tests and the data that it speaks of."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from mlops_agent.sandbox.unprivileged import USER
from mlops_agent.vocabulary.secrets import secret_formats

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def keys(file: str, name: str) -> list[str]:
    """The keys of a literal dictionary of a test file."""
    for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign | ast.Assign) and isinstance(node.value, ast.Dict):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if ast.unparse(target) == name:
                return [str(ast.literal_eval(key)) for key in node.value.keys if key]
    raise AssertionError(f"{file} has no dictionary {name}")


def lines(file: str) -> int:
    return len((ROOT / file).read_text(encoding="utf-8").splitlines())


def test_the_attacks_are_counted() -> None:
    attacks = len(keys("tests/sandbox/attacks.py", "ATTACKS"))
    works = len(keys("tests/sandbox/attacks.py", "USES"))
    assert f"| {attacks} attacks, {works} things that have to work |" in TEXT
    assert TEXT.count(f"| 0 of {attacks} | {works} of {works} |") == 2


def test_the_faults_are_all_there() -> None:
    faults = keys("tests/faults/test_fault_list.py", "FAULTS")
    assert set(re.findall(r"\bF\d+\b", TEXT)) == set(faults)
    assert f"{len(faults)} of {len(faults)} are tested" in TEXT


def test_the_injections_are_counted() -> None:
    cases = lines("tests/injection/cases.jsonl")
    assert f"**{cases} of {cases} held**" in TEXT


def test_the_sets_of_the_policy_are_counted() -> None:
    for name in ("tuned", "held_out"):
        assert f"| {lines(f'evals/policy/{name}.jsonl')} " in TEXT
    expected = [
        json.loads(line)["expected"]
        for line in (ROOT / "evals" / "policy" / "held_out.jsonl").read_text().splitlines()
    ]
    assert f"5 of {expected.count('live_mutation')}" in TEXT


@pytest.mark.parametrize("said", [f"user {USER}", f"{len(secret_formats())} known formats"])
def test_numbers_are_those_of_the_code(said: str) -> None:
    assert said in TEXT


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", TEXT):
        file, _, anchor = target.partition("#")
        where = (ROOT / "docs" / file).resolve()
        assert where.is_file(), target
        headings = re.findall(r"^#+ (.+)$", where.read_text(encoding="utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
        assert not anchor or anchor in slugs, target
