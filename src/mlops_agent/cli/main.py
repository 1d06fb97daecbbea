"""The entry point: as little as can be outside the reach of its handler.

Ctrl-C in the first moments, while the rest is imported, is an interrupt like any other.
"""

import os
import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with the code that `exit_codes` documents."""
    # Looking for plugins of pydantic reads the metadata of all that is installed; none is wanted.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
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
