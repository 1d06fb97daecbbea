"""Private keys: blanked line by line, also cut, numbered, in diffs and inside of JSON."""

from __future__ import annotations

import json

import pytest
from secret_lab import body_of, pem

from mlops_agent.sandbox.secrets.redactor import Redactor

KINDS = ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "]


def shown(text: str, key: str) -> str:
    told = Redactor().text(text)
    assert told.count("\n") == text.count("\n")
    for line in body_of(key):
        assert line not in told
        assert line[20:] not in told
    return told


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_keeps_its_ends_and_its_lines(kind: str) -> None:
    key = pem(1, kind=kind)
    told = shown(f"before\n{key}after\n", key).split("\n")
    assert told[0] == "before"
    assert told[1] == f"-----BEGIN {kind}PRIVATE KEY-----"
    assert told[2:-3] == ["[redacted:private-key]"] * 13
    assert told[-3:] == [f"-----END {kind}PRIVATE KEY-----", "after", ""]


def test_a_key_without_its_end_or_its_beginning() -> None:
    key = pem(2)
    shown(key[: key.index("-----END") - 40], key)
    headless = key.split("\n", 1)[1]
    assert shown(f"cut here\n{headless}after\n", key).startswith("cut here\n[redacted:private-key]")


def test_a_key_with_numbers_in_a_diff_and_quoted() -> None:
    key = pem(3)
    lines = key.strip().split("\n")
    shown("\n".join(f"{n:6d}\t{line}" for n, line in enumerate(lines)), key)
    diff = shown("\n".join(f"+{line}" for line in lines) + "\n context after\n", key)
    assert diff.endswith("\n context after\n")
    shown("\n".join(f'    "{line}\\n"' for line in lines), key)
    shown("\n".join(f"deploy.pem:{n}:{line}" for n, line in enumerate(lines)), key)


def test_a_key_in_json_is_one_line() -> None:
    key = pem(4, kind="")
    account = json.dumps({"type": "service_account", "private_key": key, "client_id": "1"})
    told = shown(account, key)
    assert json.loads(told)["client_id"] == "1"
    shown(json.dumps({"text": account}), key)


def test_public_parts_and_code_about_keys_stay() -> None:
    for text in (
        pem(5).replace("RSA PRIVATE KEY", "CERTIFICATE"),
        pem(5).replace("RSA PRIVATE KEY", "PUBLIC KEY"),
        'HEAD = "-----BEGIN PRIVATE KEY-----"\nTAIL = "-----END PRIVATE KEY-----"\n',
        "grep -q 'BEGIN RSA PRIVATE KEY' deploy.pem\nnothing of it is here\n",
        'if "-----BEGIN PRIVATE KEY-----" in text:\n    raise ValueError("a key")\n',
    ):
        assert Redactor().text(text) == text
