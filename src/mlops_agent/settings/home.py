"""Where the operator's word on drivers can stand; what the file says is `operator`'s to read."""

from __future__ import annotations

import os
from pathlib import Path

NAME = "config.toml"
VARIABLE = "MLOPS_AGENT_DRIVER"


def operator_file() -> Path:
    """Where the configuration lies: $XDG_CONFIG_HOME/mlops-agent, or below ~/.config."""
    # The XDG base directory specification: a relative value is to be ignored.
    configured = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(configured) if configured.startswith("/") else Path.home() / ".config"
    return base / "mlops-agent" / NAME


def names_no_driver() -> bool:
    """Whether neither the environment nor a configuration can name a driver.

    A file that cannot be looked at can name one.
    """
    if os.environ.get(VARIABLE):
        return False
    try:
        operator_file().stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
