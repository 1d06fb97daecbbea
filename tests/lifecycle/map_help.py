"""Tiny real git repositories for the tests of graph, stages and map."""

from __future__ import annotations

import subprocess
from pathlib import Path

from mlops_agent.lifecycle.reading import Lifecycle, read_lifecycle

TRAIN = """\
import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression


def main() -> None:
    frame = pd.read_csv("data/train.csv")
    model = LogisticRegression()
    model.fit(frame[["x"]], frame["y"])
    joblib.dump(model, "models/model.joblib")


if __name__ == "__main__":
    main()
"""
SERVE = """\
import joblib
from fastapi import FastAPI

app = FastAPI()
model = joblib.load("models/model.joblib")


@app.post("/predict")
def predict(x: float) -> float:
    return float(model.predict([[x]])[0])
"""


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder; raises CalledProcessError when it fails."""
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, "-C", folder, *arguments], check=True, capture_output=True)


def repository(folder: Path, files: dict[str, str]) -> Path:
    """Make a repository of one commit with these files."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    return folder


def lifecycle(folder: Path, files: dict[str, str]) -> Lifecycle:
    """Read the lifecycle of a repository made of these files."""
    return read_lifecycle(repository(folder, files))


def links(read: Lifecycle) -> set[tuple[str, str, str]]:
    """Source, kind and target of every link."""
    return {(link.source, link.kind, link.target) for link in read.graph.links()}


def placed(read: Lifecycle) -> set[tuple[str, str]]:
    """Stage and path of every asset."""
    return {(asset.stage, asset.path) for asset in read.map.assets}
