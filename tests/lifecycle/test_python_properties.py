"""Whatever the text, a reader answers with facts inside the file or with UnreadableError."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_agent.lifecycle.facts import Comparison, Fact
from mlops_agent.lifecycle.readers import notebook, python
from mlops_agent.lifecycle.readers.pysource.magics import unmagicked
from mlops_agent.lifecycle.readers.pysource.newer_syntax import plain_fstrings
from mlops_agent.lifecycle.readers.pysource.templated import mask
from mlops_agent.lifecycle.readers.pysource.text import split_lines
from mlops_agent.lifecycle.unreadable import UnreadableError

VALID = (
    "import mlflow\n",
    "from .x import *\n",
    "from mlflow import MlflowClient as C\n",
    "c = C()\n",
    "c = c.next(c)\n",
    "a, (b, *c) = c\n",
    "def f(x=c, *y, z: 'C' = 1, **w):\n    return f(x)\n",
    "class K(K):\n    k = K\n    def m(self):\n        self.k = self.m()\n        return self.k\n",
    "@f.setter\ndef f(x): return f\n",
    "if c.m() > 1 and not f(c) or c:\n"
    "    raise ValueError(f'{c}{f(c)!r:>{c}}')\nelse:\n    c = 1\n",
    "while c < f < 3: break\n",
    "try:\n    c.fit(f)\nexcept E as c:\n    pass\nfinally:\n    del c\n",
    "with C() as c, f as (a, b): c.x = [c for c in f if c]\n",
    "x = '%s-%s' % (c, 1) + '{}{0}{x!r:{y}}'.format(c, x=f) + f'{c}'\n",
    "d = {'a': {'b': c}, **d}\ny = d['a']['b']\n",
    "async def g():\n    await c.run(lambda q: q > (z := 3))\n",
    "match c:\n    case {'a': b, **r} if b > 2: c()\n    case _: pass\n",
    "import subprocess\nsubprocess.run(['a', *c, c])\nsubprocess.run('a | b && c', shell=True)\n",
    "os.system(c)\n",
    "global c\n",
    "c[0].d = c.d[1:2] = -c\n",
    "print(c := 10 ** 3, 2 * '\N{SNOWMAN}', 0xFFFFFFFFFFFFFFFFFFFFFFFF)\n",
    "\x0c\n",
    "# -*- coding: latin-1 -*-\n",
)
BROKEN = (
    "%run x\n",
    "!pip install a\\\n  b\n",
    "{{ if x }}\n",
    "x = {{ y }}\n",
    "{% for a in b %}\n",
    "\r",
    "\u2028'",
)
PROGRAMS = st.lists(st.sampled_from(VALID), max_size=12).map("".join)
SOURCES = st.lists(st.sampled_from(VALID + BROKEN), max_size=12).map("".join)
TEXTS = st.one_of(st.text(max_size=200), SOURCES)


def _within(facts: list[Fact], text: str) -> None:
    last = len(split_lines(text))
    for fact in facts:
        assert 1 <= fact.line <= fact.end_line <= last
        if isinstance(fact, Comparison):
            for lines in (fact.controls, fact.otherwise):
                assert lines is None or 1 <= lines[0] <= lines[1] <= last


@given(text=TEXTS, path=st.sampled_from(["a/b.py", "x.py.tmpl", "p/__init__.py"]))
@settings(max_examples=300, deadline=None)
def test_python_states_facts_inside_the_file_or_is_unreadable(text: str, path: str) -> None:
    try:
        facts = python.read(path, text)
    except UnreadableError as error:
        assert error.reason
        assert "\n" not in error.reason
        return
    _within(facts, text)
    assert [f.line for f in facts] == sorted(f.line for f in facts)


@given(text=PROGRAMS)
@settings(max_examples=300, deadline=None)
def test_every_valid_program_is_read(text: str) -> None:
    _within(python.read("a/b.py", text), text)


@given(cells=st.lists(TEXTS, max_size=4), indent=st.sampled_from([None, 1]))
@settings(max_examples=150, deadline=None)
def test_notebook_states_facts_inside_the_file_or_is_unreadable(
    cells: list[str], indent: int | None
) -> None:
    document = {
        "cells": [
            {"cell_type": "code", "execution_count": None, "source": c.splitlines(keepends=True)}
            for c in cells
        ],
        "nbformat": 4,
    }
    text = json.dumps(document, indent=indent)
    try:
        _within(notebook.read("n.ipynb", text), text)
    except UnreadableError as error:
        assert error.reason == "no code cell is Python 3"


@given(text=st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_as_a_notebook_is_unreadable_or_read(text: str) -> None:
    try:
        notebook.read("n.ipynb", text)
    except UnreadableError as error:
        assert error.reason


@given(
    text=st.lists(
        st.sampled_from(["{{", "}}", "{%", "%}", "{#", "#}", "`", "\n", "\r\n", "a", " ", "if "]),
        max_size=40,
    ).map("".join)
)
def test_masking_a_template_keeps_the_number_of_lines(text: str) -> None:
    assert len(split_lines(mask(text))) == len(split_lines(text))


QUOTES = ("f", '"', "'", '"""', "f'", "{", "}", "\\", "\n", "#", "a", " ")


@given(text=st.lists(st.sampled_from(QUOTES), max_size=40).map("".join))
@settings(max_examples=300)
def test_making_fstrings_fit_keeps_length_and_lines(text: str) -> None:
    made = plain_fstrings(text)
    assert [len(line) for line in made.split("\n")] == [len(line) for line in text.split("\n")]


@given(lines=st.lists(st.text(alphabet="%!?ab =\\\t#'\"(", max_size=12), max_size=8))
def test_taking_magics_out_keeps_the_number_of_lines(lines: list[str]) -> None:
    assert len(unmagicked(lines).lines) == len(lines)
