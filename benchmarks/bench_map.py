"""Cost of `read_lifecycle` on a checkout, in CPU seconds and peak memory, against `rg`.

    python benchmarks/bench_map.py CHECKOUT

Runs a cold reading (an empty cache), a warm one, and `rg --count-matches` for every marker of the
vocabulary on the same tree: the least that any tool must do that looks at all text once.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

READ = """
import resource, sys
from pathlib import Path
from mlops_agent.lifecycle.reading import read_lifecycle
read = read_lifecycle(Path(sys.argv[1]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(len(read.tracked), read.map.repo.read, len(read.map.assets), peak)
"""


def spent(argv: list[str], environment: dict[str, str]) -> tuple[float, str]:
    """CPU seconds (user and system) of a command, and its output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(argv, capture_output=True, text=True, env=environment, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, done.stdout.strip()


def main() -> None:
    """Print one line a measurement."""
    from mlops_agent.vocabulary.loader import frameworks

    checkout = sys.argv[1]
    markers = sorted({marker for framework in frameworks() for marker in framework.markers})
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder}
        patterns = Path(folder) / "markers"
        patterns.write_text("\n".join(markers) + "\n", encoding="utf-8")
        start, _ = spent(
            [sys.executable, "-c", "import mlops_agent.lifecycle.reading"], environment
        )
        cold, about = spent([sys.executable, "-c", READ, checkout], environment)
        warm, _ = spent([sys.executable, "-c", READ, checkout], environment)
        search = ["rg", "--count-matches", "--hidden", "-F", "-f", str(patterns), checkout]
        text, _ = spent(search, environment)
    files, read, assets, peak = about.split()
    print(f"{files} files, {read} read, {assets} assets, peak {peak} MiB")
    print(f"start-up {start:.2f} CPU s, cold {cold:.2f}, warm {warm:.2f}, rg {text:.2f}")
    print(f"cold is {cold / text:.1f} times rg, warm {warm / text:.1f} times")


if __name__ == "__main__":
    main()
