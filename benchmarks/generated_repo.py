"""Makes the repository that `map` is measured on: ten models, ten files each, as one finds them.

Data preparation, features, training, evaluation, promotion, service, workflow, deployment, alerts
and parameters, about 75 lines a file, filled from the templates in seed/. The same bytes each time.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

NAMES = (
    "churn",
    "fraud",
    "credit",
    "pricing",
    "demand",
    "uplift",
    "ranking",
    "returns",
    "claims",
    "leads",
)
PLACES = {
    "data.py": "{name}/data.py",
    "features.py": "{name}/features.py",
    "train.py": "{name}/train.py",
    "evaluate.py": "{name}/evaluate.py",
    "promote.py": "{name}/promote.py",
    "service.py": "{name}/service.py",
    "params.yaml": "{name}/params.yaml",
    "workflow.yml": ".github/workflows/{name}.yml",
    "deployment.yaml": "deploy/{name}/deployment.yaml",
    "alerts.yaml": "monitoring/{name}.yaml",
}
COLUMNS = tuple(
    f"{what}_{when}"
    for what in ("amount", "orders", "visits", "calls", "refunds", "balance")
    for when in ("week", "month", "quarter")
)
_SEED = Path(__file__).resolve().parent / "seed"


def generate(folder: Path, names: tuple[str, ...] = NAMES) -> int:
    """Write the repository into `folder`, commit it, and return how many files it has."""
    texts = Environment(
        loader=FileSystemLoader(_SEED),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,
    )
    for number, name in enumerate(names):
        fields = {"name": name, "columns": COLUMNS, "minute": number, "gate": 0.7 + number / 100}
        for seed, place in PLACES.items():
            path = folder / place.format(name=name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts.get_template(f"{seed}.j2").render(fields), encoding="utf-8")
    _commit(folder)
    return len(names) * len(PLACES)


def _commit(folder: Path) -> None:
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    identity += ["-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "Ten models"]):
        subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)
