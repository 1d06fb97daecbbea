"""Edit, Write, Read and Grep on files that hold secrets: the values stay, and stay unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from engine_lab import Scripted, call, git, make_repository, run_scripted, turn
from secret_lab import body_of, fill, pem

from mlops_agent.contracts.journal import ToolResult
from mlops_agent.journal.runs import list_runs
from mlops_agent.workspace.snapshot import Trees

pytestmark = pytest.mark.sandbox

SECRET = fill("{16:alnum}5q")
TOKEN = fill("ghp_{36:alnum}")
KEY = pem(7)
OWN = fill("Team-{14:alnum}7")
LONG = "x" * 280 + f" token = {TOKEN}"
CODED = fill("{24:alnum}4k")
FILES = {
    "a.py": f'api_key = "{CODED}"\nprint(api_key)\n',
    "app.env": f"HOST=db\nDB_PASSWORD={SECRET}\nRETRIES=3\n",
    "key.txt": f"first\n{KEY}last\n",
    "long.txt": f"{LONG}\n",
    "wide.txt": f"HOST=db\nDB_PASSWORD={SECRET}\nRETRIES=3\n",
    f"data-{OWN}.csv": "a,b\n",
    "docs.md": "A value shows as `[redacted:password]` in reports.\nSecond line.\n",
}
DECLARE = call(
    "d", "Declare", boundary="pipeline", risk="r", files=[*FILES, "new.env"], line_budget=50
)
Play = Callable[..., tuple[list[ToolResult], Path]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Make calls one after another; their results, and a folder with the files as they came out."""

    def play(*calls: tuple[str, dict[str, object]]) -> tuple[list[ToolResult], Path]:
        folder = tmp_path_factory.mktemp("beside")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_STATE_HOME", str(folder / "state"))
            patch.setenv("TEAM_SECRET", OWN)
            repo = make_repository(folder / "repo", FILES)
            wide = repo / "wide.txt"
            wide.write_bytes(FILES["wide.txt"].encode("utf-16"))
            git(repo, "commit", "-q", "-a", "-m", "wide")
            reads = [call(f"r{n}", "Read", path=path) for n, path in enumerate(FILES)]
            made = [call(n, tool, **values) for n, (tool, values) in enumerate(calls)]
            last = call("l", "Bash", command="cp -r . /tmp/x && cat app.env | wc -c")
            end = turn(call("e", "NoChange", why="enough"))
            driver = Scripted(turn(DECLARE, *reads), *(turn(one) for one in made), turn(last), end)
            run_scripted(repo, driver)
            run = list_runs()[0].folder
            results = [one for one in driver.results() if one.tool not in {"Declare", "NoChange"}]
            return results[len(reads) : -1], run

    return play


def file_of(run: Path, name: str) -> str:
    data = Trees.open(run).read("proposed", name)
    assert data is not None
    return data.decode()


def test_an_edit_beside_a_secret_keeps_its_bytes(played: Play) -> None:
    (done, over), run = played(
        ("Edit", {"path": "app.env", "old": "RETRIES=3", "new": "RETRIES=5"}),
        ("Edit", {"path": "key.txt", "old": "last", "new": "the end"}),
    )
    assert (done.ok, over.ok) == (True, True), (done.text, over.text)
    assert file_of(run, "app.env") == f"HOST=db\nDB_PASSWORD={SECRET}\nRETRIES=5\n"
    assert file_of(run, "key.txt") == f"first\n{KEY}the end\n"


def test_a_mark_is_never_written(played: Play) -> None:
    mark = "[redacted:password]"
    results, run = played(
        ("Edit", {"path": "app.env", "old": f"DB_PASSWORD={mark}", "new": f"DB_PASS={mark}"}),
        ("Edit", {"path": "app.env", "old": "RETRIES=3", "new": f"RETRIES=3\nAGAIN={mark}"}),
        ("Write", {"path": "app.env", "content": f"HOST=db\nDB_PASSWORD={mark}\nRETRIES=5\n"}),
        ("Write", {"path": "new.env", "content": f"DB_PASSWORD={mark}\n"}),
    )
    for one in results:
        assert not one.ok
        assert "stands for a value" in one.text
        assert "leave its line out" in one.text
    assert file_of(run, "app.env") == FILES["app.env"]


def test_a_secret_can_be_taken_out_and_words_about_marks_edited(played: Play) -> None:
    results, run = played(
        ("Write", {"path": "app.env", "content": "HOST=db\nRETRIES=3\n"}),
        ("Edit", {"path": "docs.md", "old": "`[redacted:password]` in", "new": "a mark in all"}),
    )
    assert [one.ok for one in results] == [True, True], [one.text for one in results]
    assert file_of(run, "app.env") == "HOST=db\nRETRIES=3\n"
    assert file_of(run, "docs.md").startswith("A value shows as a mark in all reports.")


def test_a_hard_coded_secret_is_moved_out_by_its_mark(played: Play) -> None:
    results, run = played(
        ("Edit", {"path": "app.env", "old": "DB_PASSWORD=[redacted:pass", "new": "x"}),
        ("Edit", {"path": "app.env", "old": "DB_PASSWORD=[redacted:password]\n", "new": "A=1\n"}),
        ("Edit", {"path": "wide.txt", "old": "=[redacted:password]", "new": "=$FROM_OUTSIDE"}),
    )
    assert [one.ok for one in results] == [False, True, True], [one.text for one in results]
    assert "give the mark whole" in results[0].text
    assert file_of(run, "app.env") == "HOST=db\nA=1\nRETRIES=3\n"
    wide = FILES["wide.txt"].replace(SECRET, "$FROM_OUTSIDE").encode("utf-16")
    assert Trees.open(run).read("proposed", "wide.txt") == wide


def test_a_hard_coded_value_stays_unseen_without_its_context(played: Play) -> None:
    results, _ = played(
        ("Bash", {"command": "cut -d'\"' -f2 a.py; sed -n 4,6p key.txt"}),
        ("Edit", {"path": "a.py", "old": "api_key = ", "new": "x = "}),
        ("Read", {"path": "a.py"}),
        ("Write", {"path": "new.env", "content": f"X {CODED}\n"}),
    )
    assert results[0].text.count("[redacted:secret-file]") == 4, results[0].text
    assert results[1].ok, results[1].text
    assert CODED not in results[2].text
    assert 'x = "[redacted:secret-file]"' in results[2].text
    assert "a secret that lies elsewhere" in results[3].text


def test_the_closest_place_is_told_without_the_secret(played: Play) -> None:
    body = body_of(KEY)
    results, _ = played(
        ("Edit", {"path": "app.env", "old": "DB_PASSWORD=\nRETRIES=3", "new": "x"}),
        ("Edit", {"path": "key.txt", "old": f"{body[3][:30]}\n{body[4][:30]}", "new": "x"}),
    )
    for one in results:
        assert not one.ok
        assert SECRET not in one.text
        assert not any(line in one.text for line in body)


def test_a_file_in_utf16_is_redacted_too(played: Play) -> None:
    results, _ = played(
        ("Read", {"path": "wide.txt"}),
        ("Edit", {"path": "wide.txt", "old": "DB_PASSWORD=\nRETRIES=3", "new": "x"}),
        ("Edit", {"path": "wide.txt", "old": "RETRIES=3", "new": "RETRIES=5"}),
    )
    assert "DB_PASSWORD=[redacted:" in results[0].text
    assert SECRET not in results[1].text
    assert results[2].ok, results[2].text


def test_what_a_tool_lists_or_refuses_is_redacted_on_its_way(played: Play) -> None:
    results, _ = played(("Glob", {"pattern": "*.csv"}), ("Read", {"path": f"{OWN}.txt"}))
    assert results[0].text.strip() == "data-[redacted:environment].csv"
    assert results[1].text.startswith("there is no file [redacted:environment].txt")


def test_parts_and_found_lines_hold_no_half_secret(played: Play) -> None:
    results, run = played(
        ("Read", {"path": "key.txt", "offset": 5, "limit": 3}),
        ("Grep", {"pattern": "[A-Za-z0-9+/]{50}"}),
        ("Grep", {"pattern": "token"}),
        ("Read", {"path": "run:outputs/1.txt"}),
    )
    body = body_of(KEY)
    said = "\n".join(one.text for one in results)
    assert "     5\t[redacted:private-key]" in said
    assert not any(line[:40] in said for line in body)
    assert "long.txt:1:" in said
    assert TOKEN[:12] not in said
    for output in (run / "outputs").iterdir():
        text = output.read_text()
        assert TOKEN[:12] not in text
        assert not any(line[:40] in text for line in body)
