"""A shortened path is an ending of the path and means no other file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.drivers.anthropic.short_paths import short_paths

NAMES = st.sampled_from(["a", "b", "src", "train.py"])
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)


@given(st.sets(PATHS, max_size=12))
def test_each_path_gets_an_ending_of_its_own(paths: set[str]) -> None:
    short = short_paths(paths)
    assert set(short) == paths
    assert len(set(short.values())) == len(paths)
    for path, ending in short.items():
        assert f"/{path}".endswith(f"/{ending}")
        meant = [one for one in paths if f"/{one}".endswith(f"/{ending}")]
        assert meant == [path] or ending == path


def test_a_name_that_is_there_once_is_enough() -> None:
    short = short_paths(["a/deploy.yml", "a/b/train.py", "c/train.py"])
    assert short == {
        "a/deploy.yml": "deploy.yml",
        "a/b/train.py": "b/train.py",
        "c/train.py": "c/train.py",
    }
