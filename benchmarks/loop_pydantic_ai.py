"""Contestant: pydantic-ai's agent on the same endpoint.

ANTHROPIC_BASE_URL=http://127.0.0.1:PORT python benchmarks/loop_pydantic_ai.py
"""

from __future__ import annotations

from loop_marks import Marks
from loop_tools import TASK, numbered, shell
from pydantic_ai import Agent
from pydantic_ai.models.anthropic import AnthropicModel, AnthropicModelSettings
from pydantic_ai.usage import UsageLimits

REQUESTS = 1000
UNSTREAMED = AnthropicModelSettings(max_tokens=16_000)
"""As the others ask; with its own default it streams, which the script does not speak."""


def Read(path: str, offset: int, limit: int) -> str:
    """Read a text file of the repository, with line numbers.

    Args:
        path: relative to the repository's root.
        offset: the first line wanted, from 1.
        limit: how many lines.
    """
    return numbered(path, offset, limit)


def Bash(command: str) -> str:
    """Run a command in bash.

    Args:
        command: the command line.
    """
    return shell(command)


def main() -> None:
    """Run until the model makes no more calls."""
    marks = Marks()
    agent = Agent(tools=[Read, Bash], model_settings=UNSTREAMED)
    marks.begin()
    model = AnthropicModel("claude-opus-5-5")
    agent.run_sync(TASK, model=model, usage_limits=UsageLimits(request_limit=REQUESTS))
    marks.end()
    marks.tell()


if __name__ == "__main__":
    main()
