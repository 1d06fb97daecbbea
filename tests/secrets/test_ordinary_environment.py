"""Telling names with ordinary words as values: the words stay, and the run comes to its end."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from engine_lab import make_repository, run_offline
from secret_lab import fill, leaks, texts_of

from mlops_agent.journal.runs import list_runs
from mlops_agent.sandbox.secrets.known import environment_values, environment_words
from mlops_agent.sandbox.secrets.redactor import Redactor

ORDINARY = {
    "AUTH_PROVIDER": "github",
    "SECRET_BACKEND": "python",
    "S3_MODEL_KEY": "models/churn.pkl",
    "PRIMARY_KEY": "customer_id",
    "AIRFLOW__API__AUTH_BACKENDS": "airflow.api.auth.backend.session,airflow.api.auth.backend.b",
    "VAULT_AUTH_METHOD": "kubernetes",
    "TOKEN_FILE": "token.txt",
    "COOKIE_DOMAIN": ".example.org",
    "AUTH_URL": "https://pypi.org/simple",
    "TOKEN_HOST": "db-1.internal:5432",
    "CACHE_KEY": "redis://cache:6379/0",
}
PASSWORDS = {"POSTGRES_PASSWORD": "feature_store", "DB_PASSWORD": "evaluate", "PGPASSWORD": "train"}


def test_words_paths_hosts_and_names_are_no_secrets() -> None:
    assert environment_values({**ORDINARY, **PASSWORDS}) == frozenset()
    assert environment_words(ORDINARY) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "DB_PASSWORD={}", "password: '{}'", '{{"password": "{}"}}', "postgres://ml:{}@db/x",
        "export PGPASSWORD={}; psql",
    ],
)  # fmt: skip
@pytest.mark.parametrize("word", ["feature_store", "evaluate"])
def test_a_password_that_is_a_word_is_blanked_where_it_stands_as_one(text: str, word: str) -> None:
    shown = Redactor().of_environment(PASSWORDS).text(text.format(word))
    assert "[redacted:" in shown
    assert word not in shown


@pytest.mark.parametrize(
    "text",
    ["python src/evaluate.py", "feature_store", "password=evaluate(x)", "password: evaluated"],
)
def test_the_same_word_said_elsewhere_stays(text: str) -> None:
    assert Redactor().of_environment(PASSWORDS).text(text) == text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_TOKEN", fill("{32:alnum}7")),
        ("DB_PASSWORD", "correct-horse-battery-staple"),
        ("DB_PASSWORD", "Summer2024"),
        ("AWS_SECRET_ACCESS_KEY", "/" + fill("{39:base64}")),
        ("TEAMS_WEBHOOK", f"https://chat.example.org/hooks/{fill('{24:alnum}3')}/in"),
        ("AUTH", fill("{10:alnum}4.{12:alnum}3q")),
    ],
)
def test_what_is_made_to_be_secret_is_blanked_everywhere(name: str, value: str) -> None:
    redactor = Redactor().of_environment({name: value})
    encoded = base64.b64encode(f"user:{value}".encode()).decode()
    shown = redactor.text(f"said {value}, {value.encode().hex()} and {encoded}")
    assert leaks([value], {"shown": shown.encode()}) == []


@pytest.mark.sandbox
def test_a_run_among_such_variables_is_verified_without_a_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name, value in {**ORDINARY, **PASSWORDS}.items():
        monkeypatch.setenv(name, value)
    result = run_offline(make_repository(tmp_path / "repo"))
    assert result.verified, result.problems
    assert result.redactions == 0
    texts = texts_of(list_runs()[0].folder)
    assert [name for name, text in texts.items() if b"[redacted:" in text] == []
