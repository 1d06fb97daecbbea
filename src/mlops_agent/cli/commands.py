"""The table of commands, each loaded when it is used, and what their ends come to.

`--help` imports nothing but click, so it stays quick; a user's mistake is one line and an exit
code, never a traceback.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import NamedTuple

import click

from mlops_agent._version import __version__
from mlops_agent.cli.surroundings import advice_on, drop_output, visible
from mlops_agent.errors import MlopsAgentError
from mlops_agent.exit_codes import ExitCode


class Entry(NamedTuple):
    """Where a command lives (module, attribute) and its line in the overview."""

    module: str
    attribute: str
    help: str


COMMANDS: dict[str, Entry] = {
    "map": Entry("mlops_agent.cli.map", "map_", "Show how a model gets from data to production."),
    "audit": Entry("mlops_agent.cli.audit", "audit", "List the risks on that path, worst first."),
    "explain": Entry("mlops_agent.cli.explain", "explain", "Show a rule's page, or all rules."),
    "route": Entry("mlops_agent.cli.route", "route", "Say whose work a request is; pack the rest."),
    "clarify": Entry("mlops_agent.cli.clarify", "clarify", "Ask what a plan has to know."),
    "plan": Entry("mlops_agent.cli.plan", "plan", "Plan ten gates, each threshold derived."),
    "run": Entry("mlops_agent.cli.run", "run", "Do the whole job: map, change, prove, report."),
    "check": Entry(
        "mlops_agent.cli.check", "check", "Check a report against its journal and diff."
    ),
    "runs": Entry("mlops_agent.cli.runs", "runs", "List earlier runs."),
    "resume": Entry("mlops_agent.cli.resume", "resume", "Continue a run that stopped or asked."),
    "undo": Entry("mlops_agent.cli.undo", "undo", "Take back what a run left in the repository."),
    "eval": Entry("mlops_agent.cli.eval", "eval_", "List, replay or export recorded runs."),
    "install": Entry("mlops_agent.cli.install", "install", "Copy skill and agent to a client."),
    "doctor": Entry("mlops_agent.cli.doctor", "doctor", "Show what this machine has."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when one is called, not when the overview is shown."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or None for a name that is not in the table."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = getattr(importlib.import_module(entry.module), entry.attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mlops-agent")
def cli() -> None:
    """The MLOps engineer of your repository.

    Maps how a model gets from data to production, names the risk that matters most, makes the
    smallest change that removes it, and proves the change. Works offline, with no key.
    """


def run_command_line() -> int:
    """Run the command line and return the code that `exit_codes` documents."""
    code = _run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        drop_output()
    except OSError as error:
        drop_output()
        # Else it was said already, when the command itself met it.
        code = code if code == ExitCode.BAD_INPUT else _failed(error)
    return code


def _run() -> int:
    stream = sys.stdout
    try:
        code = cli.main(standalone_mode=False)
    except MlopsAgentError as error:
        _complain(str(error), error.hint)
        return int(error.exit_code)
    except click.exceptions.Abort:
        _complain("interrupted", "")
        return int(ExitCode.INTERRUPTED)
    except click.ClickException as error:
        error.show()
        return int(ExitCode.BAD_INPUT)
    except SystemExit:
        # The reader (head, less) went away: click wraps the stream and exits with 1, which would
        # mean findings. Every other exit is shell completion's.
        if sys.stdout is stream:
            raise
        drop_output()
        return int(ExitCode.DONE)
    except Exception as error:
        return _failed(error)
    return code if isinstance(code, int) else int(ExitCode.DONE)


def _failed(error: Exception) -> int:
    if os.environ.get("MLOPS_AGENT_TRACEBACK"):
        raise error
    advice = advice_on(error) if isinstance(error, OSError) else None
    if advice is not None:
        _complain(*advice)
        return int(ExitCode.BAD_INPUT)
    _complain(
        f"a bug in mlops-agent: {type(error).__name__}: {error}",
        "run again with MLOPS_AGENT_TRACEBACK=1 and report what it prints",
    )
    return int(ExitCode.BUG)


def _complain(message: str, hint: str) -> None:
    # A file name or a key of the repository may hold what a terminal obeys.
    message, hint = visible(message), visible(hint)
    click.echo(f"mlops-agent: {message}" + (f"\n  {hint}" if hint else ""), err=True)
