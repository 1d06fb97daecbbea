"""What each stop reason of the Messages API leads to: one table, one next step each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from mlops_agent.contracts.model import Reply

Next = Literal["act", "ask", "cut", "wait", "refused", "full"]

NEXT: dict[str, Next] = {
    "tool_use": "act",
    "end_turn": "ask",
    "stop_sequence": "ask",
    "max_tokens": "cut",
    "pause_turn": "wait",
    "refusal": "refused",
    "model_context_window_exceeded": "full",
}
"""act: run the calls. ask: the model talks and calls nothing, so it is asked to. cut: the reply hit
its token limit; its last call may be half a call. wait: send it back as it is, it goes on. refused
and full: the run ends with what there is."""
THOUGHTS = frozenset({"thinking", "redacted_thinking"})
"""Blocks that no message may end with."""


def next_step(stop_reason: str) -> Next:
    """The next step after a reply; a reason that is not in the table is taken as `act`."""
    return NEXT.get(stop_reason, "act")


def waits(reply: Reply) -> bool:
    """Whether a turn with this reply is none of those that can't be used, though nothing is called.

    A refusal and a full window end the run by themselves. A reply that is to go on has to have
    begun: sent back without a word of its own, the same request would be paid for again.
    """
    step = next_step(reply.stop_reason)
    if step == "wait":
        return _begun(reply.content)
    return step in {"refused", "full"}


def is_blank(block: dict[str, Any]) -> bool:
    """Whether a block is a text without a word, which endpoints do not take back."""
    return block.get("type") == "text" and not str(block.get("text", "")).strip()


def _begun(content: Iterable[dict[str, Any]]) -> bool:
    kept = [block.get("type") for block in content if not is_blank(block)]
    return "tool_use" not in kept and any(kind not in THOUGHTS for kind in kept)
