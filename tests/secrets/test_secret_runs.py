"""Whole runs on a repository full of secrets: the task gets done, and nobody is shown a value."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_lab import ASK, FILES, WORKFLOW, make_repository, patch_of
from forked_commands import run_forked
from model_lab import command, environment, last_run
from scripted_api import Answer, ScriptedApi, says, text, use
from secret_lab import body_of, fill, leaks, pem, texts_of

from mlops_agent.contracts.report import RunResult
from mlops_agent.report.rechecking import check_run

pytestmark = pytest.mark.sandbox

OWN = fill("Team-{14:alnum}7")
"""In no known format: only the operator's environment knows it."""
DATABASE = fill("{14:alnum}8x")
TRACKING = fill("{12:alnum}9y")
TOKEN = fill("ghp_{36:alnum}")
ASKED = fill("sk-ant-api03-{60:url}")
KEY = pem(3)
VALUES = [OWN, DATABASE, TRACKING, TOKEN, ASKED, *body_of(KEY)]

SECRET_FILES = {
    ".env": f"DB_HOST=db\nDB_PASSWORD={DATABASE}\nAPI_URL=http://localhost:5000\n",
    "config.py": (
        'NAME = "churn"\n'
        f'TRACKING = "postgresql://mlflow:{TRACKING}@db/mlflow"\n'
        f'GITHUB = "{TOKEN}"\n'
        "RETRIES = 3\n"
    ),
    "deploy.pem": KEY,
    "src/named.py": f'import mlflow\n\nmlflow.register_model("runs:/1/model", "{OWN}")\n',
    "show.sh": (
        f"echo own {OWN}\n"
        f"echo encoded {base64.b64encode(b'u:' + OWN.encode()).decode()}\n"
        f"echo hex {OWN.encode().hex()}\n"
    ),
    "Makefile": "all:\n\techo all\n",
    WORKFLOW: FILES[WORKFLOW].replace(
        "      - name: Evaluate\n",
        "      - name: Evaluate\n"
        f"        env: {{MLFLOW_TRACKING_URI: 'https://ci:{TRACKING}@mlflow.example.org'}}\n",
    )
    + f"      - name: Ship\n        run: make ship TOKEN={TOKEN}\n",
}
PROBE = {
    "name": "gate",
    "what": "the step no longer swallows a failure",
    "arguments": ["bash", "-c", f"cat .env show.sh; ! grep -q '|| true' {WORKFLOW}"],
}
LINE = "        env: {MLFLOW_TRACKING_URI: 'https://ci:[redacted:url-password]@mlflow.example.org'}"
CLAIMS = [
    {
        "text": "The probe `gate` is red on the base tree and green on the proposed tree.",
        "evidence": ["probe:t5c1-base", "probe:t7c1-proposed"],
        "asserts": [
            {
                "kind": "probe",
                "probe": "gate",
                "base_run": "t5c1-base",
                "proposed_run": "t7c1-proposed",
            }
        ],
    },
    {"asserts": [{"kind": "line", "path": "config.py", "line": 3, "text": "GITHUB = "}]},
    {
        "asserts": [
            {
                "kind": "line",
                "path": "config.py",
                "line": 2,
                "text": "mlflow:[redacted:url-password]@db/mlflow",
            }
        ]
    },
    {"asserts": [{"kind": "command", "call": "t2c2", "quotes": ["own [redacted:environment]"]}]},
]
REPORT = {
    "boundary": "pipeline",
    "primary_risk": {
        "statement": f"{WORKFLOW}:14 holds `|| true`",
        "why": "It goes on.",
        "rule": "",
        "evidence": [f"line:{WORKFLOW}:14"],
    },
    "summary": "Let a failing evaluation stop the job.",
    "trade_off": "A flaky evaluation stops it too.",
    "claims": CLAIMS,
}
SCRIPT: list[Answer] = [
    says(use("Read", path=WORKFLOW), use("Read", path="config.py"), use("Read", path=".env")),
    says(
        use("Bash", command="cat .env config.py deploy.pem; sed -n 4,6p deploy.pem"),
        use("Bash", command="bash show.sh"),
        use("Bash", command="base64 -w0 .env; nl deploy.pem; git show HEAD --format=%s"),
    ),
    says(
        use("Grep", pattern="PASSWORD|GITHUB|://|[A-Za-z0-9+/]{40}"),
        use("Read", path="deploy.pem", offset=5, limit=2),
        use("Lifecycle"),
        use("Risks"),
    ),
    says(use("Declare", boundary="pipeline", risk="r", files=[WORKFLOW], line_budget=4)),
    says(use("Probe", probe=PROBE, trees=["base"])),
    says(
        use(
            "Edit", path=WORKFLOW, old=f"{LINE}\n        run: python", new=f"{LINE}\n        run: x"
        ),
        use("Edit", path=WORKFLOW, old="evaluate.py || true", new="evaluate.py"),
    ),
    says(use("Probe", probe=PROBE, trees=["proposed"])),
    says(text("Done."), use("Report", **REPORT)),
]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo", {**FILES, **SECRET_FILES})


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    monkeypatch.delenv("MLOPS_AGENT_DRIVER", raising=False)
    yield folder


def test_a_model_that_looks_at_everything_is_shown_no_secret(repo: Path, state: Path) -> None:
    ask = f"{ASK} The endpoint's key is {ASKED}."
    with ScriptedApi(SCRIPT) as api:
        done = command(
            api, state, "run", ask, "--repo", str(repo), "--driver", "anthropic", "--model",
            "opus", "--verbose", TEAM_SECRET=OWN,
        )  # fmt: skip
    run = last_run()
    heard = {f"request {n}": one.raw for n, one in enumerate(api.requests)}
    printed = {"stdout": done.stdout.encode(), "stderr": done.stderr.encode()}
    assert leaks(VALUES, {**texts_of(run), **heard, **printed}) == []
    result = RunResult.from_json((run / "report.json").read_bytes())
    assert done.returncode == 0, (done.stdout, done.stderr, result.problems, result.claims)
    assert result.verified
    assert "the request holds a value that looks like a secret" in done.stderr
    assert "[redacted:anthropic-key]" in result.request.text
    assert result.redactions > 20
    assert f"blanked   {result.redactions} places" in done.stdout
    assert "stands for a value" in heard["request 6"].decode()
    # What the owner takes is the owner's own code.
    assert TRACKING in patch_of(result)
    assert TRACKING not in (run / "report.md").read_text()


def test_the_report_is_checked_where_nobody_knows_the_environment(repo: Path, state: Path) -> None:
    with ScriptedApi(SCRIPT) as api:
        done = command(
            api, state, "run", ASK, "--repo", str(repo), "--driver", "anthropic", "--model",
            "opus", TEAM_SECRET=OWN,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        elsewhere = {**environment(api, state), "OTHER_PASSWORD": "RETRIES = 3"}
        checked = run_forked("check", str(last_run()), "--rerun", environment=elsewhere)
    assert checked.returncode == 0, checked.stdout
    # The marks are held to what stands there: another line does not fit them.
    journal = last_run()
    report = journal / "report.json"
    report.write_text(report.read_text().replace("mlflow:[redacted:", "root:[redacted:"))
    forged = check_run(journal)
    assert any("reads" in one.problem for one in forged.claims)


def test_a_packet_and_its_message_hold_none(repo: Path, state: Path) -> None:
    words = f"Set up the feature table, {ASKED} opens it"
    packet = {
        "receiver": "data-engineer",
        "words": ["Set up the feature table, [redacted:anthropic-key] opens it"],
        "why": {"rule": "feature tables are the data platform's"},
        "goal": "The table is there.",
        "facts": [{"evidence": ["line:config.py:3"]}, {"evidence": ["line:deploy.pem:4"]}],
        "rest": "none",
    }
    with ScriptedApi([says(use("Lifecycle"), use("HandOff", **packet))]) as api:
        done = command(
            api, state, "run", words, "--repo", str(repo), "--driver", "anthropic", "--model",
            "opus", TEAM_SECRET=OWN,
        )  # fmt: skip
    run = last_run()
    heard = {f"request {n}": one.raw for n, one in enumerate(api.requests)}
    printed = {"stdout": done.stdout.encode(), "stderr": done.stderr.encode()}
    assert done.returncode == 3, (done.stdout, done.stderr)
    assert leaks(VALUES, {**texts_of(run), **heard, **printed}) == []
    (made,) = RunResult.from_json((run / "report.json").read_bytes()).handoffs
    assert all(one.verified for one in made.facts), made.facts
    assert "[redacted:github-token]" in made.facts[0].claim
    assert made.redactions == made.model_dump_json().count("[redacted:")
    assert made.redactions >= 4
    checked = check_run(run)
    assert checked.problems == []


def test_the_offline_driver_leaves_none_behind_either(repo: Path, state: Path) -> None:
    given = {**_environment(state), "TEAM_SECRET": OWN}
    done = run_forked("run", f"{ASK} {OWN}", "--repo", str(repo), "-v", environment=given)
    assert done.returncode == 0, (done.stdout, done.stderr)
    printed = {"stdout": done.stdout.encode(), "stderr": done.stderr.encode()}
    assert leaks(VALUES, {**texts_of(last_run()), **printed}) == []


def _environment(state: Path) -> dict[str, str]:
    import os

    return {**os.environ, "XDG_STATE_HOME": str(state), "NO_COLOR": "1"}


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_an_audit_prints_none(repo: Path, state: Path, form: str) -> None:
    done = run_forked("audit", str(repo), "--format", form, "-v", environment=_environment(state))
    assert "PIP001" in done.stdout
    assert "PIP011" in done.stdout
    assert "[redacted:github-token]" in done.stdout
    assert leaks(VALUES, {"stdout": done.stdout.encode()}) == []


def test_a_map_prints_none(repo: Path, state: Path) -> None:
    done = run_forked("map", str(repo), "--format", "json", environment=_environment(state))
    assert done.returncode == 0
    assert leaks(VALUES, {"stdout": done.stdout.encode()}) == []
