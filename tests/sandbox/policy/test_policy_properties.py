"""What holds for any command line: wrapping never hides, joining never milders, nothing raises."""

from __future__ import annotations

import json
import shlex
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_agent.contracts.policy import EFFECTS
from mlops_agent.sandbox.policy.judging import judge
from mlops_agent.sandbox.policy.verdicts import GRAVITY

ROWS = [
    json.loads(line) for line in (Path(__file__).parent / "lines.jsonl").read_text().splitlines()
]
# A line that ends in a comment, a here-document or a `&` takes what is put behind it.
WHOLE = [
    row["cmd"]
    for row in ROWS
    if "<<" not in row["cmd"] and "#" not in row["cmd"] and not row["cmd"].endswith(("&", "\n"))
]
LIVE = [command for command in WHOLE if judge(command).effect == "live_mutation"]
WRAPPERS = [
    "bash -c {quoted}",
    "env A=1 sh -ec {quoted}",
    "eval {quoted}",
    "( {plain} )",
    "{{ {plain}; }}",
    "true && {{ {plain}; }}",
    "if true; then {plain}; fi",
    "while false; do {plain}; done",
    "f() {{ {plain}; }}; f",
    'echo "$( {plain} )"',
    "cat <( {plain} )",
    "sudo timeout 5 nice bash -lc {quoted}",
    "bash <<< {quoted}",
    "watch {quoted}",
    "ssh prod {quoted}",
    "{plain} | cat",
    "xargs -n1 sh -c {quoted}",
    "find . -exec bash -c {quoted} \\;",
]
bits = st.sampled_from(
    [
        "git",
        "push",
        "$(",
        ")",
        "`",
        "'",
        '"',
        "<<EOF",
        "\n",
        "&&",
        "|",
        ";",
        "{",
        ",",
        "}",
        "a=1",
        "$a",
    ]
)
texts = st.one_of(st.text(), st.lists(bits).map(" ".join), st.lists(bits).map("".join))


@given(st.sampled_from(LIVE), st.sampled_from(WRAPPERS), st.sampled_from(WRAPPERS))
def test_a_live_mutation_stays_one_however_it_is_wrapped(
    command: str, inner: str, outer: str
) -> None:
    once = inner.format(plain=command, quoted=shlex.quote(command))
    twice = outer.format(plain=once, quoted=shlex.quote(once))
    assert judge(once).effect == "live_mutation", once
    assert judge(twice).effect == "live_mutation", twice


@given(st.sampled_from(LIVE))
def test_quoted_words_are_the_same_words(command: str) -> None:
    try:
        words = shlex.split(command)
    except ValueError:
        return
    plain = all(mark not in command for mark in "$`|&;<>(){}*?[]~!\n\\=") and words[0].isalnum()
    if plain:
        spliced = " ".join(f"{word[:1]}''\"{word[1:]}\"" for word in words)
        assert judge(spliced).effect == "live_mutation", spliced


@given(
    st.sampled_from(WHOLE), st.sampled_from(WHOLE), st.sampled_from(["&&", "||", ";", "|", "\n"])
)
def test_two_together_are_at_least_as_grave_as_the_graver(one: str, two: str, joint: str) -> None:
    both = judge(f"{one} {joint} {two}").effect
    assert GRAVITY[both] >= max(GRAVITY[judge(one).effect], GRAVITY[judge(two).effect])


@given(st.sampled_from(WHOLE), st.sampled_from(WHOLE))
def test_joined_by_and_they_are_the_graver_of_both(one: str, two: str) -> None:
    if "=" in one or "=" in two:
        return
    both = judge(f"{one} && {two}").effect
    assert both == max(judge(one).effect, judge(two).effect, key=GRAVITY.__getitem__)


@given(texts)
@settings(max_examples=300)
def test_nothing_raises_and_true_in_front_makes_nothing_milder(text: str) -> None:
    alone = judge(text).effect
    assert alone in EFFECTS
    assert GRAVITY[judge(f"true && {text}").effect] >= GRAVITY[alone]


@pytest.mark.parametrize(
    "text",
    [
        "git \udc80 push",
        "git\0push",
        "\ue000 push",
        "a" * 1_000_000,
        "((((" * 250_000,
        "$(" * 9_000,
        "eval " * 3_900 + "git push",
        "env " * 4_000 + "git push",
        "ls | " * 3_900,
        "cat <<A " * 2_400,
        "docker run " * 1_700,
        "sed '" + "s/" * 9_000 + "'",
        'python -c "' + "(" * 15_000 + '"',
        "cat " + "{" * 2_000 + "," + "}" * 2_000,
        "cat " + "{" * 9_000 + "," + "}" * 9_000,
        "for x in 1 2 3 4; do cat "
        + " ".join("{a,b}" * 30 + f"{i}$x" for i in range(90))
        + "; done",
        "for x in 1 2 3 4; do for y in 1 2 3 4; do " + "ssh h " * 2_500 + "ls; done; done",
        "for x in 1 2 3 4; do " + "eval " * 3_800 + "git $x; done",
        "git status; " * 90_000,
        "; ".join(f"git status {i}" for i in range(55_000)),
        "kubectl " + "x " * 500_000,
        "kubectl {a,b}" * 80_000,
        "python - <<X\n" + "f(1)\n" * 3_800 + "X\n",
    ],
    ids=lambda text: repr(text[:16]),
)
def test_any_text_is_judged_in_bounded_time(text: str) -> None:
    begun = time.process_time()
    assert judge(text).effect in ("unknown", "live_mutation")
    assert time.process_time() - begun < 5
