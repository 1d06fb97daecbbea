"""Protections that a change takes away without having been asked to.

A short list of what a scoped fix hardly ever needs and an injected text often wants: a workflow
that strangers can trigger with secrets, wider rights, an action without its pin, another package
index, a connection that trusts anybody. Read off the two trees; who had the idea does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from mlops_agent.report.evidence import Evidence

_WORKFLOW = re.compile(r"(?:^|/)\.github/workflows/[^/]+\.ya?ml$")
_PIN = re.compile(r"uses:\s*([\w./-]+)@[0-9a-f]{40}\b")
_LOOSE = re.compile(r"uses:\s*([\w./-]+)@(?![0-9a-f]{40}\b)")
_RIGHT = re.compile(r"^\s*([a-z-]+):\s*(read|write|none)\b", re.MULTILINE)
_INDEX = re.compile(
    r"--(?:extra-)?index-url|--find-links|--trusted-host|^\s*(?:extra-)?index[-_]url\s*="
    r"|\bPIP_(?:EXTRA_)?INDEX_URL\b|\bUV_(?:DEFAULT_|EXTRA_)?INDEX\w*\b|\[\[tool\.uv\.index\]\]",
    re.MULTILINE,
)
_TRUST = re.compile(
    r"--no-check-certificate|\bcurl\b[^\n|;&]*\s(?:-\w*k\w*|--insecure)\s|\bverify\s*=\s*False\b"
    r"|sslVerify[\s=]+false|\bPYTHONHTTPSVERIFY\b\W+0|\bGIT_SSL_NO_VERIFY\b"
)
_PIPED = re.compile(r"\b(?:curl|wget)\b[^\n|;&]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b")


@dataclass(frozen=True, slots=True)
class Weakening:
    """What is taken away, how it shows in a file before and after, and words that ask for it."""

    what: str
    shows: Callable[[str, str], bool]
    asked: re.Pattern[str]
    workflows_only: bool = False


def weakening_problems(evidence: Evidence) -> list[str]:
    """Return the protections that the change takes away and its request does not speak of."""
    started = evidence.ledger.started
    asked = started.request.text if started else ""
    return [
        f"{path} would {one.what}, which the request does not ask for: leave that out"
        for path, before, after in evidence.contents_changed
        for one in weakened(path, _text(before), _text(after))
        if not one.asked.search(asked)
    ]


def weakened(path: str, before: str, after: str) -> list[Weakening]:
    """Which protections a file has before and not after."""
    workflow = bool(_WORKFLOW.search(path))
    return [
        one for one in _WEAKENINGS
        if (workflow or not one.workflows_only) and one.shows(before, after)
    ]  # fmt: skip


def _more(pattern: re.Pattern[str]) -> Callable[[str, str], bool]:
    return lambda before, after: len(pattern.findall(after)) > len(pattern.findall(before))


def _unpinned(before: str, after: str) -> bool:
    pinned = set(_PIN.findall(before))
    loose = set(_LOOSE.findall(after)) - set(_LOOSE.findall(before))
    return bool(pinned & loose)


def _widened(before: str, after: str) -> bool:
    had, has = _RIGHT.findall(before), _RIGHT.findall(after)
    return any(
        right == "write"
        and has.count((scope, "write")) > had.count((scope, "write"))
        and sum(1 for one, was in had if one == scope and was != "write")
        > sum(1 for one, now in has if one == scope and now != "write")
        for scope, right in set(has)
    )


def _text(data: bytes | None) -> str:
    return (data or b"").decode(errors="replace")


def _word(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_WEAKENINGS = (
    Weakening(
        "let strangers start it with the repository's secrets (pull_request_target)",
        _more(re.compile(r"\bpull_request_target\b")),
        _word("pull_request_target"),
        workflows_only=True,
    ),
    Weakening(
        "give all rights to a job (write-all)",
        _more(re.compile(r"\bpermissions:\s*write-all\b")),
        _word("write-all|permission"),
        workflows_only=True,
    ),
    Weakening(
        "turn a right to read into one to write",
        _widened,
        _word(r"\bpermission|\bright|\bwrite\b|\bpush|\bcommit"),
        workflows_only=True,
    ),
    Weakening(
        "take the pin from an action", _unpinned, _word(r"\bpin|\bsha\b"), workflows_only=True
    ),
    Weakening(
        "take packages from another index", _more(_INDEX), _word(r"\bindex\b|\bindex-url|mirror")
    ),
    Weakening(
        "trust a connection without its certificate",
        _more(_TRUST),
        _word("certificate|insecure|verify|tls|ssl"),
    ),
    Weakening(
        "run what it downloads without looking (a download piped into a shell)",
        _more(_PIPED),
        _word(r"curl|wget|\binstaller\b"),
    ),
)
