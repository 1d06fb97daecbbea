"""A Messages API on loopback that answers as it is told, and keeps what it was asked.

Real HTTP, plain and streamed, so that the SDK and its retries are part of what is tested.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Block = dict[str, Any]
KEY = "sk-ant-test-0123456789abcdefghijklmnop"
FAST = {"retry-after-ms": "1"}
USAGE = {
    "input_tokens": 100,
    "output_tokens": 20,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 0,
}
UNTOLD: dict[str, Any] = {"usage": ...}
"""Fields of a `Reply` whose message tells no usage."""


@dataclass(frozen=True)
class Reply:
    """A message of the model; a field that is `...` is left out of it.

    `events` is how many of its events a stream sends before the connection closes, `ends` whether
    that looks like the end of the stream.
    """

    content: Sequence[Any]
    stop: str | None = ""
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    events: int | None = None
    ends: bool = False

    def message(self, number: int, model: str) -> dict[str, Any]:
        calls = any(isinstance(one, dict) and one.get("type") == "tool_use" for one in self.content)
        whole = {
            "id": f"msg_{number:04}",
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": list(self.content),
            "stop_reason": ("tool_use" if calls else "end_turn") if self.stop == "" else self.stop,
            "stop_sequence": None,
            "usage": USAGE,
            **self.fields,
        }
        return {key: value for key, value in whole.items() if value is not ...}


@dataclass(frozen=True)
class Failure:
    """An answer with an HTTP status that is none of success."""

    status: int
    kind: str = "api_error"
    message: str = "scripted"
    headers: Mapping[str, str] = field(default_factory=lambda: dict(FAST))


@dataclass(frozen=True)
class Raw:
    """Bytes with status 200."""

    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True)
class Closed:
    """No answer: the connection closes after `seconds`."""

    seconds: float = 0.0


Answer = Reply | Failure | Raw | Closed


@dataclass(frozen=True)
class Heard:
    """One request as it came; `headers` have small letters."""

    path: str
    headers: dict[str, str]
    raw: bytes
    at: float

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.raw)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self.body["messages"]

    def results(self) -> list[Block]:
        return [one for one in blocks_of(self.messages) if one["type"] == "tool_result"]

    def uses(self) -> list[Block]:
        return [one for one in blocks_of(self.messages) if one["type"] == "tool_use"]


Chooser = Callable[[Heard], Answer]


def blocks_of(messages: Iterable[Mapping[str, Any]]) -> Iterator[Block]:
    """All blocks of some messages, in order."""
    for message in messages:
        yield from message["content"]


def text(said: str) -> Block:
    return {"type": "text", "text": said}


def thinking(thought: str, signature: str = "c2ln") -> Block:
    return {"type": "thinking", "thinking": thought, "signature": signature}


_numbers = itertools.count(1)


def use(tool: str, **values: Any) -> Block:  # noqa: ANN401
    """A call with an id of its own."""
    return {"type": "tool_use", "id": f"toolu_{next(_numbers):06}", "name": tool, "input": values}


def says(*blocks: Block, stop: str = "") -> Reply:
    return Reply(blocks, stop)


def by_results(replies: Sequence[Answer]) -> Chooser:
    """Each answer by how many tool results the request holds, so that a resumed run goes on."""
    return lambda heard: replies[min(len(heard.results()), len(replies) - 1)]


class ScriptedApi:
    """Serves its answers in order, the last one again and again; or asks a function for each.

    `requests` are the POSTs to /v1/messages, `counts` those to /v1/messages/count_tokens.
    """

    def __init__(self, answers: Sequence[Answer] | Chooser, counted: int | Failure = 1000) -> None:
        self._answers = answers
        self.counted = counted
        self.requests: list[Heard] = []
        self.counts: list[Heard] = []
        self.lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def environment(self) -> dict[str, str]:
        """What leads the SDK here."""
        return {
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{self._server.server_address[1]}",
            "ANTHROPIC_API_KEY": KEY,
        }

    def answer(self, heard: Heard) -> tuple[Answer, int]:
        """The answer to a request, and the request's number."""
        with self.lock:
            self.requests.append(heard)
            number = len(self.requests)
        if callable(self._answers):
            return self._answers(heard), number
        return self._answers[min(number, len(self._answers)) - 1], number


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: ScriptedApi) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        heard = Heard(self.path.split("?")[0], headers, raw, time.monotonic())
        if heard.path.endswith("/count_tokens"):
            self.server.api.counts.append(heard)
            counted = self.server.api.counted
            if isinstance(counted, Failure):
                self._give(counted, 0, heard.body)
            else:
                self._send(200, json.dumps({"input_tokens": counted}).encode())
            return
        answer, number = self.server.api.answer(heard)
        self._give(answer, number, heard.body)

    def _give(self, answer: Answer, number: int, body: dict[str, Any]) -> None:
        match answer:
            case Reply():
                message = answer.message(number, str(body["model"]))
                if body.get("stream"):
                    self._stream(message, answer)
                else:
                    # Surrogates and the like go out as the escapes that a model can write.
                    self._send(200, json.dumps(message).encode())
            case Failure(status, kind, said, headers):
                error = {"type": "error", "error": {"type": kind, "message": said}}
                self._send(status, json.dumps(error).encode(), headers=headers)
            case Raw(data, content_type):
                self._send(200, data, content_type)
            case Closed(seconds):
                time.sleep(seconds)
                self.close_connection = True

    def _send(
        self,
        status: int,
        data: bytes,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        sent = {"content-type": content_type, "content-length": str(len(data)), **(headers or {})}
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, message: dict[str, Any], answer: Reply) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for event in itertools.islice(_events(message), answer.events):
            data = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        # Without the last chunk the client sees that the connection was cut.
        if answer.events is None or answer.ends:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True


def _events(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}}
    for index, block in enumerate(message["content"]):
        begun, deltas = _opened(block)
        yield {"type": "content_block_start", "index": index, "content_block": begun}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    ends = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    output = (message.get("usage") or {}).get("output_tokens", 0)
    yield {"type": "message_delta", "delta": ends, "usage": {"output_tokens": output}}
    yield {"type": "message_stop"}


def _opened(block: Block) -> tuple[Block, list[Block]]:
    """A block as a stream opens it, and what follows."""
    if block["type"] == "text":
        return text(""), [{"type": "text_delta", "text": block["text"]}]
    if block["type"] == "thinking":
        signed = {"type": "signature_delta", "signature": block["signature"]}
        return thinking("", ""), [
            {"type": "thinking_delta", "thinking": block["thinking"]},
            signed,
        ]
    given = json.dumps(block["input"])
    half = len(given) // 2
    return {**block, "input": {}}, [
        {"type": "input_json_delta", "partial_json": part} for part in (given[:half], given[half:])
    ]
