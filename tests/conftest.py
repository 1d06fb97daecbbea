"""What every room's tests share: the parts they need, folders of their own, how long to search.

`@pytest.mark.real("mlflow", ...)` names the parts a test runs for real, `@pytest.mark.sandbox` says
that it confines commands. A part that is missing skips the test and says what to install; where CI
is set, nothing so marked may be skipped.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import signal
from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

IN_CI = bool(os.environ.get("CI"))
PROBES = "pip install 'mlops-agent[probes]'"
REMEDIES = {"promtool": "apt install prometheus, or brew install prometheus"}
"""How to get the parts that the extra `probes` does not bring."""

# Started in the background, the tests inherit that these are ignored, and so would what they start.
for _number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)

# A slow machine is no fault, and what CI finds it must find again.
SETTINGS = settings(deadline=None, derandomize=IN_CI, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("everyday", SETTINGS, max_examples=60)
settings.register_profile("thorough", SETTINGS, max_examples=1000, derandomize=False)
settings.load_profile("everyday")


@pytest.fixture(scope="session", autouse=True)
def _a_machine_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the cache, the runs or the git settings of who starts it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CACHE", "STATE", "CONFIG"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.delenv("MLOPS_AGENT_DRIVER", raising=False)
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose parts are not here, before its fixtures are made."""
    for mark in item.iter_markers("real"):
        for part in mark.args:
            if not is_here(part):
                pytest.skip(f"{part} is not installed: {REMEDIES.get(part, PROBES)}")
    if item.get_closest_marker("sandbox") and (why := no_sandbox()):
        pytest.skip(why)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI is set, a marked test that was skipped has failed."""
    report = yield
    marked = item.get_closest_marker("real") or item.get_closest_marker("sandbox")
    if IN_CI and marked and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"CI runs every part, and this was skipped. {reason_of(report)}"
    return report


def reason_of(report: pytest.TestReport) -> str:
    """Why a report says that its test was skipped."""
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@functools.cache
def is_here(part: str) -> bool:
    """Whether a package can be found, or a program of that name."""
    return shutil.which(part) is not None or importlib.util.find_spec(part) is not None


@functools.cache
def no_sandbox() -> str:
    """Why commands can't be confined here, with what to do; empty where they can."""
    from mlops_agent.errors import SandboxUnavailableError
    from mlops_agent.sandbox.confine import Sandbox

    try:
        Sandbox.open()
    except SandboxUnavailableError as error:
        return f"{error} {error.hint}"
    return ""
