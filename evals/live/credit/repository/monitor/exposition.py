"""The text file that the node exporter picks up."""

import time
from pathlib import Path


def expose(file: Path, drift: dict[str, float], applications: int) -> None:
    """Replace the file as a whole: the exporter may read at any moment."""
    lines = ["# TYPE credit_feature_psi gauge"]
    lines += [f'credit_feature_psi{{feature="{name}"}} {index:.6f}' for name, index in drift.items()]
    lines += ["# TYPE credit_week_applications gauge", f"credit_week_applications {applications}"]
    lines += ["# TYPE credit_drift_last_run_seconds gauge"]
    lines += [f"credit_drift_last_run_seconds {time.time():.0f}"]
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text("\n".join(lines) + "\n")
    new.replace(file)
