"""What a run with a language model took, in words: tokens, share from the cache, dollars.

Unknown is said as unknown; it is never shown as nothing.
"""

from __future__ import annotations

from mlops_agent.contracts.report import RunResult, Usage


def spending(result: RunResult, sittings: int = 1) -> str:
    """One line on the model and what it took, in so many sittings; empty where no model decided."""
    if not result.model:
        return ""
    usage = result.usage
    turns = f"{usage.turns} turns" + (f" in {sittings} sittings" if sittings > 1 else "")
    return "; ".join([result.model, turns, _tokens(usage), _dollars(usage)])


def _tokens(usage: Usage) -> str:
    if usage.input_tokens is None or usage.output_tokens is None:
        return "tokens unknown"
    told = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"
    if usage.cache_read_tokens is None or not usage.input_tokens:
        return told
    share = usage.cache_read_tokens / usage.input_tokens
    return f"{told}, {share:.0%} of input read from cache".replace("%", " %") + _misses(usage)


def _misses(usage: Usage) -> str:
    reasons = list(dict.fromkeys(usage.cache_misses))
    counted = [f"{one} x{usage.cache_misses.count(one)}" for one in reasons]
    return f" (missed: {', '.join(counted)})" if counted else ""


def _dollars(usage: Usage) -> str:
    if usage.usd is None:
        return "USD unknown"
    return f"about {usage.usd:.2f} USD" if usage.usd >= 0.005 else "less than 0.01 USD"
