"""pip requirements files."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.lifecycle.facts import ConfigObject, Requirement
from mlops_agent.lifecycle.readers import requirements

TEXT = """\
-r base.txt
--index-url https://example.org/simple
scikit_learn[alldeps]==1.4.2 ; python_version > "3.8"  # pinned
pandas>=2,<3
numpy
xgboost==2.* \\
    --hash=sha256:abc
torch @ https://example.org/torch.whl
-e git+https://example.org/x.git#egg=My.Pkg
-e ./lib
./local.whl
"""


def test_requirements() -> None:
    found = [
        f for f in requirements.read("env/requirements.txt", TEXT) if isinstance(f, Requirement)
    ]
    assert [(r.package, r.specifier, r.exact, r.line, r.hashed) for r in found[:5]] == [
        ("scikit-learn", "==1.4.2", "1.4.2", 3, False),
        ("pandas", ">=2,<3", None, 4, False),
        ("numpy", "", None, 5, False),
        ("xgboost", "==2.*", None, 6, True),
        ("torch", "@ https://example.org/torch.whl", None, 8, False),
    ]
    assert [r.package for r in found[5:]] == ["my-pkg"]


def test_references_are_relative_to_the_root() -> None:
    found = [
        f for f in requirements.read("env/requirements.txt", TEXT) if isinstance(f, ConfigObject)
    ]
    assert [(f.kind, f.name) for f in found] == [
        ("include", "env/base.txt"),
        ("editable", "env/lib"),
    ]


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    lines = text.count("\n") + 1
    assert all(1 <= f.line <= lines for f in requirements.read("r.txt", text))
