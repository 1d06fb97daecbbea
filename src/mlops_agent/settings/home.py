"""Where the operator's configuration lies; what it says is `operator`'s to read."""

from __future__ import annotations

import os
from pathlib import Path

NAME = "config.toml"


def operator_file() -> Path:
    """Where the configuration lies: $XDG_CONFIG_HOME/mlops-agent, or below ~/.config."""
    # The XDG base directory specification: a relative value is to be ignored.
    configured = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(configured) if configured.startswith("/") else Path.home() / ".config"
    return base / "mlops-agent" / NAME


def is_there() -> bool:
    """Whether there is such a file; one that cannot be looked at counts as there."""
    try:
        operator_file().stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
