"""JSON files: the trees' lines, dashboards, templates, lock files."""

from __future__ import annotations

import json as standard

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader_help import of, read_or_refused

from mlops_agent.lifecycle.facts import ConfigObject, Requirement
from mlops_agent.lifecycle.readers import json
from mlops_agent.lifecycle.unreadable import UnreadableError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(alphabet="abc", min_size=1, max_size=3), VALUES, max_size=4))
def test_leaves_are_as_the_standard_library_reads_them(data: dict[str, object]) -> None:
    text = standard.dumps(data, indent=1)
    (item,) = of(ConfigObject, json.read("x.json", text))
    lines = text.split("\n")
    for entry in item.entries:
        if isinstance(entry.value, int) and not isinstance(entry.value, bool):
            assert str(entry.value) in lines[entry.line - 1]
    for key, value in data.items():
        if not isinstance(value, dict | list):
            assert item.get(key) == value


def test_a_dashboard() -> None:
    text = standard.dumps(
        {
            "title": "Model",
            "schemaVersion": 1,
            "panels": [{"title": "Drift", "type": "graph", "targets": [{"expr": "drift"}]}],
        },
        indent=1,
    )
    found = of(ConfigObject, json.read("d.json", text))
    assert [(o.family, o.kind, o.name) for o in found] == [
        ("grafana", "Dashboard", "Model"),
        ("grafana", "Panel", "Drift"),
    ]
    assert found[1].get("targets.0.expr") == "drift"


def test_a_pipfile_lock() -> None:
    text = '{"default": {"Numpy": {"version": "==1.2", "hashes": ["x"]}},\n"develop": {}}'
    (found,) = of(Requirement, json.read("Pipfile.lock", text))
    assert (found.package, found.exact, found.hashed, found.source) == (
        "numpy",
        "1.2",
        True,
        "lock",
    )


@pytest.mark.parametrize("text", ["", "{", '{"a" 1}', "[1,]", "{'a': 1}", '{"a": 1} x', "[" * 99])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="line 1"):
        json.read("x.json", text)


@given(st.text(alphabet='{}[]",:\\ntrue1 \n-.e', max_size=80))
def test_any_text(text: str) -> None:
    read_or_refused(json.read, "x.json", text)
