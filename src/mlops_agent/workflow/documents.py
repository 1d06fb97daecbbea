"""Reads candidates for controls out of a Markdown document that anybody may have written.

Headings in any wording, tables, bullets and prose. It decides nothing: a row, a bullet or a
sentence becomes a candidate with its place, and the quality bar judges what it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mlops_agent.vocabulary.plan import bar_words
from mlops_agent.workflow.judging import ASPECTS, Aspect, Candidate

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_BOLD_HEADING = re.compile(r"^\*\*(?P<name>[^*]{3,80}?)[:.]?\*\*[:.]?\s*$")
_UNDERLINE = re.compile(r"^(?:=+|-{3,})\s*$")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")
_BULLET = re.compile(r"^(\s*)(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(.*)$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_OWNER_LINE = re.compile(r"^\W*(?:owner|owned by|responsible|accountable|dri)\W", re.IGNORECASE)
_KEY = re.compile(r"^[*_`]*(?P<key>[A-Za-z][\w /-]{2,30}?)[*_`]*\s*[:=][*_`]*\s*(?P<says>\S.*)$")
_SHOWN = 40
_LEAD = 60


@dataclass
class _Block:
    """Lines that belong together: a bullet with what is indented below it, or a paragraph."""

    line: int
    text: str
    indent: int = -1


@dataclass(frozen=True, slots=True)
class _Keyed:
    """A block that says one aspect by its name."""

    aspect: Aspect
    says: str
    block: _Block


@dataclass
class _Section:
    """A heading with what stands below it until the next one."""

    heading: str
    blocks: list[_Block] = field(default_factory=list[_Block])
    tables: list[list[tuple[int, list[str]]]] = field(
        default_factory=list[list[tuple[int, list[str]]]]
    )


def candidates_in(text: str) -> list[Candidate]:
    """The candidates of a Markdown document, in its order within each section."""
    return [one for section in _sections(text.splitlines()) for one in _of_section(section)]


def _sections(lines: list[str]) -> Iterator[_Section]:
    section, fenced = _Section(""), False
    table: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, start=1):
        fenced ^= _FENCE.match(line) is not None
        if fenced or _FENCE.match(line):
            continue
        if _ROW.match(line):
            if not table:
                section.tables.append(table)
            if not _RULE.match(line):
                table.append((number, _cells(line)))
            continue
        table = []
        heading = _heading(line, lines[number] if number < len(lines) else "")
        if heading:
            yield section
            section = _Section(heading)
        elif not _UNDERLINE.match(line):
            _take(section, number, line)
    yield section


def _heading(line: str, after: str) -> str:
    found = _HEADING.match(line)
    if found:
        return found[2]
    bold = _BOLD_HEADING.match(line)
    if bold:
        return bold["name"]
    return line.strip() if line.strip() and _UNDERLINE.match(after) and "|" not in line else ""


def _take(section: _Section, number: int, line: str) -> None:
    bullet = _BULLET.match(line)
    blocks = section.blocks
    if not line.strip():
        blocks.append(_Block(number, ""))
    elif bullet and not (blocks and 0 <= blocks[-1].indent < len(bullet[1])):
        blocks.append(_Block(number, bullet[2], len(bullet[1])))
    elif blocks and blocks[-1].text:
        # A bullet below a bullet says more of the same thing.
        words = bullet[2] if bullet else line.strip()
        blocks[-1].text += ("; " if bullet else " ") + words
    else:
        blocks.append(_Block(number, line.strip()))


def _cells(line: str) -> list[str]:
    bare = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", bare)]


def _of_section(section: _Section) -> Iterator[Candidate]:
    owner = next((one.text for one in section.blocks if _OWNER_LINE.match(one.text)), "")
    for table in section.tables:
        yield from _of_table(section.heading, table, owner)
    keyed, others = _keyed(section.blocks)
    for group in keyed:
        yield _of_keys(section.heading, group, owner)
    for block in others:
        if block.text:
            yield _of_words(section.heading, block, owner)


def _keyed(blocks: list[_Block]) -> tuple[list[list[_Keyed]], list[_Block]]:
    """Groups of "Metric: ...", "Owner: ..." lines that say one control, and all other blocks."""
    groups: list[list[_Keyed]] = []
    others: list[_Block] = []
    near = False
    for block in blocks:
        one = _key_of(block)
        if one is None:
            others.append(block)
            near = near and not block.text
        elif near and one.aspect not in {other.aspect for other in groups[-1]}:
            groups[-1].append(one)
        else:
            groups.append([one])
            near = True
    single = [group for group in groups if len(group) == 1]
    return [one for one in groups if len(one) > 1], [*others, *(group[0].block for group in single)]


def _key_of(block: _Block) -> _Keyed | None:
    match = _KEY.match(block.text)
    if match is None:
        return None
    aspects: list[Aspect] = [one for one in ASPECTS if _clear(one, match["key"])]
    return _Keyed(aspects[0], match["says"], block) if aspects else None


def _of_keys(heading: str, group: list[_Keyed], owner: str) -> Candidate:
    whole = "; ".join(one.block.text for one in group)
    told: dict[Aspect, str] = {one.aspect: one.says for one in group}
    parts: dict[Aspect, str] = {aspect: told.get(aspect, whole) for aspect in ASPECTS}
    if "owner" not in told and owner:
        parts["owner"] = owner
    first = group[0].block
    return Candidate(
        where=f"line {first.line}: {first.text[:_SHOWN]}",
        heading=heading,
        topic=f"{heading} {told.get('metric', '')}",
        parts=parts,
        told=frozenset(told),
    )


def _of_table(heading: str, table: list[tuple[int, list[str]]], owner: str) -> Iterator[Candidate]:
    if not table:
        return
    names = table[0][1]
    columns = _columns(names)
    for line, cells in table[1:]:
        row = [*cells, *[""] * (len(names) - len(cells))]
        whole = "; ".join(cell for cell in row if cell)
        parts: dict[Aspect, str] = {
            aspect: row[columns[aspect]] if aspect in columns else whole for aspect in ASPECTS
        }
        if "owner" not in columns and owner:
            parts["owner"] = f"{whole}; {owner}"
        # The name of a row may take more than one cell: "Release | canary | ...".
        own = [row[0], *(row[n] for n in range(1, len(names)) if n not in columns.values())]
        about = f"{' '.join(own)} {parts['metric']}" if "metric" in columns else row[0]
        yield Candidate(
            where=f"line {line}: {row[0][:_SHOWN]}",
            heading=heading,
            topic=about,
            parts=parts,
            told=frozenset(columns),
            row=row[0],
        )


def _columns(names: list[str]) -> dict[Aspect, int]:
    """Which column holds which aspect: the owner's first, since its words are the clearest.

    A column whose name tells of several ("metric, threshold, action") is none's own place.
    """
    found: dict[Aspect, int] = {}
    order: tuple[Aspect, ...] = ("owner", "action", "threshold", "metric")
    single = [n for n, name in enumerate(names) if sum(_clear(one, name) for one in order) < 2]
    for aspect in order:
        for pattern in bar_words().aspects[aspect].columns:
            fitting = [n for n in single if re.search(pattern, names[n], re.IGNORECASE)]
            free = [number for number in fitting if number not in found.values()]
            if free:
                found[aspect] = free[0]
                break
    return found


def _clear(aspect: Aspect, name: str) -> bool:
    """Whether a column's name says an aspect in its clearest word."""
    return re.search(bar_words().aspects[aspect].columns[0], name, re.IGNORECASE) is not None


def _of_words(heading: str, block: _Block, owner: str) -> Candidate:
    text = block.text
    parts: dict[Aspect, str] = dict.fromkeys(ASPECTS, text)
    if owner and owner != text:
        parts["owner"] = f"{text}; {owner}"
    return Candidate(
        where=f"line {block.line}: {text[:_SHOWN]}",
        heading=heading,
        topic=_lead(text),
        parts=parts,
    )


def _lead(text: str) -> str:
    """What a sentence begins with, up to its first colon: what it is about."""
    return text.split(":", 1)[0][:_LEAD]
