"""The vocabulary format: what is refused, and which entry wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlops_agent.vocabulary.loader import VocabularyError, frameworks, load
from mlops_agent.vocabulary.lookup import bare_command, index, vocabulary

HEAD = 'name = "x"\ntitle = "X"\npackages = ["x"]\nmarkers = ["x"]\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "x.toml"
    path.write_text(HEAD + text)
    return path


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ('[[call]]\nname = "x.f"\nstage = "trainig"\n', "call 1: unknown stage 'trainig'"),
        ('[[call]]\nname = "x.f"\ndoes = "eats"\n', "unknown does 'eats'"),
        ('[[call]]\nname = "x.f"\nweek = true\n', "unknown keys ['week']"),
        ('[[call]]\nstage = "training"\n', "name must be a text"),
        ("[[call]\n", "x.toml"),
    ],
)
def test_misuse_names_the_file_and_the_entry(tmp_path: Path, entry: str, complaint: str) -> None:
    with pytest.raises(VocabularyError) as caught:
        load(write(tmp_path, entry))
    assert complaint in str(caught.value)
    assert "x.toml" in str(caught.value)


def test_exact_names_win_over_patterns_and_long_patterns_over_short(tmp_path: Path) -> None:
    calls = "".join(
        f'[[call]]\nname = "{name}"\nstage = "{stage}"\n'
        for name, stage in [
            ("*.fit", "training"),
            ("x.scale.*.fit", "features"),
            ("x.scale.Odd.fit", "data"),
        ]
    )
    known = index((load(write(tmp_path, calls)),))
    stages = [
        word.stage if (word := known.call(name)) else None
        for name in (".fit", "y.fit", "x.scale.Std.fit", "x.scale.Odd.fit", "x.scale.Odd.run")
    ]
    assert stages == ["training", "training", "features", "data", None]


def test_a_telling_method_is_known_behind_any_receiver_but_another_framework() -> None:
    known = vocabulary()
    word = known.call("pkg.services.client.set_registered_model_alias")
    assert word is not None
    assert word.stage == "promotion"
    foreign = known.call("sklearn.client.set_registered_model_alias")
    assert foreign is None or foreign.stage != "promotion"


@pytest.mark.parametrize(
    "argv",
    [
        ("dvc", "repro"),
        ("uv", "run", "--with", "dvc", "dvc", "repro"),
        ("poetry", "run", "dvc", "repro"),
        ("FOO=1", "dvc", "repro"),
        ("python", "-m", "dvc", "repro"),
    ],
)
def test_wrappers_of_commands_are_looked_through(argv: tuple[str, ...]) -> None:
    assert bare_command(argv) == ("dvc", "repro")


def test_every_framework_has_a_name_of_its_own() -> None:
    names = [framework.name for framework in frameworks()]
    assert len(names) == len(set(names)) > 20
