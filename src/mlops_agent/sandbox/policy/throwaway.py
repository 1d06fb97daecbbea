"""Changes that reach nothing but what the command line itself made: loopback services, own stores.

The sandbox has a loopback of its own, so what listens there was started by the same command. A
store that is a file of the worktree is no live system either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlops_agent.sandbox.policy.calls import Around, Call, Finding
from mlops_agent.sandbox.policy.options import Given
from mlops_agent.sandbox.policy.places import why_outside
from mlops_agent.sandbox.policy.verbs import Verb
from mlops_agent.sandbox.policy.words import GLOB, shown
from mlops_agent.vocabulary.program_words import Program, Reach

_LOOPBACK = re.compile(
    r"(?:[A-Za-z][\w+.-]*://)?(?:[^@/?#\\\s]*@)?"
    rf"(?:localhost|127(?:\.\d{{1,3}}){{3}}|[\[{GLOB}]::1\])(?::\d+)?(?:/.*)?",
    re.DOTALL,
)
_STORE = re.compile(r"(?:sqlite:///|file:(?://)?|(?=\.{0,2}/|mlruns))([^:]+)")
_NAMES_HOST = re.compile(r"://|\bhost(?:addr)?=|\bservice=")
_ALL, _FIRST = "*", "1"


def is_loopback(word: str) -> bool:
    """Whether a URL or HOST:PORT can only be this machine."""
    return _LOOPBACK.fullmatch(word) is not None


def at_loopback(found: Finding, around: Around) -> Finding:
    """What a change comes to that only reaches this machine's own addresses."""
    if not around.own_loopback:
        return found
    if around.background:
        return Finding("repo_write", "it reaches only what this command line itself starts")
    return Finding(
        found.effect,
        f"{found.reason}; no service listens on the sandbox's own loopback: start it with `&` in"
        " the same command",
    )


def own_store(uris: Sequence[str]) -> Finding | None:
    """What changing the stores at these places comes to; None where one is no file of ours."""
    found = Finding("repo_write", "it changes a store that is a file of the worktree")
    for uri in uris:
        match = _STORE.fullmatch(uri)
        if match is None:
            return None
        if why := why_outside(match[1]):
            found = Finding("unknown", shown(why))
    return found if uris else None


def softened(
    program: Program, call: Call, given: Given, verb: Verb | None, found: Finding
) -> Finding:
    """The finding, milder where the change cannot reach a live system."""
    if found.effect != "live_mutation":
        return found
    text = verb.text if verb else ""
    if program.store and text.startswith(program.store.verbs):
        places = given.values(*program.store.options)
        places += [one for one in (verb.rest if verb else ()) if "://" in one]
        variables = call.around.variables
        places = places or [
            variables[name] for name in program.store.variables if name in variables
        ]
        if own := own_store(places):
            return own
    if program.reach and _only_here(program.reach, call, given, verb):
        return at_loopback(found, call.around)
    return found


def _only_here(reach: Reach, call: Call, given: Given, verb: Verb | None) -> bool:
    """Whether all the hosts that a command names are this machine."""
    if reach.verbs and not (verb and verb.text in reach.verbs):
        return False
    if any(_leads_away(reach, name) for name, _ in given.options):
        return False
    hosts = given.values(*reach.hosts)
    if _ALL in reach.hosts:
        hosts += verb.rest if verb else given.operands
    if _FIRST in reach.hosts:
        hosts += [word for word in given.operands if not word.isupper()][:1]
    if reach.connections:
        named = [value for _, value in given.options if value] + given.operands
        hosts += [one for one in named if _NAMES_HOST.search(one)]
    return call.name in reach.here or (bool(hosts) and all(is_loopback(one) for one in hosts))


def _leads_away(reach: Reach, name: str) -> bool:
    """Whether an option (or the beginning of a long one) can lead to another host."""
    if name in reach.detours:
        return True
    return len(name) > 3 and any(one.startswith(name) for one in reach.detours)
