"""The transcript that the replay benchmark plays: 14 turns and 13 calls of real tools on a small
repository, answered by a script over a loopback Messages API.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from mlops_agent.cli.run_report import exit_code
from mlops_agent.contracts.request import Request
from mlops_agent.engine.options import RunOptions
from mlops_agent.engine.running import run_request
from mlops_agent.evaluation.fixtures import commit_fixture
from mlops_agent.evaluation.recording import record

ASKED = "Make a failing evaluation stop the promotion."
WORKFLOW = ".github/workflows/train.yml"
FILES = {
    WORKFLOW: """\
name: train
on:
  schedule:
    - cron: "0 3 * * *"
jobs:
  train:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - name: Train
        run: python src/train.py
      - name: Evaluate
        run: python src/evaluate.py || true
      - name: Promote
        run: python src/promote.py
""",
    "src/train.py": """\
import mlflow
from sklearn.linear_model import LogisticRegression

model = LogisticRegression(random_state=7)
model.fit([[0], [1]], [0, 1])
mlflow.sklearn.log_model(model, name="model", registered_model_name="churn")
""",
    "src/evaluate.py": """\
import sys

import mlflow
from sklearn.metrics import roc_auc_score

model = mlflow.sklearn.load_model("models:/churn@challenger")
score = roc_auc_score([0, 1], model.predict([[0], [1]]))
sys.exit(0 if score > 0.8 else 1)
""",
    "src/promote.py": """\
from mlflow import MlflowClient

client = MlflowClient()
version = client.get_model_version_by_alias("churn", "challenger")
client.set_registered_model_alias("churn", "champion", version.version)
""",
    "README.md": "A model.\n",
}
SCOPE = {
    "boundary": "pipeline",
    "risk": "a failing evaluation does not stop the promotion",
    "files": [WORKFLOW, "docs/gate.md"],
    "line_budget": 10,
}
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Glob", {"pattern": "**/*.py"}),
    ("Grep", {"pattern": "champion"}),
    ("Read", {"path": WORKFLOW}),
    ("Read", {"path": "src/evaluate.py"}),
    ("Grep", {"pattern": "sys.exit"}),
    ("Read", {"path": "src/promote.py"}),
    ("Declare", SCOPE),
    ("Edit", {"path": WORKFLOW, "old": "evaluate.py || true", "new": "evaluate.py"}),
    ("Read", {"path": WORKFLOW}),
    ("Write", {"path": "docs/gate.md", "text": "The evaluation stops the promotion.\n"}),
    ("Glob", {"pattern": "docs/*"}),
    ("Edit", {"path": "docs/gate.md", "old": "stops", "new": "ends"}),
    ("NoChange", {"why": "seen"}),
)
SHELL = (("Bash", {"command": "git diff --stat"}), ("Bash", {"command": "python3 -V && ls src"}))


def calls(shell: bool) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The calls in order, one a turn; with two Bash calls in place of two reads."""
    return (*CALLS[:4], SHELL[1], *CALLS[5:10], SHELL[0], *CALLS[11:]) if shell else CALLS


def make(folder: Path, *, shell: bool) -> Path:
    """Record the run below a folder and return the transcript's."""
    for name, text in FILES.items():
        path = folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    commit_fixture(folder / "files", folder / "repository")
    os.environ |= {"XDG_STATE_HOME": str(folder / "state"), "ANTHROPIC_API_KEY": "none"}
    with _endpoint(shell) as url:
        os.environ["ANTHROPIC_BASE_URL"] = url
        run = _run(folder / "repository")
    transcript = folder / "transcripts" / "speed"
    record(run, transcript, "../../files", "answered by a script", {}, exit_code)
    return transcript


def _run(repository: Path) -> Path:
    from mlops_agent.drivers.anthropic.driver import AnthropicDriver
    from mlops_agent.drivers.anthropic.models import resolve

    driver = AnthropicDriver(resolve("opus", {}, {}))
    result = run_request(Request(text=ASKED), repository, RunOptions(), driver=driver)
    return Path(result.journal).parent


@contextmanager
def _endpoint(shell: bool) -> Iterator[str]:
    left = [*enumerate(calls(shell), start=1)]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            number, (tool, values) = left.pop(0)
            content = [
                {"type": "text", "text": f"Step {number}."},
                {"type": "tool_use", "id": f"toolu_{number}", "name": tool, "input": values},
            ]
            data = json.dumps(
                {
                    "id": f"msg_{number}", "type": "message", "role": "assistant",
                    "model": asked["model"], "content": content, "stop_reason": "tool_use",
                    "stop_sequence": None, "usage": {"input_tokens": 900, "output_tokens": 60},
                }
            ).encode()  # fmt: skip
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), shell="--shell" in sys.argv))
