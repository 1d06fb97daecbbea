"""A rule's page taken apart: its first line, and its sections by heading."""

from __future__ import annotations

HEADING = "## "


def headline(page: str) -> str:
    """The page's first line, without the full stop."""
    return page.partition("\n")[0].rstrip(".")


def sections(page: str) -> dict[str, str]:
    """The text below each heading of the page, in order."""
    found: dict[str, list[str]] = {}
    body: list[str] = []
    fenced = False
    for line in page.splitlines():
        fenced ^= line.startswith("```")
        if line.startswith(HEADING) and not fenced:
            body = found.setdefault(line.removeprefix(HEADING).strip(), [])
        else:
            body.append(line)
    return {name: "\n".join(lines).strip() for name, lines in found.items()}
