"""Dockerfiles: stages, images, commands, continuation lines and heredocs."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.lifecycle.facts import Command, ConfigObject, Fact, ImageRef, Requirement
from mlops_agent.lifecycle.readers import dockerfile

F = TypeVar("F", bound=Fact)
DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG TAG=3.11-slim
FROM --platform=linux/amd64 python:${TAG} AS build
WORKDIR /app
COPY requirements.txt \\
     setup.py ./
RUN --mount=type=cache,target=/root pip install -r requirements.txt && \\
    # a comment inside
    pip install torch==2.1
RUN <<EOF
dvc pull
EOF
FROM build
ENV MODEL=models/m.pkl PORT=80
COPY --from=build /app /srv
USER app
ENTRYPOINT ["uvicorn", "app:app"]
CMD python serve.py --port 80
"""


def facts_of(kind: type[F], text: str = DOCKERFILE) -> list[F]:
    """The facts of one kind."""
    return [f for f in dockerfile.read("svc/Dockerfile", text) if isinstance(f, kind)]


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(
                [
                    "FROM a AS b",
                    "RUN x \\",
                    "# c",
                    "RUN <<E",
                    "E",
                    "COPY",
                    'CMD ["a"',
                    "ENV A=b",
                    "",
                ]
            ),
            max_size=12,
        ).map("\n".join),
    )
)
def test_any_text_is_read(text: str) -> None:
    lines = text.count("\n") + 1
    assert all(1 <= f.line <= f.end_line <= lines for f in dockerfile.read("Dockerfile", text))


def test_only_outside_images_are_bases() -> None:
    (image,) = facts_of(ImageRef)
    assert (image.image, image.owner, image.role, image.line) == (
        "python:3.11-slim",
        "build",
        "base",
        3,
    )


def test_commands() -> None:
    assert [(" ".join(c.argv), c.line, c.owner) for c in facts_of(Command)] == [
        ("pip install -r requirements.txt", 7, "build"),
        ("pip install torch==2.1", 9, "build"),
        ("dvc pull", 11, "build"),
        ("uvicorn app:app", 17, "1"),
        ("python serve.py --port 80", 18, "1"),
    ]
    assert facts_of(Command)[0].working_directory == "/app"
    assert [r.exact for r in facts_of(Requirement)] == ["2.1"]


def test_stages_are_objects() -> None:
    build, last = facts_of(ConfigObject)
    assert build.get("copy.0.source.1") == "setup.py"
    assert build.get("copy.0.target") == "./"
    assert (last.get("from"), last.get("copy.0.from"), last.get("env.MODEL")) == (
        "build",
        "build",
        "models/m.pkl",
    )
    assert (last.get("user.0"), last.get("entrypoint.0"), last.get("cmd.0")) == (
        "app",
        "uvicorn",
        "python serve.py --port 80",
    )
