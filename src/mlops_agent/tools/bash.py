"""The tool Bash: a command line in the worktree, confined."""

from __future__ import annotations

from pydantic import Field

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.sandbox.confine import SHELL
from mlops_agent.sandbox.output import SHOWN_BYTES
from mlops_agent.sandbox.policy.refusing import why_refused
from mlops_agent.tools.base import ToolError
from mlops_agent.tools.context import OUTPUTS, ToolContext
from mlops_agent.tools.read import OF_THE_RUN

DEFAULT_SECONDS = 120
MOST_SECONDS = 600


class BashInput(Record):
    """The command line, and how many seconds it may take."""

    command: str = Field(min_length=1)
    timeout: int = Field(default=DEFAULT_SECONDS, ge=1, le=MOST_SECONDS)


class Bash:
    """Run a command line with bash and pipefail in the worktree, in a sandbox without network.

    There is no terminal and no input; background processes end with the command. Standard output
    and error come together, the beginning and the end of them when they are long. Each call is a
    new shell. What it changes in the worktree counts as your change; git can be read, not written.
    A report can cite a call only for one command, or several joined by && and pipes: `;` and `||`
    hide how it went.
    """

    name = "Bash"
    Input = BashInput
    parallel = False

    def run(self, call: str, values: BashInput, context: ToolContext) -> ToolResult:
        """Run the command and return its output and exit code.

        Raises ToolError, with nothing run, for a command line that would change a live system.
        """
        alone = not context.sandbox.isolation.network
        judged, refusal = why_refused(values.command, context.allowed, own_loopback=alone)
        if refusal:
            raise ToolError(refusal)
        output = context.output_file(call)
        ran = context.sandbox.run(
            [*SHELL, values.command],
            cwd=context.worktree.path,
            read_only=context.guarded(),
            timeout=values.timeout,
            output=output,
        )
        notes: list[str] = []
        if output.stat().st_size > SHOWN_BYTES:
            notes.append(f"[Read {OF_THE_RUN}{OUTPUTS}/{output.name} for all of the output]")
        if ran.timed_out:
            notes.append(f"[stopped after {values.timeout} seconds]")
        elif ran.exit_code != 0:
            notes.append(f"[exit code {ran.exit_code}]")
        return ToolResult(
            call=call,
            tool=self.name,
            ok=ran.exit_code == 0,
            text="\n".join([ran.text.rstrip("\n"), *notes] if notes else [ran.text]),
            output_path=f"{OUTPUTS}/{output.name}",
            output_sha256=ran.sha256,
            command=values.command,
            exit_code=ran.exit_code,
            seconds=round(ran.seconds, 3),
            effect=judged.effect,
        )
