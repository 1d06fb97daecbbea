"""Why there is no sandbox is told with what to do, whichever way bubblewrap fails."""

from __future__ import annotations

import pytest

from mlops_agent.sandbox.diagnosis import explain_failure, nothing_to_confine_with


@pytest.mark.parametrize(
    ("said", "cause", "remedy"),
    [
        ("bwrap: Unknown option --disable-userns", "too old", "install 0.8 or later"),
        ("", "bubblewrap said nothing", "see that `bwrap"),
        ("bwrap: Can't find source path /x\nmore", "Can't find source path /x", "see that `bwrap"),
        (
            "bwrap: Creating new namespace failed: No space left on device",
            "a sandbox around",
            "run",
        ),
        ("bwrap: No permissions to create new namespace", "commands can't be confined: ", ""),
    ],
)
def test_the_cause_and_a_remedy_are_told(said: str, cause: str, remedy: str) -> None:
    error = explain_failure(said)
    assert cause in str(error)
    assert "\n" not in str(error)
    assert remedy in error.hint
    assert error.hint.endswith("say --sandbox external")


@pytest.mark.parametrize(
    ("program", "package"),
    [("bubblewrap", "apt install bubblewrap"), ("prlimit", "apt install util-linux")],
)
def test_a_missing_program_names_its_package_or_the_system(program: str, package: str) -> None:
    error = nothing_to_confine_with(program)
    assert package in error.hint or "needs Linux" in str(error)
