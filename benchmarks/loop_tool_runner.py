"""Contestant: the SDK's own tool runner, with the whole history in each request.

ANTHROPIC_BASE_URL=http://127.0.0.1:PORT python benchmarks/loop_tool_runner.py
"""

from __future__ import annotations

from anthropic import Anthropic, beta_tool
from loop_marks import Marks
from loop_tools import TASK, numbered, shell


@beta_tool
def Read(path: str, offset: int, limit: int) -> str:
    """Read a text file of the repository, with line numbers.

    Args:
        path: relative to the repository's root.
        offset: the first line wanted, from 1.
        limit: how many lines.
    """
    return numbered(path, offset, limit)


@beta_tool
def Bash(command: str) -> str:
    """Run a command in bash.

    Args:
        command: the command line.
    """
    return shell(command)


def main() -> None:
    """Run until the model makes no more calls."""
    marks = Marks()
    marks.begin()
    client = Anthropic()
    runner = client.beta.messages.tool_runner(
        model="claude-opus-5-5",
        max_tokens=16_000,
        tools=[Read, Bash],
        messages=[{"role": "user", "content": TASK}],
        thread=False,
    )
    runner.until_done()
    marks.end()
    marks.tell()


if __name__ == "__main__":
    main()
