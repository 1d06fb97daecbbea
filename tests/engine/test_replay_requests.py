"""A model's run played back: each request built anew and compared before its reply is used."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from engine_lab import FILES, WORKFLOW, git, make_repository
from replay_lab import changed, record, reply, said, speaking, use
from test_replay import Notes

from mlops_agent.contracts.journal import (
    AnyEvent,
    CallFinished,
    Event,
    Prompted,
    RunEnded,
    TurnDecided,
)
from mlops_agent.contracts.model import Prompt
from mlops_agent.contracts.report import RunResult
from mlops_agent.drivers.replay import DivergenceError
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.progress import Watcher, silent
from mlops_agent.engine.running import resume_run, run_request
from mlops_agent.errors import BadInputError
from mlops_agent.evaluation.comparing import difference
from mlops_agent.evaluation.sealing import check_requests
from mlops_agent.journal.reading import read_journal

pytestmark = pytest.mark.sandbox

ASKED = "Make a failing evaluation stop the promotion."
REPLIES = [
    reply(said("I look."), use(1, "Read", path=WORKFLOW), use(2, "Grep", pattern="champion")),
    reply(said("It runs where?"), use(3, "Bash", command="pwd; ls src; mktemp -u")),
    reply(said("Only talk.")),
    reply(said("Enough."), use(4, "NoChange", why="seen")),
]


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
    return monkeypatch


def recorded(key: pytest.MonkeyPatch, repo: Path, replies: list[dict[str, Any]]) -> Path:
    with speaking(replies) as url:
        key.setenv("ANTHROPIC_BASE_URL", url)
        return record(repo, replies, ASKED)


@pytest.fixture
def journal(key: pytest.MonkeyPatch, repo: Path) -> Path:
    return recorded(key, repo, REPLIES)


def replay(repo: Path, journal: Path, watcher: Watcher = silent) -> RunResult:
    from mlops_agent.contracts.journal import RunStarted

    first = read_journal(journal)[0]
    assert isinstance(first, RunStarted)
    return run_request(first.request, repo, RunOptions("replay", journal), watcher)


def divergence(repo: Path, journal: Path) -> str:
    with pytest.raises(DivergenceError) as caught:
        replay(repo, journal)
    return str(caught.value)


def prompt_changed(journal: Path, to: Path, **fields: Any) -> Path:  # noqa: ANN401
    """A journal that was recorded with another prompt, so with other digests."""
    from mlops_agent.drivers.volatile import digest, exact_digest

    def change(event: AnyEvent) -> Event:
        if isinstance(event, Prompted):
            return event.model_copy(update={"prompt": event.prompt.model_copy(update=fields)})
        if isinstance(event, TurnDecided) and event.reply is not None:
            first = [digest({"role": "user", "content": [said(str(fields.get("first")))]})]
            digests = {
                "messages" if part == "first" else part: (
                    digest(first) if part == "first" else exact_digest(value)
                )
                for part, value in fields.items()
            }
            request = event.reply.request.model_copy(update=digests)
            told = event.reply.model_copy(update={"request": request})
            return event.model_copy(update={"reply": told})
        return event

    return changed(journal, to, change)


def prompt_of(journal: Path) -> Prompt:
    return next(one.prompt for one in read_journal(journal) if isinstance(one, Prompted))


def test_a_model_run_is_played_back(repo: Path, journal: Path) -> None:
    notes = Notes()
    played = replay(repo, journal, notes)
    assert (played.outcome, played.why, played.driver) == ("no-change", "seen", "replay")
    assert notes.notes[0].startswith("replayed 4 turns as recorded; blanked out: ")
    assert "run folder 1, run id 1" in notes.notes[0]
    now = read_journal(Path(played.journal))
    assert [one.prompt for one in now if isinstance(one, Prompted)] == [prompt_of(journal)]


def test_the_replay_of_a_replay_is_the_same(repo: Path, journal: Path) -> None:
    assert replay(repo, Path(replay(repo, journal).journal)).outcome == "no-change"


def test_it_plays_in_another_folder_of_another_state(
    repo: Path, journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = make_repository(tmp_path / "elsewhere" / "deep" / "twin")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home dir" / "other"))
    with pytest.raises(DivergenceError):  # a blank in the path is not foreseen, and is told
        replay(twin, journal)
    monkeypatch.setenv("XDG_STATE_HOME", str(Path.cwd() / ".pytest_cache" / "state"))
    assert replay(twin, journal).outcome == "no-change"


def test_another_file_in_the_repository_is_named(repo: Path, journal: Path) -> None:
    (repo / "src" / "extra.py").write_text("import mlflow\n")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "extra")
    told = divergence(repo, journal)
    assert told.startswith("turn 1: the request is another one in its messages: ")
    assert "message 1 (user).content 1 (text).text: line " in told
    assert "recorded '5 files, 4 read.', now '6 files, 5 read.'" in told


def test_another_line_in_a_file_is_named(repo: Path, journal: Path) -> None:
    (repo / WORKFLOW).write_text(FILES[WORKFLOW].replace("name: Train", "name: Fit"))
    git(repo, "commit", "-aqm", "reword")
    told = divergence(repo, journal)
    assert "turn 1, call t1c1 (Read) differs: text: line " in told
    assert "name: Train" in told
    assert "name: Fit" in told


def test_another_system_text_is_named(repo: Path, journal: Path, tmp_path: Path) -> None:
    system = prompt_of(journal).system.replace("MLOps engineer", "butler", 1)
    other = prompt_changed(journal, tmp_path / "other.jsonl", system=system)
    told = divergence(repo, other)
    assert told.startswith("turn 1: the request is another one in its system: system: ")
    assert "butler" in told


def test_another_docstring_of_a_tool_is_named(repo: Path, journal: Path, tmp_path: Path) -> None:
    tools = [
        {**tool, "description": tool["description"].replace("a", "o", 1)}
        if tool["name"] == "Bash"
        else tool
        for tool in prompt_of(journal).tools
    ]
    told = divergence(repo, prompt_changed(journal, tmp_path / "other.jsonl", tools=tools))
    assert told.startswith("turn 1: the request is another one in its tools: tools ")
    assert "(Bash).description: line 1: recorded " in told
    assert told.count("recorded '") == 1


def test_a_time_limit_in_a_docstring_is_no_volatile_field(
    repo: Path, journal: Path, tmp_path: Path
) -> None:
    tools = [*prompt_of(journal).tools]
    tools[0] = {**tools[0], "description": tools[0]["description"] + " At most 7 s."}
    told = divergence(repo, prompt_changed(journal, tmp_path / "other.jsonl", tools=tools))
    assert "At most 7 s." in told


def test_another_parameter_is_named(repo: Path, journal: Path, tmp_path: Path) -> None:
    parameters = {**prompt_of(journal).parameters, "max_tokens": 4000}
    told = divergence(repo, prompt_changed(journal, tmp_path / "x.jsonl", parameters=parameters))
    assert told == (
        "turn 1: the request is another one in its parameters: "
        "parameters.max_tokens: recorded 4000, now 16000"
    )


def test_another_first_message_is_named(repo: Path, journal: Path, tmp_path: Path) -> None:
    first = prompt_of(journal).first.replace("no line budget", "at most 9 changed lines")
    told = divergence(repo, prompt_changed(journal, tmp_path / "other.jsonl", first=first))
    assert "message 1 (user).content 1 (text).text: line " in told
    assert "at most 9 changed lines" in told


def test_a_corrected_line_breaks_the_chain(repo: Path, journal: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_bytes(journal.read_bytes().replace(b"It runs where?", b"It runs here?!"))
    with pytest.raises(BadInputError, match="broken at line"):
        replay(repo, other)


def test_a_corrected_result_is_named(repo: Path, journal: Path, tmp_path: Path) -> None:
    def correct(event: AnyEvent) -> Event:
        if isinstance(event, CallFinished) and event.result.tool == "Bash":
            text = event.result.text.replace("evaluate.py", "estimate.py")
            return event.model_copy(
                update={"result": event.result.model_copy(update={"text": text})}
            )
        return event

    told = divergence(repo, changed(journal, tmp_path / "other.jsonl", correct))
    assert "turn 2, call t2c1 (Bash) differs: text: line 2: recorded 'estimate.py'" in told


def corrected_reply(change: Callable[[TurnDecided], dict[str, Any]]) -> Callable[[AnyEvent], Event]:
    def correct(event: AnyEvent) -> Event:
        if isinstance(event, TurnDecided) and event.turn == 2:
            return event.model_copy(update=change(event))
        return event

    return correct


def test_a_corrected_word_of_a_reply_is_noticed(repo: Path, journal: Path, tmp_path: Path) -> None:
    def reworded(event: TurnDecided) -> dict[str, Any]:
        assert event.reply is not None
        content = [said("It stands where?"), *event.reply.content[1:]]
        told = event.reply.model_copy(update={"content": content})
        return {"reply": told, "text": "It stands where?"}

    other = changed(journal, tmp_path / "other.jsonl", corrected_reply(reworded))
    told = divergence(repo, other)
    assert told.startswith("turn 3: the request is another one in its messages")
    assert "the journal's own record of messages 4 to 5 does not give the digest" in told


def test_a_corrected_call_is_noticed(repo: Path, journal: Path, tmp_path: Path) -> None:
    def other_call(event: TurnDecided) -> dict[str, Any]:
        return {"calls": [event.calls[0].model_copy(update={"input": {"command": "true"}})]}

    told = divergence(repo, changed(journal, tmp_path / "other.jsonl", corrected_reply(other_call)))
    assert "turn 2: the reply is read otherwise: call 1.input.command: " in told


def test_a_run_that_hit_its_limit_ends_the_same(key: pytest.MonkeyPatch, repo: Path) -> None:
    with speaking(REPLIES) as url:
        key.setenv("ANTHROPIC_BASE_URL", url)
        journal = record(repo, REPLIES, ASKED, turns=2)
    played = replay(repo, journal)
    assert (played.outcome, played.why) == ("stopped", "the limit of 2 turns is reached")


def resumed(key: pytest.MonkeyPatch, repo: Path, model: str) -> Path:
    """The journal of a run that a limit stopped after two turns, and that was taken up."""
    with speaking(REPLIES) as url:
        key.setenv("ANTHROPIC_BASE_URL", url)
        journal = record(repo, REPLIES, ASKED, turns=2)
        resume_run(journal.parent.name, {}, RunOptions(model=model))
    return journal


def test_a_run_that_another_model_went_on_with_is_refused(
    key: pytest.MonkeyPatch, repo: Path
) -> None:
    journal = resumed(key, repo, "haiku")
    both = r"resumed with another model \(claude-opus-5-5, then claude-haiku-5-5\)"
    with pytest.raises(BadInputError, match=both):
        replay(repo, journal)
    with pytest.raises(BadInputError, match=both):
        check_requests(read_journal(journal))


def test_what_a_run_that_was_taken_up_did_twice_is_compared_once(
    key: pytest.MonkeyPatch, repo: Path
) -> None:
    journal = resumed(key, repo, "opus")
    events, now = read_journal(journal), read_journal(Path(replay(repo, journal).journal))
    assert [sum(isinstance(one, RunEnded) for one in run) for run in (events, now)] == [2, 1]
    assert difference(events, now) == ""
    [*_, again] = [at for at, one in enumerate(events) if isinstance(one, CallFinished)]
    assert difference([*events[: again + 1], *events[again:]], now) == ""
    without = [one for at, one in enumerate(events) if at != again]
    assert difference(without, now) != ""


def test_a_refusal_ends_the_same(key: pytest.MonkeyPatch, repo: Path) -> None:
    replies = [REPLIES[0], reply(said("No."), stop="refusal")]
    played = replay(repo, recorded(key, repo, replies))
    assert (played.outcome, played.why) == ("declined", "the model refused to go on")


def test_a_refusal_after_empty_turns_ends_the_same(key: pytest.MonkeyPatch, repo: Path) -> None:
    replies = [reply(), reply(), reply(said("No."), stop="refusal")]
    played = replay(repo, recorded(key, repo, replies))
    assert (played.outcome, played.why) == ("declined", "the model refused to go on")


def test_a_pause_is_no_unusable_turn(key: pytest.MonkeyPatch, repo: Path) -> None:
    pause = reply(said("Thinking."), stop="pause_turn")
    assert replay(repo, recorded(key, repo, [pause, pause, pause, pause, REPLIES[3]])).why == "seen"


def test_nothing_is_sent_and_no_client_is_imported(repo: Path, journal: Path) -> None:
    told = (
        "import sys\n"
        "from mlops_agent.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    code = end.code\n"
        "found = sorted({name.split('.')[0] for name in sys.modules})\n"
        "bad = [one for one in found if one in ('anthropic', 'httpx', 'httpx2', 'mcp', 'mlflow')]\n"
        "print(code, bad, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", told, "run", "--repo", str(repo), "--driver", "replay",
         "--journal", str(journal), "--format", "json"],
        env=os.environ | {"ANTHROPIC_BASE_URL": "http://127.0.0.1:9"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stderr.splitlines()[-1] == "8 []", done.stderr
