"""Shell text to simple commands: words, lists, pipelines, and what happens to a failure."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.lifecycle.facts import Command, ImageRef, Requirement
from mlops_agent.lifecycle.readers import shell
from mlops_agent.lifecycle.readers.shell_commands import ShellCommand, shell_commands

WORDS = st.text(min_size=1, max_size=12).filter(lambda s: "\x00" not in s and "\r" not in s)


def found(text: str, **options: bool) -> list[tuple[str, str, str]]:
    """Each command's argv as one text, with how its failure is treated."""
    return [(" ".join(c.argv), c.after, c.rescue) for c in shell_commands(text, **options)]


def only(text: str) -> ShellCommand:
    """The command of a text that has one."""
    (command,) = shell_commands(text)
    return command


@given(st.lists(WORDS, max_size=6))
def test_joined_argv_splits_back(words: list[str]) -> None:
    text = shlex.join(["prog", *words])
    if "$" in text or "`" in text or "{{" in text:
        text = shlex.join(["prog", *[w.translate({36: "d", 96: "b", 123: "o"}) for w in words]])
    assert only(text).argv == tuple(shlex.split(text))


@given(st.text(alphabet="ab |&;(){}'\"\\$`\n<>#!=[]-ifdonecas", max_size=80))
def test_any_text_gives_commands_within_its_lines(text: str) -> None:
    lines = text.count("\n") + 1
    for command in shell_commands(text):
        assert 1 <= command.line <= command.end_line <= lines
        assert command.argv


@given(st.text(max_size=200))
def test_the_reader_takes_any_text(text: str) -> None:
    lines = text.count("\n") + 1
    assert all(1 <= f.line <= f.end_line <= lines for f in shell.read("a.sh", text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python e.py || true", [("python e.py", "or", "true"), ("true", "", "")]),
        (
            "(cd s; make) || { echo no; exit 1; }",
            [
                ("cd s", "or", "{ echo no; exit 1; }"),
                ("make", "or", "{ echo no; exit 1; }"),
                ("echo no", "", ""),
                ("exit 1", "", ""),
            ],
        ),
        ("python e.py | tee log", [("python e.py", "pipe", ""), ("tee log", "", "")]),
        (
            "set -o pipefail\npython e.py | tee log",
            [("set -o pipefail", "", ""), ("python e.py", "", ""), ("tee log", "", "")],
        ),
        ("{ python e.py; } | tee log", [("python e.py", "pipe", ""), ("tee log", "", "")]),
        ("set +e\npython e.py", [("set +e", "", ""), ("python e.py", "ignored", "")]),
        (
            "(set +e; a)\nb",
            [("set +e", "", ""), ("a", "ignored", ""), ("b", "", "")],
        ),
        ("if a; then b; else c; fi || d", [*[(x, "or", "d") for x in "abc"], ("d", "", "")]),
        ("for ((i=0;i<3;i++)); do a; done | b", [("a", "pipe", ""), ("b", "", "")]),
        ("while read l; do a $l; done < f", [("read l", "", ""), ("a $l", "", "")]),
        ("case $1 in x|y) a ;; *) b; esac; c", [(x, "", "") for x in "abc"]),
        ("f() { a; }\nfunction g { b; }", [("a", "", ""), ("b", "", "")]),
        ("X=1 Y=2 a b", [("a b", "", "")]),
        ("V=$(a b) ; c", [("a b", "", ""), ("c", "", "")]),
        ('a "x $(b "q)") y"', [("b q)", "", ""), ('a x $(b "q)") y', "", "")]),
        ("a > f 2>&1 < g &> h", [("a", "", "")]),
        ("cat <<'E' > f\npython no.py\nE\nb", [("cat", "", ""), ("b", "", "")]),
        ("a # b\n# c\nd", [("a", "", ""), ("d", "", "")]),
        ("[[ -f x && -d y ]] && a", [("[[ -f x && -d y ]]", "", ""), ("a", "", "")]),
        ("go ${{ x || 'y' }} {{ p q }}", [("go ${{ x || 'y' }} {{ p q }}", "", "")]),
    ],
)
def test_commands_of(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


def test_pipefail_of_the_system_counts() -> None:
    assert found("a | b", pipefail=True) == [("a", "", ""), ("b", "", "")]


def test_a_shell_in_the_shell_is_read_too() -> None:
    assert found('bash -lc "dvc repro || true"')[1:] == [
        ("dvc repro", "or", "true"),
        ("true", "", ""),
    ]


def test_continuations_keep_the_lines() -> None:
    first, second = shell_commands("a \\\n  b \\\n  c\nd")
    assert (first.argv, first.line, first.end_line) == (("a", "b", "c"), 1, 3)
    assert second.line == 4


def test_cd_is_followed_and_left_with_its_subshell() -> None:
    facts = shell.read("ci/run.sh", "(cd ml && python t.py)\ncd api\npython s.py\n")
    folders = {c.argv: c.working_directory for c in facts if isinstance(c, Command)}
    assert folders[("python", "t.py")] == "ml"
    assert folders[("python", "s.py")] == "api"


def test_installs_and_containers_are_named() -> None:
    facts = shell.read(
        "x.sh",
        "pip install -r r.txt 'mlflow[extras]==2.1' pandas\n"
        "docker build -t acme/model:1 .\ndocker run -p 80:80 --rm acme/model:1 serve\n",
    )
    wanted = [(r.package, r.exact, r.line) for r in facts if isinstance(r, Requirement)]
    assert wanted == [("mlflow", "2.1", 1), ("pandas", None, 1)]
    images = [(i.image, i.role, i.line) for i in facts if isinstance(i, ImageRef)]
    assert images == [("acme/model:1", "build", 2), ("acme/model:1", "run", 3)]
