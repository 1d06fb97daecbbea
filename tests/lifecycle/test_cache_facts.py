"""The cache of facts: lossless, keyed by content, and never a source of failure."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from map_help import TRAIN, repository

from mlops_agent.lifecycle import facts as fact_module
from mlops_agent.lifecycle.cache import FactCache
from mlops_agent.lifecycle.codec import StaleFactError, decode, encode
from mlops_agent.lifecycle.facts import Call, Entry, Fact, Value
from mlops_agent.lifecycle.readers.python import read
from mlops_agent.lifecycle.reading import read_lifecycle

KINDS: Sequence[type[Fact]] = [
    kind
    for name in fact_module.__all__
    if isinstance(kind := getattr(fact_module, name), type)
    and issubclass(kind, Fact)
    and kind is not Fact
]


def values_of(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401  any type there is
    """Any value of a fact's field type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(values_of(inner[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values_of, inner))
    if inner and origin is not None and str(origin) == "typing.Literal":
        return st.sampled_from(inner)
    if inner:
        return st.one_of(*map(values_of, inner))
    if hint in (Value, Entry):
        return records(hint)
    return st.none() if hint is type(None) else st.from_type(hint)


def records(kind: type) -> st.SearchStrategy[Any]:
    """Any instance of a dataclass of facts."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{f.name: values_of(hints[f.name]) for f in fields(kind)})


@given(st.sampled_from(KINDS).flatmap(records))
def test_every_kind_of_fact_survives_json(fact: Fact) -> None:
    stored = json.loads(json.dumps(encode([fact])))
    assert repr(decode(stored, fact.path)) == repr([fact])


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=12))
def test_any_other_json_is_stale_or_empty_never_a_crash(stored: object) -> None:
    with contextlib.suppress(StaleFactError):
        assert decode(stored, "x.py") == []


def test_facts_come_back_for_the_same_content_and_path_only(tmp_path: Path) -> None:
    location = tmp_path / "cache" / "facts.sqlite"
    found = read("train.py", TRAIN)
    cache = FactCache(location)
    cache.put("b" * 40, "train.py", found)
    cache.save()
    again = FactCache(location)
    assert again.get("b" * 40, "train.py") == found
    assert again.get("c" * 40, "train.py") is None
    assert again.get("b" * 40, "other.py") is None


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\0" + b"x" * 4096])
def test_damaged_cache_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repo = repository(tmp_path / "repo", {"train.py": TRAIN})
    whole = read_lifecycle(repo).map
    files = list((tmp_path / "cache" / "mlops-agent").iterdir())
    assert files
    for file in files:
        file.write_bytes(damage)
    assert read_lifecycle(repo).map == whole


def test_tampered_entry_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repo = repository(tmp_path / "repo", {"train.py": TRAIN})
    whole = read_lifecycle(repo).facts.of(Call)
    (file,) = (tmp_path / "cache" / "mlops-agent").iterdir()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE facts SET body = '[[\"Popen\", 1]]'")
    assert read_lifecycle(repo).facts.of(Call) == whole


def test_unwritable_cache_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert read_lifecycle(repository(tmp_path / "repo", {"train.py": TRAIN})).map.assets
