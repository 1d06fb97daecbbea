"""YAML to trees: lines, values, bounds, masks; what no file may do to the reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.lifecycle.facts import ConfigObject
from mlops_agent.lifecycle.readers import yaml
from mlops_agent.lifecycle.readers.templates import mask
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping
from mlops_agent.lifecycle.readers.yaml_compose import compose
from mlops_agent.lifecycle.unreadable import UnreadableError

YAMLISH = st.text(alphabet="ab:- \n{}[]\"'|>&*!#%<,?0.$\t", max_size=120)


def settings(text: str) -> ConfigObject:
    """The one object of a settings file."""
    (fact,) = yaml.read("config.yaml", text)
    assert isinstance(fact, ConfigObject)
    return fact


@given(st.one_of(YAMLISH, st.text(max_size=200)), st.sampled_from(["a.yml", "dvc.yaml", "x.dvc"]))
def test_any_text_is_read_or_refused(text: str, path: str) -> None:
    try:
        facts = yaml.read(path, text)
    except UnreadableError as error:
        assert error.reason
        return
    lines = text.count("\n") + 1
    assert all(1 <= fact.line <= fact.end_line <= lines for fact in facts)


@given(st.text(alphabet="{}%# \nab-$:", max_size=200))
def test_masks_keep_the_lines_and_restore(text: str) -> None:
    masked = mask(text)
    assert masked.text.count("\n") == text.count("\n")
    assert masked.restore(mask("{{ x }}").text + "y") == "{{ x }}y" or masked.pieces != ("{{ x }}",)


def test_values_and_lines() -> None:
    found = settings('a: 1\nb: [1.5, "2", yes]\nc:\n  d: ~\n  e: v1.2\n  f: {}\n  g: 1_0\n')
    assert [(e.key, e.value, e.line) for e in found.entries] == [
        ("a", 1, 1),
        ("b.0", 1.5, 2),
        ("b.1", "2", 2),
        ("b.2", True, 2),
        ("c.d", None, 4),
        ("c.e", "v1.2", 5),
        ("c.f", None, 6),
        ("c.g", 10, 7),
    ]
    assert found.entry("c.f").empty  # pyright: ignore[reportOptionalMemberAccess]


def test_unknown_tags_are_plain_values_and_the_last_duplicate_counts() -> None:
    (root,) = compose("a: !Ref Bucket\na: !Sub '${X}'\n")
    assert isinstance(root, Mapping)
    assert root.text("a") == "${X}"


def test_merge_keys_are_spread_and_own_keys_win() -> None:
    (root,) = compose("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\n")
    assert isinstance(root, Mapping)
    assert (root.text("y", "a"), root.text("y", "b")) == ("1", "3")


def test_an_alias_bomb_is_refused() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    with pytest.raises(UnreadableError, match="expands to more than"):
        compose(bomb)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: &a [*a]", "names nothing before it"),
        ("[" * 100 + "]" * 100, "nested deeper"),
        ("a: b\n c: d: e\n", "line 2"),
        ("a: \x07", "not valid YAML"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        compose(text)


def test_line_breaks_that_git_does_not_know_do_not_shift_lines() -> None:
    (root,) = compose("a: x\u2028y\x85z\nb: 1\n")
    assert isinstance(root, Mapping)
    node = root.get("b")
    assert isinstance(node, Leaf)
    assert node.line == 2


def test_helm_templates_are_read_with_their_lines() -> None:
    text = (
        "{{- if .Values.on }}\n"
        "name: {{ .Release.Name }}-x\n"
        'labels: {{- include "l" . | nindent 2 }}\n'
        "  app: y\n"
        'image: "{{ .Values.image }}:{{ .Values.tag }}"\n'
        "{{- end }}\n"
    )
    found = settings(text)
    assert found.templated
    assert found.get("name") == "{{ .Release.Name }}-x"
    assert found.get("image") == "{{ .Values.image }}:{{ .Values.tag }}"
    assert found.entry("labels.app").line == 4  # pyright: ignore[reportOptionalMemberAccess]


def test_go_literals_and_control_text_in_a_line() -> None:
    text = (
        'left: "{{"{{tasks.a.values.b}}"}}"\n'
        "{{ if .x }}models:\n"
        "  name: a{{ end }}\n"
        "{{ .key }}_monitor: {a: b}\n"
    )
    found = settings(text)
    assert found.get("left") == '{{"{{tasks.a.values.b}}"}}'
    assert found.get("models.name") == "a"
    assert found.get("{{ .key }}_monitor.a") == "b"


def test_github_expressions_are_no_template() -> None:
    assert not settings("a: ${{ x }}\n").templated
