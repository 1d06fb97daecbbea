"""Labelled command lines: the set that the policy was tuned on, and lines of our own."""

from __future__ import annotations

import json
from pathlib import Path

from mlops_agent.sandbox.policy.judging import judge, judge_argv

HERE = Path(__file__).parent
TUNED = HERE.parents[2] / "evals" / "policy" / "tuned.jsonl"
GRAVER_THAN_ITS_LABEL = {"a=git; b=push; $a $b origin main"}
"""Its label is `unknown`; a variable that the line itself assigns is read, and it is a push."""


def wrong(path: Path) -> dict[str, tuple[str, str]]:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    judged = {row["cmd"]: (row["expected"], judge(row["cmd"]).effect) for row in rows}
    assert len(judged) > 100
    return {command: pair for command, pair in judged.items() if pair[0] != pair[1]}


def test_the_tuned_set_is_met_but_for_one_line_that_is_graver() -> None:
    assert wrong(TUNED) == {
        command: ("unknown", "live_mutation") for command in GRAVER_THAN_ITS_LABEL
    }


def test_no_line_of_either_set_is_taken_for_harmless_that_is_not() -> None:
    for path in (TUNED, TUNED.with_name("held_out.jsonl")):
        for command, (label, verdict) in wrong(path).items():
            assert label not in ("unknown", "live_mutation") or verdict in (
                "unknown",
                "live_mutation",
            ), command


def test_our_own_lines() -> None:
    assert wrong(HERE / "lines.jsonl") == {}


def test_each_part_has_its_own_effect_and_reason() -> None:
    found = judge("git status && sudo env A=1 bash -c 'ls | xargs kubectl apply -f'")
    effects = {part.command: part.effect for part in found.parts}
    assert effects["git status"] == "read_only"
    assert effects["ls"] == "read_only"
    assert effects["kubectl apply -f ..."] == "live_mutation"
    assert found.reason == "kubectl apply changes the cluster"
    assert all(part.reason for part in found.parts)


def test_an_argv_is_judged_without_a_shell() -> None:
    assert judge_argv(["git", "push"]).effect == "live_mutation"
    assert judge_argv(["sh", "-c", "git push"]).effect == "live_mutation"
    assert judge_argv(["echo", "$(git push)"]).effect == "read_only"
    assert judge_argv(["echo", "a", "&&", "git", "push"]).effect == "read_only"
    assert judge_argv([]).effect == "read_only"


def test_many_subcommands_are_all_judged() -> None:
    assert judge("true && " * 2000 + "git push").effect == "live_mutation"
    assert judge("true && " * 200_000 + "git push").effect == "live_mutation"
