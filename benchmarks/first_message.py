"""How long the first message is that a model gets of a repository, and the part that never changes.

No tokenizer is at hand offline: tokens are estimated at three characters each, about what paths and
code come to; prose takes fewer. All checkouts of 150 to 300 files are measured, and the largest.

    python benchmarks/first_message.py --corpus CHECKOUTS
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from figures import Figure, show, skipped
from generated_repo import generate

from mlops_agent.contracts.change import Declaration
from mlops_agent.contracts.model import Prompt
from mlops_agent.contracts.request import Request
from mlops_agent.drivers.anthropic.facts import facts
from mlops_agent.drivers.anthropic.models import resolve
from mlops_agent.drivers.anthropic.prompting import prompt_for
from mlops_agent.drivers.base import Briefing
from mlops_agent.engine.toolbox import notes, toolbox
from mlops_agent.errors import MlopsAgentError
from mlops_agent.tools.desk import Desk
from mlops_agent.tools.survey import Survey

CHARACTERS_A_TOKEN = 3.0
LIMIT_TOKENS = 2500
FEWEST, MOST = 150, 300
LARGEST = 3
SHOWN_TOOLS = 3
REQUEST = "The nightly retraining promotes a model even when the evaluation failed."


def figures(
    corpus: Path | None, fewest: int = FEWEST, most: int = MOST, limit: int = LIMIT_TOKENS
) -> list[Figure]:
    """The first message of each checkout that counts, and the fixed part."""
    name = f"first message, repositories of {fewest} to {most} files"
    if corpus is None:
        return [
            skipped(name, f"<= {limit} tokens", "no folder of checkouts given"),
            *fixed(),
        ]
    counted = sorted((_files(one), one) for one in corpus.iterdir() if (one / ".git").exists())
    chosen = [pair for pair in counted if fewest <= pair[0] <= most]
    rows: list[Figure] = []
    longest = 0
    for files, folder in chosen + [pair for pair in counted[-LARGEST:] if pair not in chosen]:
        print(f"measuring: {folder.name}", file=sys.stderr)
        told, first = measured(lambda folder=folder: folder)
        if files <= most:
            longest = max(longest, tokens(first))
        said = f"map and findings {tokens(told)} tokens ({len(told)} characters), all of it "
        said += f"{tokens(first)} ({len(first)})"
        rows.append(Figure(f"- {folder.name}, {files} files", "", said, None))
    said = f"at most {longest} tokens (estimate), {len(chosen)} repositories"
    summary = Figure(name, f"<= {limit} tokens", said, longest <= limit)
    return [summary, *rows, *fixed()]


def measured(base: Callable[[], Path]) -> tuple[str, str]:
    """The facts of a repository and its whole first message, or the reason why there is none."""
    survey = Survey(base)
    try:
        return facts(survey), prompt(survey).first
    except MlopsAgentError as error:
        return "", str(error)


def fixed() -> list[Figure]:
    """System text and tools, which are the same for every repository and request."""
    with tempfile.TemporaryDirectory(prefix="first-message-") as folder:
        generate(Path(folder), ("churn",))
        made = prompt(Survey(lambda: Path(folder)))
    sizes = {tool["name"]: tokens(_json(tool)) for tool in made.tools}
    largest = sorted(sizes, key=lambda name: -sizes[name])[:SHOWN_TOOLS]
    said = (
        f"system text {tokens(made.system)} tokens, {len(sizes)} tools {sum(sizes.values())}, of "
        f"them {', '.join(f'{name} {sizes[name]}' for name in largest)}"
    )
    return [Figure("fixed part of each request", "", f"{said} (estimate)", None)]


def prompt(survey: Survey) -> Prompt:
    """What a model is told at the beginning of a run."""
    request = Request(text=REQUEST)
    desk = Desk(request=request, survey=survey, accept=_accepted)
    return prompt_for(Briefing(request, survey, notes(toolbox(desk))), resolve("opus", {}, {}))


def tokens(text: str) -> int:
    """The estimate, rounded."""
    return round(len(text) / CHARACTERS_A_TOKEN)


def _accepted(_: Declaration) -> bool:
    return True


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _files(folder: Path) -> int:
    words = ["git", "-C", str(folder), "ls-files", "-z"]
    return subprocess.run(words, capture_output=True, check=True).stdout.count(b"\0")


def main(arguments: list[str]) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description="How long the first message is.")
    parser.add_argument("--corpus", type=Path, help="folder of checkouts, OWNER__NAME each")
    return show(figures(parser.parse_args(arguments).corpus))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
