"""What the operator allows is one simple command, word for word."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_agent.engine.allowing import checked
from mlops_agent.errors import BadInputError
from mlops_agent.sandbox.policy.exact import allowed_words, exact_words
from mlops_agent.sandbox.policy.refusing import REFUSED, why_argv_refused, why_refused

PUSH = ("git", "push", "origin", "main")
ALLOWED = (PUSH,)
BITS = st.sampled_from(
    [
        *"'\"\\ \t$`{},~*?[]#!=&|;<>()\na-^%+@:1",
        "''",
        '""',
        "$'",
        "~+",
        "é",
        "\u00a0",
        "\v",
        "a b",
        "'a b'",
    ]
)


@pytest.mark.parametrize(
    "command",
    ["git push origin main", " git  push 'origin' \"main\" ", "git pu''sh origin 'ma'in"],
)
def test_the_exact_words_may_run(command: str) -> None:
    assert exact_words(command) == PUSH
    assert why_refused(command, ALLOWED)[1] == ""


@pytest.mark.parametrize(
    "command",
    [
        "git push origin main --force",
        "git push origin",
        "git push origin main; ls",
        "git push origin main &",
        "git push origin main | cat",
        "git push origin main > log",
        "git push origin main < in",
        "git push origin main && git push origin main",
        "(git push origin main)",
        "! git push origin main",
        "A=1 git push origin main",
        "git push origin $(echo main)",
        "x=main; git push origin $x",
        "git push origin mai{n,}",
        "git push origin mai?",
        "git push origin main # again",
        "git push origin main\nls",
        "git push origin main\r",
        "git push origin ~",
        "bash -c 'git push origin main'",
        "git${IFS}push${IFS}origin${IFS}main",
        'git push origin "$x"main',
        "git push origin $'main'",
        "g\\it push origin main",
        "git push origin 'main'$\"\"",
        "git push origin main\u00a0",
    ],
)
def test_nothing_near_it_may(command: str) -> None:
    assert exact_words(command) != PUSH
    assert why_refused(command, ALLOWED)[1].startswith(REFUSED)


@pytest.mark.parametrize(
    ("allowed", "near"),
    [
        ("aws s3 cp '~' s3://b/x", "aws s3 cp ~ s3://b/x"),
        ("aws s3 cp '~+' s3://b/x", "aws s3 cp ~+ s3://b/x"),
        ("dvc push -r '~root'", "dvc push -r ~root"),
        ("dvc push -r '$$'", "dvc push -r $$"),
        ("dvc push -r '$'", 'dvc push -r $""'),
        ("dvc push -r 'a=~/b'", "dvc push -r a=~/b"),
    ],
)
def test_what_the_shell_would_expand_is_not_the_quoted_word(allowed: str, near: str) -> None:
    words = allowed_words([allowed])
    assert why_refused(allowed, words)[1] == ""
    assert why_refused(near, words)[1].startswith(REFUSED)


@given(st.lists(st.lists(BITS, max_size=8).map("".join), min_size=1, max_size=30))
@settings(max_examples=150)
def test_what_passes_is_expanded_by_the_shell_to_just_these_words(tails: list[str]) -> None:
    passing = [(line, words) for t in tails if (words := exact_words(line := f"argv {t}"))]
    script = "argv() { printf '%s\\0' argv \"$@\" $'\\1'; }\n" + "\n".join(
        one for one, _ in passing
    )
    shown = subprocess.run(["bash", "-c", script], capture_output=True, check=True).stdout.decode()
    wanted = ["\0".join((*words, "\1", "")) for _, words in passing]
    assert shown == "".join(wanted)


@given(st.lists(st.text("ab='\"~$ \\{,}*!#\n\u00e9", max_size=5), min_size=1, max_size=5))
def test_words_joined_as_a_shell_needs_them_are_the_same_words(words: list[str]) -> None:
    assert exact_words(shlex.join(["git", *words])) == ("git", *words)


def test_an_argv_is_held_to_the_same_words() -> None:
    assert why_argv_refused(PUSH, ALLOWED) == ""
    assert why_argv_refused((*PUSH, "--force"), ALLOWED).startswith(REFUSED)


def test_the_refusal_says_which_part_and_what_to_do() -> None:
    told = why_refused("ls && kubectl -n prod apply -f x.yaml", ())[1]
    assert "`kubectl -n prod apply -f x.yaml`" in told
    assert "changes the cluster" in told
    assert "--allow-command" in told
    assert "Probe with `code`" in told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "git push; ls",
        "'A=1' ls",
        "'time' ls",
        "cp ~ x",
        "echo $$",
        "a" * 30_000,
        "git push $X",
        "git push >x",
        "'git push",
    ],
)
def test_an_operator_who_gives_no_exact_command_hears_of_it(text: str) -> None:
    with pytest.raises(BadInputError, match="is not one simple command"):
        checked([text])


def test_an_allowed_command_holds_no_secret() -> None:
    token = "ghp_" + "Zk3Q9xV7bT1mC5nR8sW2yL6dF4hJ0pA3uE7g"
    with pytest.raises(BadInputError, match="secret"):
        checked([f"curl -X POST https://example.org -H 'Authorization: Bearer {token}'"])


def test_one_command_is_kept_once_in_one_spelling() -> None:
    assert checked(["git push 'origin'", "git  push origin"]) == ["git push origin"]
