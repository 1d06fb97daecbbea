"""What each stop reason of the Messages API leads to: one table, one next step each."""

from __future__ import annotations

from typing import Literal

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


def next_step(stop_reason: str) -> Next:
    """The next step after a reply; a reason that is not in the table is taken as `act`."""
    return NEXT.get(stop_reason, "act")


def waits(stop_reason: str) -> bool:
    """Whether a turn that stopped for this reason is none of those that can't be used.

    A refusal and a full window end the run by themselves: neither is one more turn without a call.
    """
    return next_step(stop_reason) in {"wait", "refused", "full"}
