"""Do pods that start after a rollback load the model of the release before? Exit 0: yes, 1: no.

Releases 13, then 14, then runs scripts/rollback.sh, on a store in the tree. A stand-in for kubectl
notes which champion a pod would load at each restart.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

STORE = Path("verify/store").absolute()
PROGRAMS = Path("verify/bin").absolute()
LOG = Path("verify/started").absolute()
KUBECTL = f"""#!/bin/sh
case "$*" in
  *"rollout restart"*|*"rollout undo"*) cat '{STORE}/aliases.json' | tr -d '\\n' >> '{LOG}'
    echo >> '{LOG}' ;;
esac
"""


def run(*argv: str) -> int:
    """Run a script as the on-call person does."""
    path = f"{PROGRAMS}:{os.environ['PATH']}"
    environment = os.environ | {"FRAUD_STORE": str(STORE), "PATH": path}
    return subprocess.run(argv, check=False, env=environment).returncode


def prepare() -> None:
    """Two versions in the store, and a kubectl."""
    for version in ("13", "14"):
        (STORE / "versions" / version).mkdir(parents=True)
        model = {"weights": [0, 0, 0, 0], "bias": 0.0}
        (STORE / "versions" / version / "model.json").write_text(json.dumps(model))
    PROGRAMS.mkdir()
    (PROGRAMS / "kubectl").write_text(KUBECTL)
    (PROGRAMS / "kubectl").chmod(0o755)


def main() -> int:
    """Two releases and a rollback."""
    prepare()
    for version in ("13", "14"):
        if run("bash", "scripts/release.sh", version) != 0:
            print("could not tell: the release failed")
            return 2
    LOG.unlink()
    code = run("bash", "scripts/rollback.sh")
    started = LOG.read_text().splitlines() if LOG.exists() else []
    loaded = [json.loads(line)["champion"] for line in started]
    print(f"rollback exits with {code}; pods were started with champion {loaded}")
    return 0 if code == 0 and loaded and loaded[-1] == "13" else 1


if __name__ == "__main__":
    sys.exit(main())
