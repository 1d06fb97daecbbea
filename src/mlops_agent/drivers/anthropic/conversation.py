"""The messages of a run, built from its history alone, and their digest.

A message never changes once it is built: the endpoint's cache rests on that, and so does replay.
Tool results carry the id of their call, since that is what claims cite.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeGuard

from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.model import Prompt
from mlops_agent.drivers.anthropic.replies import Block
from mlops_agent.drivers.anthropic.stops import THOUGHTS, is_blank, next_step, waits
from mlops_agent.drivers.base import Exchange
from mlops_agent.drivers.volatile import digest, exact_digest
from mlops_agent.texts import render

Message = dict[str, Any]

_EMPTY: Message = {"input": {}}
_WORD = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""What endpoints take for an id and for a tool's name."""
_NO_TOOL = "invalid"
NEARLY_FULL = 0.7
"""The share of the context window from which the model is asked to come to an end."""


class Conversation:
    """The messages of one run, extended as its history grows.

    Args:
        first: the first user message.
        window: the model's context in tokens, or None where it is not known.
    """

    def __init__(self, first: str, window: int | None) -> None:
        self._window = window
        self._told = 0
        self._ids: set[str] = set()
        self.messages: list[Message] = []
        self._digests: list[str] = []
        self._frozen: tuple[Prompt, str, str] | None = None
        self._add("user", [_text(first)])

    def extend(self, history: Sequence[Exchange]) -> None:
        """Take in the exchanges of a history that are not in yet; it must begin like the last."""
        for number, exchange in enumerate(history[self._told :], self._told + 1):
            said, names = self._said(exchange, number)
            if said:
                self._add("assistant", said)
            answer = self._answer(exchange, names)
            if answer:
                self._add("user", answer)
            self._told = number

    def digest(self) -> str:
        """SHA-256 over the digests of all messages, in order."""
        return exact_digest(self._digests)

    def frozen_digests(self, prompt: Prompt) -> tuple[str, str]:
        """SHA-256 of the system text and of the tools, worked out once for a prompt."""
        if self._frozen is None or self._frozen[0] is not prompt:
            self._frozen = prompt, exact_digest(prompt.system), exact_digest(prompt.tools)
        return self._frozen[1:]

    def _add(self, role: str, content: list[Block]) -> None:
        message = {"role": role, "content": content}
        self.messages.append(message)
        self._digests.append(digest(message))

    def _said(self, exchange: Exchange, number: int) -> tuple[list[Block], list[str]]:
        """The model's blocks as they came, and the id that each of its calls is answered under.

        An id that was there before gets another one: endpoints refuse a request that repeats it.
        They refuse one where a thought is a message's last block too, so those are left out.
        """
        reply, said = exchange.turn.reply, list[Block]()
        names: list[str] = []
        for block in _blocks(exchange) if reply is None else reply.content:
            if is_blank(block):
                continue
            if block.get("type") != "tool_use":
                said.append(block)
                continue
            names.append(self._own_id(block, f"toolu_t{number}c{len(names) + 1}"))
            said.append(_use(block, names[-1]))
        while said and said[-1].get("type") in THOUGHTS:
            said.pop()
        return said, names

    def _own_id(self, block: Block, otherwise: str) -> str:
        given = block.get("id")
        name = given if _is_word(given) and given not in self._ids else otherwise
        while name in self._ids:
            name += "x"
        self._ids.add(name)
        return name

    def _answer(self, exchange: Exchange, names: list[str]) -> list[Block]:
        results = [
            _result(name, result) for name, result in zip(names, exchange.results, strict=False)
        ]
        results += [_not_made(name) for name in names[len(results) :]]
        reply = exchange.turn.reply
        if reply is None:
            return results
        step = next_step(reply.stop_reason)
        if step == "wait" and waits(reply):
            return []
        if not results or step == "cut":
            results.append(_text(render("prompt-nudge.md.j2", step=step)))
        if self._nearly_full(exchange):
            results.append(_text(render("prompt-nudge.md.j2", step="nearly-full")))
        return results

    def _nearly_full(self, exchange: Exchange) -> bool:
        reply = exchange.turn.reply
        if reply is None or reply.tokens is None or self._window is None:
            return False
        return reply.tokens.prompt() + reply.tokens.output > NEARLY_FULL * self._window


def _blocks(exchange: Exchange) -> list[Block]:
    """A turn that no model decided, told as if one had."""
    said = [_text(exchange.turn.text)]
    return said + [
        {"type": "tool_use", "id": call.id, "name": call.tool, "input": call.input}
        for call in exchange.turn.calls
    ]


def _use(block: Block, name: str) -> Block:
    """A call with the id that it is answered under, and in a shape that endpoints take."""
    tool = block.get("name")
    return {
        **block,
        "id": name,
        "name": tool if _is_word(tool) else _NO_TOOL,
        **({} if isinstance(block.get("input"), dict) else _EMPTY),
    }


def _is_word(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _WORD.fullmatch(value) is not None


def _result(name: str, result: ToolResult) -> Block:
    block: Block = {
        "type": "tool_result",
        "tool_use_id": name,
        "content": f"[{result.call}]\n{result.text}",
    }
    return block if result.ok else {**block, "is_error": True}


def _not_made(name: str) -> Block:
    told = "this call was not made"
    return {"type": "tool_result", "tool_use_id": name, "content": told, "is_error": True}


def _text(text: str) -> Block:
    return {"type": "text", "text": text}
