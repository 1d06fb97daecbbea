"""The tool that a map names beside an asset is the one whose package is called."""

from __future__ import annotations

import pytest

from mlops_agent.vocabulary.lookup import vocabulary


@pytest.mark.parametrize(
    ("call", "framework"),
    [
        ("ray.data.read_parquet", "ray"),
        ("ray.tune.Tuner.fit", "ray"),
        ("bentoml.sklearn.save_model", "bentoml"),
        ("vllm.LLM.generate", "servers"),
    ],
)
def test_a_call_is_named_after_its_own_package(call: str, framework: str) -> None:
    word = vocabulary().call(call)
    assert word is not None
    assert word.framework == framework
