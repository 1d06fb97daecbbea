"""A Messages API on loopback that asks for one tool call a turn, so many turns, and then the end.

A process of its own, standard library only. What it was sent and how long the client took from one
reply to the next request is asked of it afterwards: GET /record.

    python benchmarks/loop_server.py --turns 50 --tool Read
"""

from __future__ import annotations

import argparse
import json
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

FILE = "churn/service.py"
LINES = 40
Block = dict[str, Any]
INPUTS = {
    "Read": lambda turn: {"path": FILE, "offset": turn, "limit": LINES},
    "Bash": lambda turn: {"command": f"echo turn {turn}"},
}
"""What each turn asks for: never the same twice, since our loop stops what goes in circles."""


class Script(HTTPServer):
    """The turns to ask for, and the record of what came. One client, one connection at a time."""

    def __init__(self, turns: int, tool: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.turns = turns
        self.tool = tool
        self.requests: list[dict[str, Any]] = []
        self.gaps: list[float] = []
        self.answered = 0.0

    def reply(self, body: dict[str, Any]) -> dict[str, Any]:
        """The reply to a request: the turn's call, or after the last of them the end."""
        turn = len(self.requests)
        content = [{"type": "text", "text": f"Turn {turn}: I look at the next part."}]
        if turn <= self.turns:
            content.append(_use(turn, self.tool, INPUTS[self.tool](turn)))
        elif any(tool["name"] == "NoChange" for tool in body["tools"]):
            content.append(_use(turn, "NoChange", {"why": "the script is at its end"}))
        return {
            "id": f"msg_{turn:04}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": "tool_use" if len(content) > 1 else "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 100 * turn, "output_tokens": 40},
        }

    def record(self) -> dict[str, Any]:
        """What came: the bodies, the seconds from reply to request, the answered calls."""
        return {"requests": self.requests, "gaps": self.gaps, "results": _results(self.requests)}


class Handler(BaseHTTPRequestHandler):
    """One exchange."""

    server: Script
    protocol_version = "HTTP/1.1"
    # A small reply in two packets would wait for the client's delayed acknowledgement.
    wbufsize = -1

    def do_POST(self) -> None:
        """Take a request and reply; the gap ends where the request's head was read."""
        if self.server.answered:
            self.server.gaps.append(time.perf_counter() - self.server.answered)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append(body)
        self._send(self.server.reply(body))
        self.server.answered = time.perf_counter()

    def do_GET(self) -> None:
        """Tell the record."""
        self._send(self.server.record())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the record tells all."""

    def _send(self, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()


def _use(turn: int, tool: str, given: dict[str, Any]) -> Block:
    return {"type": "tool_use", "id": f"toolu_{turn:04}", "name": tool, "input": given}


def _results(requests: list[dict[str, Any]]) -> int:
    """The good tool results that the last request holds."""
    blocks = [
        block
        for message in (requests[-1]["messages"] if requests else [])
        if isinstance(message["content"], list)
        for block in message["content"]
    ]
    return sum(one["type"] == "tool_result" and not one.get("is_error") for one in blocks)


def main() -> None:
    """Print the port and serve until somebody ends the process."""
    parser = argparse.ArgumentParser(description="A scripted Messages API on loopback.")
    parser.add_argument("--turns", type=int, default=50)
    parser.add_argument("--tool", choices=sorted(INPUTS), default="Read")
    given = parser.parse_args()
    server = Script(given.turns, given.tool)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
