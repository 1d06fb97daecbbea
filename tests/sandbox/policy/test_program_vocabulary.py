"""The data on programs: read whole, closed, and no framework's."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlops_agent.vocabulary import loader, program_words
from mlops_agent.vocabulary.loader import VocabularyError

AT_LEAST = [
    "git", "find", "sed", "awk", "tar", "curl", "ssh", "rsync", "pip", "uv", "poetry", "npm",
    "make", "docker", "kubectl", "k", "helm", "argocd", "flux", "terraform", "tf", "pulumi",
    "ansible", "aws", "gcloud", "gsutil", "bq", "az", "rclone", "mlflow", "dvc", "feast",
    "bentoml", "zenml", "airflow", "prefect", "dagster", "ray", "wandb", "databricks", "dbt",
    "hf", "lakectl", "spark-submit", "gh", "glab", "systemctl", "crontab", "psql", "redis-cli",
    "kafka-topics",
]  # fmt: skip


def test_every_program_file_reads() -> None:
    known = program_words.programs()
    assert not set(AT_LEAST) - set(known)
    for name, program in known.items():
        assert program.kind != "plain" or program.verbs or program.otherwise, name
    assert program_words.names()["python_live"]


def test_programs_are_no_frameworks() -> None:
    assert not {one.name for one in loader.frameworks()} & {"git", "files", "wrappers", "names"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[program]]\nnames = "x"\nread_onyl = ["a"]\n', "unknown keys"),
        ('[[program]]\nnames = "x"\notherwise = "harmless"\n', "unknown effect"),
        ('[[program]]\nnames = "x"\nkind = "shel"\n', "unknown kind"),
        ('[[program]]\nnames = "x x"\n', "twice"),
        ("[[program]]\nnames = \n", "x.toml"),
    ],
)
def test_a_misspelt_entry_is_named(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(VocabularyError, match=message):
        program_words.read_programs(tmp_path)
