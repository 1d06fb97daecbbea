"""The English words that a request is cut by, read once a process from `words.toml`.

Owns reading them into sets. It looks at no request.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from mlops_agent.vocabulary.prepared import listed

FILE = Path(__file__).with_name("words.toml")


class Words(NamedTuple):
    """Sets of lower-case words, each as `words.toml` says of the list of that name."""

    verbs: frozenset[str]
    verbish: frozenset[str]
    nounish: frozenset[str]
    heads: frozenset[str]
    particles: frozenset[str]
    particled: frozenset[str]
    determiners: frozenset[str]
    pronouns: frozenset[str]
    vague: frozenset[str]
    subjects: frozenset[str]
    auxiliaries: frozenset[str]
    finite: frozenset[str]
    subordinators: frozenset[str]
    coordinators: frozenset[str]
    leads: frozenset[str]
    polite: frozenset[str]
    preposition: frozenset[str]
    shared: frozenset[str]
    stops: frozenset[str]
    wh: frozenset[str]
    inverted: frozenset[str]
    greetings: frozenset[str]
    generic: frozenset[str]
    idle_questions: frozenset[str]
    joining: frozenset[str]
    elsewhere: frozenset[str]
    denying: frozenset[str]
    denied: frozenset[str]
    trouble: frozenset[str]
    framed: frozenset[str]
    framed_ing: frozenset[str]
    wished: frozenset[str]
    questioned: frozenset[str]
    light: frozenset[str]
    idle: frozenset[str]
    excluding: frozenset[str]
    asked_labels: frozenset[str]
    title_labels: frozenset[str]
    expected_labels: frozenset[str]
    free_labels: frozenset[str]
    context_labels: frozenset[str]
    asked_stems: frozenset[str]
    excluded_stems: frozenset[str]
    excluded_labels: frozenset[str]
    left_out: frozenset[str]
    shown: frozenset[str]
    telling: frozenset[str]
    seen: frozenset[str]
    announced: frozenset[str]
    numbers: frozenset[str]
    handing: frozenset[str]
    handed: frozenset[str]
    ask_keys: frozenset[str]
    out_keys: frozenset[str]
    aim_keys: frozenset[str]
    told_keys: frozenset[str]
    side_keys: frozenset[str]
    going_on: frozenset[str]
    data_words: frozenset[str]
    pointing: frozenset[str]
    speaking: frozenset[str]
    takes_person: frozenset[str]
    adverbs: frozenset[str]
    purpose_subjects: frozenset[str]
    needs: frozenset[str]
    takes_need: frozenset[str]
    fine: frozenset[str]
    relative: frozenset[str]
    people: frozenset[str]
    loose: frozenset[str]
    helpers: frozenset[str]
    sequence: frozenset[str]
    nouns_in_s: frozenset[str]
    linking: frozenset[str]


@cache
def words() -> Words:
    """Read the lists."""
    raw: dict[str, str | list[str]] = listed(FILE)
    return Words(**{one: _members(raw[one]) for one in Words._fields})


def _members(listed: str | list[str]) -> frozenset[str]:
    if isinstance(listed, list):
        return frozenset(listed)
    return frozenset(
        (one.strip() for one in listed.split("|")) if "|" in listed else listed.split()
    )
