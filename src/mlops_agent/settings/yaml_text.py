"""YAML text to plain data, at a bounded cost: whoever wrote it is not trusted.

Aliases are refused, since a few lines of them unfold to any size, and so is deep nesting, which
costs the parser the square of its depth.
"""

from __future__ import annotations

MAX_DEPTH = 60


def parse_yaml(text: str) -> object:
    """Return the data of one YAML or JSON document, None for an empty one.

    Raises ValueError, one line, with the line of the text where that is known.
    """
    import yaml

    try:
        _check(text)
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark is not None else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ValueError(f"{place}{problem}") from error


def _check(text: str) -> None:
    import yaml

    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("YAML aliases (*name) are not accepted")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
