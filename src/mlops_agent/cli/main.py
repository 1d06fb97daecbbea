"""The entry point: as little as can be outside the reach of its handler.

Ctrl-C in the first moments, while the rest is imported, is an interrupt like any other.
"""

import gc
import os
import sys

_INTERRUPTED = 130
_COLLECT_AFTER = 100_000
"""New objects before garbage is looked for: what imports make stays, and looking through it again
and again is a tenth of a short command."""


def main() -> None:
    """Run the command line and exit with the code that `exit_codes` documents."""
    gc.set_threshold(_COLLECT_AFTER)
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
    # All is written and closed: what is left need not be looked through once more on the way out.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
