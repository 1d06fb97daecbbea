"""The entry point: as little as can be outside the reach of its handler.

Ctrl-C in the first moments, while the rest is imported, is an interrupt like any other.
"""

import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with the code that `exit_codes` documents."""
    try:
        from mlops_agent.cli.surroundings import open_missing_streams

        open_missing_streams()
        from mlops_agent.cli.commands import run_command_line

        code = run_command_line()
    except KeyboardInterrupt:
        sys.stderr.write("mlops-agent: interrupted\n")
        code = _INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    main()
