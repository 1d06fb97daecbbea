"""Joins from what builds or reuses something to the file that it is made from."""

from __future__ import annotations

from pathlib import Path

import pytest
from map_help import lifecycle, links

DOCKERFILE = "FROM python:3.11\nCOPY app.py .\nCMD python app.py\n"


@pytest.mark.parametrize(
    ("build", "target"),
    [
        ("build: ./serve", "serve/Dockerfile"),
        ("build: {context: serve, dockerfile: gpu.Dockerfile}", "serve/gpu.Dockerfile"),
        ("image: other", None),
    ],
)
def test_compose_leads_to_the_dockerfile_of_its_service(
    tmp_path: Path, build: str, target: str | None
) -> None:
    files = {
        "serve/Dockerfile": DOCKERFILE,
        "serve/gpu.Dockerfile": DOCKERFILE,
        "docker-compose.yml": f"services:\n  model:\n    {build}\n",
    }
    found = {link for link in links(lifecycle(tmp_path / "r", files)) if "compose" in link[0]}
    wanted = {("docker-compose.yml", "invokes", target)} if target else set()
    assert found == wanted


@pytest.mark.parametrize(
    ("given", "target"),
    [
        ("          file: docker/gpu.Dockerfile\n", "docker/gpu.Dockerfile"),
        ("          context: docker\n", "docker/Dockerfile"),
        ("          push: true\n", "Dockerfile"),
    ],
)
def test_a_build_action_leads_to_its_dockerfile(tmp_path: Path, given: str, target: str) -> None:
    flow = ".github/workflows/image.yml"
    names = ("Dockerfile", "docker/Dockerfile", "docker/gpu.Dockerfile")
    files = dict.fromkeys(names, DOCKERFILE) | {
        flow: "on: push\njobs:\n  image:\n    runs-on: ubuntu-24.04\n    steps:\n"
        f"      - uses: docker/build-push-action@v6\n        with:\n{given}"
    }
    found = {end for start, kind, end in links(lifecycle(tmp_path / "r", files)) if start == flow}
    assert found == {target}


def test_a_local_action_and_a_reused_workflow_are_reached(tmp_path: Path) -> None:
    flow, reused = ".github/workflows/main.yml", ".github/workflows/train.yml"
    files = {
        flow: "on: push\njobs:\n  train:\n    uses: ./.github/workflows/train.yml\n"
        "  set:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: ./.github/actions/setup\n",
        reused: "on: workflow_call\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make\n",
        ".github/actions/setup/action.yml": "runs:\n  using: composite\n  steps: [{run: make}]\n",
    }
    found = {end for start, _, end in links(lifecycle(tmp_path / "r", files)) if start == flow}
    assert found == {reused, ".github/actions/setup/action.yml"}
