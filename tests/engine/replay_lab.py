"""Recorded model runs to play back: a Messages API on loopback that says what it was told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from mlops_agent.contracts.journal import AnyEvent, Event
from mlops_agent.contracts.request import Request
from mlops_agent.journal.chain import FIRST, encode, link

Block = dict[str, Any]


def said(text: str) -> Block:
    return {"type": "text", "text": text}


def use(number: int, tool: str, **values: Any) -> Block:  # noqa: ANN401
    return {"type": "tool_use", "id": f"toolu_{number:02}", "name": tool, "input": values}


@contextmanager
def speaking(replies: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Serve these replies in order, one a request; the value is the base URL."""
    left = list(replies)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            data = json.dumps({"model": asked["model"], **left.pop(0)}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def reply(*content: Block, stop: str = "") -> dict[str, Any]:
    """A whole message of the API."""
    calls = any(block["type"] == "tool_use" for block in content)
    return {
        "id": "msg_01", "type": "message", "role": "assistant", "content": list(content),
        "stop_reason": stop or ("tool_use" if calls else "end_turn"), "stop_sequence": None,
        "usage": {"input_tokens": 900, "output_tokens": 20},
    }  # fmt: skip


def record(repo: Path, replies: Sequence[dict[str, Any]], text: str, turns: int = 80) -> Path:
    """Run a request with these replies over HTTP and return the journal."""
    from mlops_agent.drivers.anthropic.driver import AnthropicDriver
    from mlops_agent.drivers.anthropic.endpoint import Endpoint
    from mlops_agent.drivers.anthropic.models import resolve
    from mlops_agent.engine.limits import Limits
    from mlops_agent.engine.options import RunOptions
    from mlops_agent.engine.running import run_request

    driver = AnthropicDriver(resolve("opus", {}, {}), Endpoint())
    options = RunOptions(limits=Limits(turns=turns))
    result = run_request(Request(text=text), repo, options, driver=driver)
    return Path(result.journal)


def changed(journal: Path, to: Path, change: Callable[[AnyEvent], Event]) -> Path:
    """A journal with its events changed and chained anew, so that nothing but them is different."""
    from mlops_agent.journal.reading import read_journal

    previous, lines = FIRST, list[bytes]()
    for event in read_journal(journal):
        line = encode(change(event).model_copy(update={"previous": previous}))
        previous = link(line)
        lines.append(line + b"\n")
    to.write_bytes(b"".join(lines))
    return to
