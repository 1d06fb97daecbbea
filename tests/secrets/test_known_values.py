"""Values that are secrets by where they stand: the environment's, and those of secret files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secret_lab import body_of, fill, pem

from mlops_agent.sandbox.secrets.known import (
    environment_values,
    file_values,
    hard_coded_values,
    is_secret_file,
)
from mlops_agent.sandbox.secrets.redactor import Redactor

PLAIN = fill("{14:lower}")


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD", "COMET_API_KEY", "SLACK_TOKEN", "SENTRY_DSN", "AZURE_CONNECTION_STRING",
        "AWS_SECRET_ACCESS_KEY", "SESSION_COOKIE", "mlflow_tracking_password", "PGPASSWORD",
        "GIT_CREDENTIALS", "AUTH", "DB_PASS", "CI_JOB_JWT",
    ],
)  # fmt: skip
def test_a_telling_name_makes_its_value_a_secret(name: str) -> None:
    assert environment_values({name: PLAIN}) == {PLAIN}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PATH", "/usr/bin:/bin"),
        ("PWD", "/home/ada/churn-model"),
        ("SSH_AUTH_SOCK", "/tmp/ssh-abc/agent.1"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/home/ada/gcp-key.json"),
        ("TOKENIZERS_PARALLELISM", "false-or-true"),
        ("KEYBOARD_LAYOUT", "de-latin1-nodeadkeys"),
        ("USER", "production-user"),
        ("DB_PASSWORD", "postgres"),
        ("DB_PASSWORD", "true"),
        ("DB_PASSWORD", "12345678"),
        ("API_KEY", "abc"),
        ("MONKEY", "see-monkey-do-monkey"),
        ("TOKEN", "${CI_TOKEN}"),
    ],
)
def test_ordinary_values_are_none(name: str, value: str) -> None:
    assert environment_values({name: value}) == frozenset()


def test_a_known_format_is_a_secret_under_any_name() -> None:
    token, password = fill("ghp_{36:alnum}"), fill("{14:alnum}1")
    values = environment_values({"REMOTE": f"https://x:{password}@host/x", "THING": token})
    assert values == {token, password}


def test_a_key_in_the_environment_is_known_line_by_line() -> None:
    key = pem(1)
    redactor = Redactor().of_environment({"DEPLOY_KEY": key})
    for line in body_of(key)[:-1]:
        assert redactor.text(f"one line of it: {line}") != f"one line of it: {line}"


@given(st.text(min_size=6, max_size=40), st.text(max_size=30))
def test_whatever_value_is_taken_is_gone(value: str, around: str) -> None:
    redactor = Redactor().of_environment({"DB_PASSWORD": value})
    text = f"{around}{value}{around}"
    for one in environment_values({"DB_PASSWORD": value}):
        if one not in "[redacted:environment]":
            assert one not in redactor.text(text).replace("[redacted:environment]", "")


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        (".env", True), ("deploy/.env.production", True), ("prod.env", True), ("a/id_rsa", True),
        ("certs/tls.key", True), ("secrets.yaml", True), ("gcp/service-account-prod.json", True),
        (".env.example", False), ("src/environment.py", False), ("train.py", False),
        ("config.yaml", False), ("keys.py", False),
    ],
)  # fmt: skip
def test_files_that_hold_secrets_are_told_by_their_names(path: str, secret: bool) -> None:
    assert is_secret_file(path) == secret


def test_values_of_files_are_known_everywhere() -> None:
    value, key = fill("{12:lower}42"), pem(2)
    dotenv = f"HOST=db\nexport DB_PASSWORD='{value}'\nDEBUG_TOKEN=true\nMODEL=churn\n".encode()
    redactor = Redactor().of_files([dotenv, key.encode()])
    assert redactor.text(f"connecting as {value}") == "connecting as [redacted:secret-file]"
    assert redactor.text("HOST db MODEL churn true") == "HOST db MODEL churn true"
    assert redactor.text(body_of(key)[4]) == "[redacted:secret-file]"
    assert file_values([b"PASSWORD=changeme\nTOKEN=your-token-here\n"]) == frozenset()


def test_what_code_holds_is_known_and_what_only_looks_so_is_not() -> None:
    value, key = fill("{20:alnum}4k"), pem(5)
    code = f'api_key = "{value}"\nsecret = "mlflow-postgres-secret"\npassword: minio123\n'
    redactor = Redactor().of_code([code.encode(), key.encode()])
    assert redactor.text(f"it is {value}") == "it is [redacted:secret-file]"
    assert redactor.text("minio123 mlflow-postgres-secret") == "minio123 mlflow-postgres-secret"
    body = "\n".join(body_of(key)[2:5])
    assert redactor.text(body) == "\n".join(["[redacted:secret-file]"] * 3)


def test_code_with_many_values_is_bounded() -> None:
    many = [fill(f'api_key = "{{24:alnum}}{n}k"').encode() for n in range(600)]
    assert len(hard_coded_values(many)) == 500
