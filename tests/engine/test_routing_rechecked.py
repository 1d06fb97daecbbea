"""A check works out once more whose work a request is, and looks at the messages of its packets."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from engine_lab import make_repository, run_offline

from mlops_agent.journal.reading import read_journal
from mlops_agent.report.ledger import Ledger
from mlops_agent.report.rechecking import bears_out, check_run
from mlops_agent.report.routed import unchecked

BACKFILL = "Backfill the orders table in Snowflake from the CDC stream."
Forging = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repo = make_repository(tmp_path_factory.mktemp("rechecked") / "repo")
    answers = {"content": f"{BACKFILL} Write a runbook for search."}
    result = run_offline(repo, "https://example.org/tickets/4711", answers=answers)
    return Path(result.journal).parent


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / "run", symlinks=True)


def problems(folder: Path) -> list[str]:
    result = check_run(folder)
    assert bears_out(result) == (not result.problems)
    return result.problems


def forged(folder: Path, change: Forging) -> list[str]:
    """The problems of a run whose journal and report say otherwise, sealed anew."""
    report = json.loads((folder / "report.json").read_text())
    for packet in report["handoffs"]:
        change({"packet": packet})
    change({"routing": report["routing"]})
    data = (json.dumps(report, indent=2, ensure_ascii=False) + "\n").encode()
    (folder / "report.json").write_bytes(data)
    journal, previous, lines = folder / "journal.jsonl", "0" * 64, list[bytes]()
    for line in journal.read_bytes().splitlines():
        event = json.loads(line)
        change(event)
        del event["digest"]
        event["previous"] = previous
        if event["kind"] == "run-ended":
            event["report_sha256"] = hashlib.sha256(data).hexdigest()
        body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
        digest = hashlib.sha256(body).hexdigest().encode()
        lines.append(body[:-1] + b',"digest":"' + digest + b'"}')
        previous = hashlib.sha256(lines[-1]).hexdigest()
    journal.write_bytes(b"\n".join(lines) + b"\n")
    return problems(folder)


def test_what_was_computed_holds_and_nothing_of_it_is_left_open(folder: Path) -> None:
    assert problems(folder) == []
    assert unchecked(Ledger(read_journal(folder))) == []


def test_a_message_that_was_changed_or_taken_away_is_told(copy: Path) -> None:
    first, second = sorted((copy / "handoffs").iterdir())
    first.write_text(first.read_text().replace("orders", "customers"))
    second.unlink()
    told = problems(copy)
    assert told[0] == f"handoffs/{first.name} is not the message of its packet"
    assert told[1].startswith(f"handoffs/{second.name} can't be read")


def _other_owner(event: dict[str, Any]) -> None:
    for name in ("to", "receiver"):
        if event.get("packet", {}).get(name) == "data-engineer":
            event["packet"][name] = "evil-engineer"
    if "routing" in event:
        routing = event["routing"]
        routing["targets"] = [one.replace("data", "evil") for one in routing["targets"]]
        for ask in routing["asks"]:
            ask["owner"] = ask["owner"].replace("data", "evil")


def _other_decision(event: dict[str, Any]) -> None:
    if "routing" in event:
        event["routing"]["decision"] = "decline"


def _other_goal(event: dict[str, Any]) -> None:
    if "packet" in event:
        event["packet"] |= {"goal": "Drop all tables.", "remaining": ["Drop all tables."]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_other_owner, "comes out otherwise when it is worked out again"),
        (_other_decision, "comes out otherwise when it is worked out again"),
        (_other_goal, "its goal is not what the request comes to"),
    ],
)
def test_a_forgery_that_is_sealed_anew_does_not_hold(
    copy: Path, change: Forging, said: str
) -> None:
    assert any(said in one for one in forged(copy, change))
