"""The texts that the program ships: templates, references, the skill and the agent.

In a wheel they lie inside the package, in a checkout at its top. Nothing else may know where.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def texts_root() -> Path:
    """The folder that holds SKILL.md, agents/, references/ and templates/."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "_texts"
    return packed if packed.is_dir() else package.parent.parent


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(texts_root() / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  Markdown and plain text; HTML templates escape by themselves
    )


def render(template: str, **values: Any) -> str:  # noqa: ANN401
    """Fill a template of `templates/`; raises jinja2.UndefinedError for a value that is missing."""
    return _environment().get_template(template).render(**values)


def filled(text: str, **values: str) -> str:
    """Fill the $names of a plain text of `templates/`; raises KeyError for a value that is missing.

    For texts without conditions: a template engine takes longer to load than to route a request.
    """
    from string import Template

    plain = (texts_root() / "templates" / text).read_text(encoding="utf-8")
    return Template(plain).substitute(values)
