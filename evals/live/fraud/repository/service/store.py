"""The model store: versions that never change, and aliases that say which one is used for what.

    python -m service.store show
    python -m service.store promote VERSION
"""

import json
import os
import sys
from pathlib import Path


def root() -> Path:
    """Where the store is mounted."""
    return Path(os.environ["FRAUD_STORE"])


def aliases() -> dict[str, str]:
    """Alias to version; empty before the first release."""
    file = root() / "aliases.json"
    return json.loads(file.read_text()) if file.exists() else {}


def write(names: dict[str, str]) -> None:
    """Replace all aliases at once, so that a pod never reads half of them."""
    new = root() / "aliases.json.new"
    new.write_text(json.dumps(names, indent=1))
    new.replace(root() / "aliases.json")


def load(alias: str) -> tuple[str, dict]:
    """The version behind an alias, and its model."""
    version = aliases()[alias]
    return version, json.loads((root() / "versions" / version / "model.json").read_text())


def promote(version: str) -> None:
    """Make a version the champion and remember the one before."""
    if not (root() / "versions" / version / "model.json").exists():
        sys.exit(f"there is no version {version}")
    names = aliases()
    if "champion" in names:
        names["previous"] = names["champion"]
    write(names | {"champion": version})


def main(words: list[str]) -> None:
    """The command line."""
    if words == ["show"]:
        print(json.dumps(aliases()))
    elif len(words) == 2 and words[0] == "promote":
        promote(words[1])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
