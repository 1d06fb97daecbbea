"""Makefiles: targets, recipes, prefixes and variables."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from reader_help import of, read_or_refused

from mlops_agent.lifecycle.facts import Command, ConfigObject, Job
from mlops_agent.lifecycle.readers import makefile

MAKEFILE = """\
PY ?= python
NAME := churn
include common.mk
.PHONY: train evaluate
train: data/raw.csv prepare ## help
\t@$(PY) train.py --name $(NAME) \\
\t\t--seed 1
\t-$(PY) evaluate.py
\tcd api && $(MAKE) deploy
\techo $$HOME $(UNKNOWN) $(wildcard *.csv)
prepare build: ; dvc pull
define BLOCK
x: y
endef
"""


def test_targets() -> None:
    jobs = of(Job, makefile.read("ml/Makefile", MAKEFILE))
    assert [(j.name, j.needs, j.line) for j in jobs] == [
        ("train", ("data/raw.csv", "prepare"), 5),
        ("prepare", (), 11),
        ("build", (), 11),
    ]


def test_recipes() -> None:
    commands = of(Command, makefile.read("ml/Makefile", MAKEFILE))
    assert [(" ".join(c.argv), c.line, c.after) for c in commands[:5]] == [
        ("python train.py --name churn --seed 1", 6, ""),
        ("python evaluate.py", 8, "ignored"),
        ("cd api", 9, ""),
        ("make deploy", 9, ""),
        ("echo $HOME ${UNKNOWN} ${wildcard}", 10, ""),
    ]
    assert [(c.owner, c.argv) for c in commands[5:]] == [
        ("prepare", ("dvc", "pull")),
        ("build", ("dvc", "pull")),
    ]
    assert commands[0].working_directory == "ml"
    assert commands[3].working_directory == "ml/api"
    assert commands[4].working_directory == "ml"  # each line has a shell of its own


def test_pipefail_of_the_shell_and_ignore() -> None:
    text = "SHELL = /bin/bash -o pipefail\na:\n\tpython e.py | tee x\n"
    assert of(Command, makefile.read("Makefile", text))[0].after == ""
    text = ".IGNORE: a\na:\n\tpython e.py\nb:\n\tpython f.py\n"
    assert [c.after for c in of(Command, makefile.read("Makefile", text))] == ["ignored", ""]


def test_includes() -> None:
    (include,) = of(ConfigObject, makefile.read("ml/Makefile", MAKEFILE))
    assert (include.kind, include.name, include.line) == ("include", "ml/common.mk", 3)


@given(st.text(alphabet="ab:=$(){}\t\n \\-@#.;|", max_size=120))
def test_any_text(text: str) -> None:
    read_or_refused(makefile.read, "Makefile", text)
