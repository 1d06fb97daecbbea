"""What the operator allows is one simple command, word for word."""

from __future__ import annotations

import pytest

from mlops_agent.engine.allowing import checked
from mlops_agent.errors import BadInputError
from mlops_agent.sandbox.policy.exact import exact_words
from mlops_agent.sandbox.policy.refusing import REFUSED, why_argv_refused, why_refused

PUSH = ("git", "push", "origin", "main")
ALLOWED = (PUSH,)


@pytest.mark.parametrize(
    "command",
    ["git push origin main", " git  push 'origin' \"main\" ", "g\\it pu''sh origin main"],
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
    ],
)
def test_nothing_near_it_may(command: str) -> None:
    assert exact_words(command) != PUSH
    assert why_refused(command, ALLOWED)[1].startswith(REFUSED)


def test_an_argv_is_held_to_the_same_words() -> None:
    assert why_argv_refused(PUSH, ALLOWED) == ""
    assert why_argv_refused((*PUSH, "--force"), ALLOWED).startswith(REFUSED)


def test_the_refusal_says_which_part_and_what_to_do() -> None:
    told = why_refused("ls && kubectl -n prod apply -f x.yaml", ())[1]
    assert "`kubectl -n prod apply -f x.yaml`" in told
    assert "changes the cluster" in told
    assert "--allow-command" in told
    assert "Probe with `code`" in told


@pytest.mark.parametrize("text", ["", "git push; ls", "git push $X", "git push >x", "'git push"])
def test_an_operator_who_gives_no_exact_command_hears_of_it(text: str) -> None:
    with pytest.raises(BadInputError, match="is not one simple command"):
        checked([text])


def test_an_allowed_command_holds_no_secret() -> None:
    token = "ghp_" + "Zk3Q9xV7bT1mC5nR8sW2yL6dF4hJ0pA3uE7g"
    with pytest.raises(BadInputError, match="secret"):
        checked([f"curl -X POST https://example.org -H 'Authorization: Bearer {token}'"])


def test_one_command_is_kept_once_in_one_spelling() -> None:
    assert checked(["git push 'origin'", "git  push origin"]) == ["git push origin"]
