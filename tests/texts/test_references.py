"""The references against the real packages: names, flags, rules, and the code that they show."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import math
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCES = sorted((ROOT / "references").glob("*.md"))
CHECKED_PACKAGES = ("mlflow", "dvc", "evidently")
EXPECTED = {
    "boundaries",
    "checklists",
    "data-feature-lineage",
    "drift-retraining",
    "model-registry-promotion",
    "serving-monitoring",
    "templates",
    "training-eval-pipelines",
    "workflow",
}


def blocks(file: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", file.read_text(), re.MULTILINE | re.DOTALL)


def reference(name: str) -> Path:
    return ROOT / "references" / f"{name}.md"


def test_the_nine_references_are_there() -> None:
    assert {file.stem for file in REFERENCES} == EXPECTED


@pytest.mark.parametrize("file", REFERENCES, ids=lambda file: file.stem)
def test_a_reference_is_a_working_document(file: Path) -> None:
    text = file.read_text()
    assert "## Worked example" in text
    assert "## Mistakes to avoid" in text
    assert len(re.findall(r"^\|(?:\s*:?-+:?\s*\|)+$", text, re.MULTILINE)) >= 2, "decision tables"
    assert len(text.splitlines()) < 500


@pytest.mark.parametrize(
    "name",
    [
        "data-feature-lineage",
        "drift-retraining",
        "model-registry-promotion",
        "serving-monitoring",
        "training-eval-pipelines",
        "workflow",
    ],
)
def test_numeric_gates_name_an_action_and_an_owner(name: str) -> None:
    header = r"^\|[^\n]*(threshold|stop when|metric)[^\n]*action[^\n]*owner"
    assert re.search(header, reference(name).read_text(), re.MULTILINE | re.IGNORECASE)


@pytest.mark.parametrize("file", [ROOT / "SKILL.md", *REFERENCES], ids=lambda file: file.stem)
def test_links_lead_somewhere(file: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", file.read_text())
    assert [link for link in links if not (file.parent / link).exists()] == []


# --- Python blocks: each name and keyword exists in the installed package -----------------------


def packages(block: str) -> list[str]:
    return [p for p in CHECKED_PACKAGES if re.search(rf"^ *(?:from|import) {p}\b", block, re.M)]


def python_blocks() -> list[Any]:
    return [
        pytest.param(block, id=f"{file.stem}-{number}", marks=pytest.mark.real(*packages(block)))
        for file in REFERENCES
        for number, block in enumerate(blocks(file, "python"))
    ]


def dotted(node: ast.expr) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def imported(tree: ast.Module) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in CHECKED_PACKAGES:
                    importlib.import_module(alias.name)
                    root = alias.name.split(".")[0]
                    names[alias.asname or root] = importlib.import_module(root)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in (
            CHECKED_PACKAGES
        ):
            module = importlib.import_module(node.module or "")
            for alias in node.names:
                names[alias.asname or alias.name] = getattr(module, alias.name)
    return names


def annotated(tree: ast.Module, names: dict[str, Any]) -> dict[str, Any]:
    """Parameters annotated with an imported class stand for that class: their methods exist."""
    return {
        argument.arg: names[argument.annotation.id]
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for argument in node.args.args
        if isinstance(argument.annotation, ast.Name) and argument.annotation.id in names
    }


def resolved_calls(block: str) -> Iterator[tuple[ast.Call, Any]]:
    tree = ast.parse(block)
    names = imported(tree)
    names |= annotated(tree, names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            head, *rest = name.split(".")
            if head in names:
                target = names[head]
                for part in rest:
                    target = getattr(target, part)
                yield node, target


@pytest.mark.parametrize("block", python_blocks())
def test_python_uses_what_the_packages_have(block: str) -> None:
    for node, target in resolved_calls(block):
        parameters = inspect.signature(target).parameters
        if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
            continue
        unknown = [k.arg for k in node.keywords if k.arg and k.arg not in parameters]
        assert unknown == [], f"{ast.unparse(node.func)} has no {unknown}"


@pytest.mark.real("mlflow")
def test_the_check_above_notices_a_removed_argument() -> None:
    wrong = "import mlflow\nmlflow.models.evaluate(baseline_model='x')\n"
    calls = list(resolved_calls(wrong))
    assert calls
    assert "baseline_model" not in inspect.signature(calls[0][1]).parameters


# --- shell blocks: each command and flag exists -------------------------------------------------


def commands(program: str) -> list[Any]:
    return [
        pytest.param(line.split("#")[0].strip(), id=f"{file.stem}: {line.strip()[:50]}")
        for file in REFERENCES
        for block in blocks(file, "sh")
        for line in block.splitlines()
        if line.startswith(program + " ")
    ]


@functools.cache
def help_of(program: str, *words: str) -> tuple[str, int]:
    """The help text of the longest subcommand that `words` begin with, and how many they are."""
    for count in (2, 1):
        asked = [str(Path(sys.executable).parent / program), *words[:count], "--help"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout, count
    raise AssertionError(f"{program} {words[0]} does not exist")


@pytest.mark.real("dvc")
@pytest.mark.parametrize("line", commands("dvc"))
def test_dvc_commands_and_flags_exist(line: str) -> None:
    words = shlex.split(line)[1:]
    text, _ = help_of("dvc", *words[:2])
    for flag in (word.split("=")[0] for word in words if word.startswith("--")):
        assert re.search(rf"{re.escape(flag)}\b", text), flag


def promtool(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["promtool", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def rules_of(name: str) -> str:
    return next(b for b in blocks(reference(name), "yaml") if re.search(r"^groups:", b, re.M))


@pytest.mark.real("promtool")
@pytest.mark.parametrize("name", ["serving-monitoring", "drift-retraining"])
def test_alert_rules_are_valid(name: str, tmp_path: Path) -> None:
    (tmp_path / "alerts.yml").write_text(rules_of(name))
    done = promtool("check", "rules", "alerts.yml", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.real("promtool")
def test_the_alert_rehearsal_fires_and_can_fail(tmp_path: Path) -> None:
    name = "serving-monitoring"
    rehearsal = next(b for b in blocks(reference(name), "yaml") if "rule_files:" in b)
    (tmp_path / "alerts.yml").write_text(rules_of(name))
    (tmp_path / "alerts_test.yml").write_text(rehearsal)
    assert promtool("test", "rules", "alerts_test.yml", folder=tmp_path).returncode == 0
    (tmp_path / "alerts.yml").write_text(rules_of(name).replace("> 0.01", "> 0.99"))
    assert promtool("test", "rules", "alerts_test.yml", folder=tmp_path).returncode != 0


@pytest.mark.real("dvc")
def test_the_dvc_stages_are_valid(tmp_path: Path) -> None:
    example = next(b for b in blocks(reference("training-eval-pipelines"), "yaml") if "cmd:" in b)
    (tmp_path / "dvc.yaml").write_text(example)
    (tmp_path / "params.yaml").write_text("train: {seed: 1, n_estimators: 10}\n")
    dvc = str(Path(sys.executable).parent / "dvc")
    for words in (["init", "--no-scm", "-q"], ["stage", "list"]):
        done = subprocess.run(
            [dvc, *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert "train" in done.stdout


# --- the code that they show, run ---------------------------------------------------------------


def namespace(name: str, function: str) -> dict[str, Any]:
    block = next(b for b in blocks(reference(name), "python") if f"def {function}(" in b)
    scope: dict[str, Any] = {}
    exec(compile(block, f"{name}.md", "exec"), scope)
    return scope


@pytest.mark.parametrize(
    ("challenger", "champion", "passes"),
    [
        (0.42, 0.41, True),
        (0.409, 0.41, True),
        (0.40, 0.41, False),
        (0.39, None, False),
        (0.45, None, True),
        (math.nan, 0.41, False),
        (0.42, math.nan, False),
    ],
)
def test_the_gate_refuses_what_it_cannot_judge(
    challenger: float, champion: float | None, passes: bool
) -> None:
    decide: Callable[..., bool] = namespace("model-registry-promotion", "decide")["decide"]
    assert decide({"pr_auc": challenger}, champion and {"pr_auc": champion}) is passes


def test_the_gate_raises_on_a_missing_metric() -> None:
    with pytest.raises(KeyError):
        namespace("model-registry-promotion", "decide")["decide"]({}, None)


@pytest.mark.real("mlflow")
def test_promotion_and_rollback_on_a_real_registry(tmp_path: Path) -> None:
    from mlflow import MlflowClient

    scope = namespace("model-registry-promotion", "promote")
    client = MlflowClient(f"sqlite:///{tmp_path}/registry.db")
    client.create_registered_model("churn")
    for _ in range(3):
        client.create_model_version("churn", source=str(tmp_path / "model"))
    for version in ("1", "3", "3"):
        scope["promote"](client, "churn", version)
    assert str(client.get_model_version_by_alias("churn", "previous").version) == "1"
    assert [scope["roll_back"](client, "churn") for _ in range(2)] == ["1", "1"]
    assert str(client.get_model_version_by_alias("churn", "champion").version) == "1"


@pytest.mark.real("evidently")
def test_the_drift_check_fires_on_drift_and_raises_on_an_empty_window() -> None:
    import numpy
    import pandas

    drifted: Callable[..., list[str]] = namespace("drift-retraining", "drifted")["drifted"]
    draw = numpy.random.default_rng(0)

    def window(shift: float, rows: int = 1500) -> pandas.DataFrame:
        return pandas.DataFrame(
            {
                "tenure": draw.normal(24 + shift, 6, rows),
                "charges": draw.normal(60, 10, rows),
                "plan": draw.choice(["a", "b"], rows),
            }
        )

    assert drifted(window(0), window(0)) == []
    assert drifted(window(0), window(12))
    with pytest.raises(ValueError, match="too small"):
        drifted(window(0), window(0, rows=0))
