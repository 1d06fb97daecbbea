"""The documents do what they say: each command is run on the example, or says why it is not.

A command that is new in a document fails here until it is listed with its exit code or a reason.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

NETWORK = "it installs from a package index"
OWN_ENVIRONMENT = "it makes an environment of its own; CI runs `make lint` and `make test`"
MODEL = "it needs a model's endpoint; tests/drivers runs it against a scripted one"
RECORDED = "it needs a recorded run; tests/evaluation and tests/engine run it"
NOT_RUN = {
    "mlops-agent run --driver replay --journal RUN/journal.jsonl --repo REPO": RECORDED,
    "mlops-agent eval list": RECORDED,
    "mlops-agent eval replay [NAME...] [--jobs N] [--format text|json]": RECORDED,
    "mlops-agent eval export RUN --format atif [--output FILE]": RECORDED,
    "python scripts/record_transcript.py repository DIR TO": RECORDED,
    "python scripts/record_transcript.py record RUN NAME --files DIR": RECORDED,
    "python scripts/record_transcript.py renew NAME...": RECORDED,
    "mlops-agent route @ticket.md --format json": "it needs a ticket; tests/cli runs it",
    "export ANTHROPIC_API_KEY=...": MODEL,
    "mlops-agent run --driver anthropic --max-usd 2 "
    '"Since the price change no retrained model gets promoted."': MODEL,
    "mlops-agent run --driver anthropic --model sonnet --max-usd 2 "
    '"Each release looks better offline than in production."': MODEL,
    "make demo": "it makes an environment of its own; tests/packaging runs the same request",
    "make test": OWN_ENVIRONMENT,
    "make lint": OWN_ENVIRONMENT,
    "make bench": "it takes minutes and public repositories; tests/benchmarks runs its parts",
    "python benchmarks/run_all.py --corpus CHECKOUTS --pipelines CHECKOUT --pydantic-ai PYTHON": (
        "it needs checkouts of public repositories"
    ),
    'pip install "mlops-agent[probes]"': NETWORK,
}
EXITS = {
    "mlops-agent map .": 0,
    "mlops-agent audit .": 1,
    "mlops-agent explain PIP001": 0,
    'mlops-agent route "Roll back the fraud model, and page on-call when the API burns its error'
    ' budget."': 0,
    'mlops-agent route "Roll the fraud model back to the last good version and tell on-call how to'
    ' page us." --repo .': 0,
    'mlops-agent clarify "Make our churn model production ready." --repo .': 4,
    'mlops-agent plan "Make our churn model production ready." --repo . --mode one-shot': 0,
    'mlops-agent run "Make a failing evaluation stop the promotion."': 0,
    "mlops-agent check RUN --rerun": 0,
    "mlops-agent install": 0,
    'mlops-agent plan "Make our churn model production ready: 2 million predictions a day, '
    "\\$40 per missed churner, \\$2 per false alarm, holdout of 12k rows, p95 80 ms, labels "
    'after 45 days. Owned by the ml-growth team." --repo . --mode one-shot --format markdown | '
    "tee plan.md": 0,
    "mlops-agent plan --check plan.md": 0,
    "mlops-agent audit . --baseline .mlops-agent-baseline.json --update-baseline": 0,
    "mlops-agent audit . --baseline .mlops-agent-baseline.json": 0,
}


def blocks(document: Path, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", document.read_text(), re.MULTILINE | re.DOTALL)


def commands(document: Path) -> list[str]:
    """The commands of a document's sh blocks, in order, without their comments."""
    lines = "".join(blocks(document, "sh")).replace("\\\n", " ").splitlines()
    bare = [re.sub(r"(^|\s{2,})#.*$", "", line).strip() for line in lines]
    return [line for line in bare if line]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A repository of the bundled example."""
    folder = tmp_path / "churn"
    shutil.copytree(ROOT / "examples" / "churn", folder)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "A churn model"]):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *words], cwd=folder, check=True)
    return folder


def surroundings(folder: Path) -> dict[str, str]:
    """A home of its own, and this environment's command first."""
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return {**kept, "HOME": str(home), "PATH": path}


def ran(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=surroundings(folder),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def filled(command: str, folder: Path) -> str:
    """The command with the id of the last run where the document writes RUN."""
    if " RUN" not in command:
        return command
    known = json.loads(ran("mlops-agent runs --format json", folder).stdout)["runs"]
    return command.replace(" RUN", f" {known[0]['id']}")


def test_each_command_of_the_documents_is_listed_once_and_no_other() -> None:
    written = {command for document in DOCUMENTS for command in commands(document)}
    assert written == {*EXITS, *NOT_RUN}
    assert not EXITS.keys() & NOT_RUN.keys()


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "document", [d for d in DOCUMENTS if set(commands(d)) & set(EXITS)], ids=lambda d: d.stem
)
def test_the_commands_of_a_document_end_as_it_says(document: Path, example: Path) -> None:
    for command in commands(document):
        if command in EXITS:
            done = ran(filled(command, example), example)
            assert done.returncode == EXITS[command], (command, done.stdout, done.stderr)
            assert done.stdout


def test_the_python_of_the_readme_prints_the_findings(example: Path) -> None:
    (block,) = blocks(ROOT / "README.md", "python")
    done = subprocess.run(
        [sys.executable, "-c", block],
        cwd=example,
        env=surroundings(example),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "PIP001 .github/workflows/train.yml:" in done.stdout


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.stem)
def test_links_lead_to_files(document: Path) -> None:
    links = re.findall(r"\]\(([^)\s#]+)[^)]*\)", document.read_text())
    inside = [link for link in links if "://" not in link]
    missing = [link for link in inside if not (document.parent / link).exists()]
    assert not missing
