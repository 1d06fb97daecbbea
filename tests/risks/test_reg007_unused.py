"""REG007: a loader that nothing calls serves nobody, and is a note."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from small_repository import SmallRepo

CHAIN = """

def best():
    return newest("churn")
"""
LOADERS = """\
import mlflow


def newest(name):
    uri = f"models:/{name}/latest"
    return mlflow.pyfunc.load_model(uri)
"""
APP = """\
from fastapi import FastAPI
from loaders import {names}

app = FastAPI()


@app.post("/predict")
def predict(row: dict):
    return {body}
"""
SETTINGS = "loader: loaders.newest\n"


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({"app.py": APP.format(names="mlflow", body="mlflow.active_run()")}, "note"),
        ({"app.py": APP.format(names="newest", body="newest('churn').predict(row)")}, "error"),
        (
            {"best.py": "from loaders import newest\n\n\ndef best():\n    return newest('a')\n"},
            "warning",
        ),
        ({"settings.yaml": SETTINGS}, "warning"),
        ({"loaders.py": LOADERS + CHAIN}, "note"),
        ({"README.md": "call newest\n"}, "note"),
    ],
    ids=["unused", "called", "imported", "named-in-settings", "chain", "named-in-readme"],
)
def test_severity_follows_from_who_calls(
    more: dict[str, str], severity: str, small_repo: Callable[[dict[str, str]], SmallRepo]
) -> None:
    more = {"loaders.py": LOADERS, **more}
    found = small_repo(more).only("REG007")
    assert (found.path, found.line, found.severity) == ("loaders.py", 5, severity)
    assert ("which nothing here calls" in found.message) == (severity == "note")
