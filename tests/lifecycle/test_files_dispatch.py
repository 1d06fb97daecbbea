"""Which files have a reader at all."""

from __future__ import annotations

import pytest

from mlops_agent.lifecycle.dispatch import reader_for


@pytest.mark.parametrize("name", ["package-lock.json", "web/npm-shrinkwrap.json"])
def test_generated_lists_of_javascript_packages_have_no_reader(name: str) -> None:
    assert reader_for(name) is None


@pytest.mark.parametrize("name", ["web/package.json", "Pipfile.lock", "lock.json"])
def test_other_files_of_the_kind_have_one(name: str) -> None:
    assert reader_for(name) is not None
