"""The six coding tools in a real run."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from mlops_agent.contracts.journal import FileEdited
from mlops_agent.errors import BadInputError, MlopsAgentError
from mlops_agent.journal.reading import read_journal
from mlops_agent.tools.base import description
from mlops_agent.tools.bash import Bash
from mlops_agent.tools.edit import Edit
from mlops_agent.tools.glob import MOST_FILES, Glob
from mlops_agent.tools.grep import MOST_LINES, Grep
from mlops_agent.tools.read import LINES, Read
from mlops_agent.tools.write import Write

if TYPE_CHECKING:
    from conftest import Bench

TOOLS = (Bash(), Edit(), Glob(), Grep(), Read(), Write())

pytestmark = pytest.mark.sandbox


def test_each_tool_tells_what_it_does_and_whether_it_may_run_beside_others() -> None:
    for tool in TOOLS:
        assert len(description(tool)) > 80
        assert tool.Input.model_json_schema()["properties"]
    assert {tool.name for tool in TOOLS if tool.parallel} == {"Glob", "Grep", "Read"}


def test_an_edit_needs_a_read_and_leaves_a_record(bench: Bench) -> None:
    edit = {"path": "train.py", "old": "fit()", "new": "fit(seed=1)\n"}
    assert "Read it first" in bench.refused(Edit(), **edit)
    bench.call(Read(), path="train.py")
    before = (bench.root / "train.py").read_bytes()
    result = bench.call(Edit(), **edit)
    after = (bench.root / "train.py").read_bytes()
    assert after == before.replace(b"fit()", b"fit(seed=1)\n")
    assert result.ok
    assert "2 lines added, 1 removed" in result.text
    assert bench.asked == [("train.py", 2, 1)]
    (event,) = read_journal(bench.context.run_folder)
    assert isinstance(event, FileEdited)
    assert (event.call, event.path) == (result.call, "train.py")
    assert event.before == git_blob(before)
    assert event.after == git_blob(after)
    bench.call(Edit(), path="train.py", old="fit(seed=1)\n", new="fit()")
    assert (bench.root / "train.py").read_bytes() == before


def git_blob(data: bytes) -> str:
    done = subprocess.run(
        ["git", "hash-object", "--stdin", "--no-filters"],
        input=data,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()


def test_a_file_that_changed_since_has_to_be_read_again(bench: Bench) -> None:
    bench.call(Read(), path="train.py")
    bench.call(Bash(), command="echo more >> train.py")
    assert "Read it again" in bench.refused(Edit(), path="train.py", old="fit()", new="x")
    assert "Read it again" in bench.refused(Write(), path="train.py", content="x")
    bench.call(Read(), path="train.py")
    assert bench.call(Edit(), path="train.py", old="more", new="less").ok


def test_a_refused_edit_changes_and_records_nothing(bench: Bench) -> None:
    bench.call(Read(), path="train.py")
    base = bench.context.worktree.tree_hash()
    bench.refused(Edit(), path="train.py", old="print('done')", new="x")
    bench.refused(Edit(), path="train.py", old="absent", new="x")
    assert "lines 4, 5" in bench.refused(Edit(), path="train.py", old="print('done')", new="x")

    def deny(path: str, added: int, removed: int) -> None:
        raise MlopsAgentError(f"{path} is not declared")

    strict = dataclasses.replace(bench.context, allow_edit=deny)
    with pytest.raises(MlopsAgentError, match="not declared"):
        Edit().run("c9", Edit.Input(path="train.py", old="fit()", new="x"), strict)
    with pytest.raises(MlopsAgentError, match="not declared"):
        Write().run("c10", Write.Input(path="new.py", content="x"), strict)
    assert bench.context.worktree.tree_hash() == base
    assert read_journal(bench.context.run_folder) == []


def test_a_crlf_file_is_edited_with_plain_line_feeds(bench: Bench) -> None:
    shown = bench.call(Read(), path="conf/params.yaml").text
    assert shown == "     1\talpha: 0.1\n     2\tseed: 1"
    bench.call(
        Edit(), path="conf/params.yaml", old="alpha: 0.1\nseed", new="alpha: 0.2\nb: 1\nseed"
    )
    written = (bench.root / "conf/params.yaml").read_bytes()
    assert written == b"alpha: 0.2\r\nb: 1\r\nseed: 1\r\n"


def test_write_makes_new_files_and_replaces_only_what_was_read(bench: Bench) -> None:
    assert bench.call(Write(), path="new/deep/gate.py", content="x = 1\n").text.startswith(
        "created"
    )
    assert (bench.root / "new/deep/gate.py").read_text() == "x = 1\n"
    assert "Write replaces all" in bench.refused(Write(), path="train.py", content="x")
    bench.call(Read(), path="train.py")
    bench.call(Write(), path="train.py", content="x\n")
    assert bench.asked[-1] == ("train.py", 1, 5)
    assert "has this content" in bench.refused(Write(), path="train.py", content="x\n")
    # What was just written is known: no Read needed.
    assert bench.call(Edit(), path="new/deep/gate.py", old="1", new="2").ok


@pytest.mark.parametrize(
    "path", ["../outside", "/etc/passwd", ".git/hooks/pre-commit", "link", "d/x"]
)
def test_no_tool_leaves_the_worktree(bench: Bench, path: str) -> None:
    outside = bench.root.parent / "outside"
    outside.mkdir()
    (outside / "x").write_text("kept")
    (bench.root / "link").symlink_to(outside / "x")
    (bench.root / "d").symlink_to(outside)
    for tool, values in (
        (Read(), {}),
        (Write(), {"content": "x"}),
        (Edit(), {"old": "k", "new": "x"}),
    ):
        assert bench.refused(tool, path=path, **values)
    assert (outside / "x").read_text() == "kept"


def test_what_is_no_text_is_refused(bench: Bench) -> None:
    os.mkfifo(bench.root / "fifo")
    assert "binary" in bench.refused(Read(), path="model.pkl")
    assert "FIFO" in bench.refused(Read(), path="fifo")
    assert "folder" in bench.refused(Read(), path="conf")
    assert "Glob finds" in bench.refused(Read(), path="nothing.py")
    assert "surrogate" in bench.refused(Write(), path="x", content="\ud800")


def test_read_pages_through_a_long_file(bench: Bench) -> None:
    total = LINES + 500
    (bench.root / "long.txt").write_text("".join(f"line {n}\n" for n in range(1, total + 1)))
    first = bench.call(Read(), path="long.txt").text.splitlines()
    assert first[0] == "     1\tline 1"
    assert first[-1] == f"[lines {LINES + 1} to {total} are not shown: offset={LINES + 1}]"
    rest = bench.call(Read(), path="long.txt", offset=LINES + 1).text.splitlines()
    assert rest[0].endswith(f"line {LINES + 1}")
    assert rest[-1].endswith(f"line {total}")
    (one,) = bench.call(Read(), path="long.txt", offset=total, limit=5).text.splitlines()
    assert one.endswith(f"line {total}")
    assert f"has {total} lines" in bench.refused(Read(), path="long.txt", offset=total + 1)
    (bench.root / "wide.txt").write_text("x" * 500_000 + "\n")
    assert len(bench.call(Read(), path="wide.txt").text) < 3000
    (bench.root / "empty.txt").write_text("")
    assert "empty" in bench.call(Read(), path="empty.txt").text


def test_line_numbers_are_gits(bench: Bench) -> None:
    (bench.root / "odd.txt").write_text("a\x0cb\u2028c\nd\n")
    assert bench.call(Read(), path="odd.txt").text.endswith("     2\td")


def test_bash_returns_output_code_and_a_full_record(bench: Bench) -> None:
    good = bench.call(Bash(), command="pwd; cat train.py | wc -l")
    assert (good.ok, good.exit_code, good.command) == (True, 0, "pwd; cat train.py | wc -l")
    assert good.text == f"{bench.root}\n5\n"
    bad = bench.call(Bash(), command="seq 100000; exit 3")
    assert (bad.ok, bad.exit_code) == (False, 3)
    assert bad.text.endswith(f"[Read run:{bad.output_path} for all of the output]\n[exit code 3]")
    whole = (bench.context.run_folder / bad.output_path).read_bytes()
    assert bad.output_sha256 == hashlib.sha256(whole).hexdigest()
    assert whole.decode() == "".join(f"{n}\n" for n in range(1, 100001))
    page = bench.call(Read(), path=f"run:{bad.output_path}", offset=50_000, limit=1)
    assert page.text.startswith(" 50000\t50000\n")
    slow = bench.call(Bash(), command="sleep 30 & sleep 30", timeout=1)
    assert (slow.ok, slow.exit_code) == (False, 124)
    assert "[stopped after 1 seconds]" in slow.text


def test_the_outputs_of_a_run_are_the_only_other_thing_to_read(bench: Bench) -> None:
    (bench.context.run_folder / "outputs").mkdir(exist_ok=True)
    for path in ("run:journal.jsonl", "run:outputs/../journal.jsonl", "run:outputs/none.txt"):
        assert bench.refused(Read(), path=path)


@pytest.mark.parametrize("call", ["../x", "", "a/b", "x" * 100])
def test_a_call_id_that_is_no_word_is_refused(bench: Bench, call: str) -> None:
    with pytest.raises(BadInputError, match="call id"):
        Bash().run(call, Bash.Input(command="true"), bench.context)


@pytest.mark.parametrize(
    "values", [{"command": ""}, {"command": "x", "timeout": 601}, {"command": "x", "cwd": "/"}]
)
def test_bad_arguments_do_not_pass(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Bash.Input(**values)


def test_glob_lists_what_git_would_and_says_what_it_leaves_out(bench: Bench) -> None:
    (bench.root / "noise.log").write_text("ignored")
    (bench.root / "new.py").write_text("untracked")
    assert bench.call(Glob(), pattern="*.py").text == "new.py\ntrain.py"
    assert bench.call(Glob(), pattern="conf").text == "conf/params.yaml"
    assert bench.call(Glob(), pattern="**/*.md").text == "notes/caf\xe9.md"
    assert bench.call(Glob(), pattern="*.rs").text == "[no file fits]"
    assert ".git/" not in bench.call(Glob(), pattern="**").text
    for number in range(MOST_FILES + 5):
        (bench.root / f"many{number}.txt").write_text("")
    assert bench.call(Glob(), pattern="many*").text.endswith(
        "[5 more files: make the pattern narrower]"
    )


def test_grep_finds_lines_and_bounds_itself(bench: Bench) -> None:
    (bench.root / "noise.log").write_text("mlflow")
    (bench.root / "link.py").symlink_to("train.py")
    assert (
        bench.call(Grep(), pattern="ML(flow)", ignore_case=True).text == "train.py:1:import mlflow"
    )
    assert bench.call(Grep(), pattern="seed", paths="conf").text == "conf/params.yaml:2:seed: 1"
    assert bench.call(Grep(), pattern="notes").text == "notes/caf\xe9.md:1:# notes"
    assert bench.call(Grep(), pattern="absent").text == "[no line fits]"
    assert "regular expression" in bench.refused(Grep(), pattern="(")
    (bench.root / "many.txt").write_text("hit\n" * (MOST_LINES + 1))
    lines = bench.call(Grep(), pattern="hit").text.splitlines()
    assert (len(lines), lines[-1][:16]) == (MOST_LINES + 1, "[more lines fit:")
