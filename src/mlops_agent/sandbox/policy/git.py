"""The judge of git: its own options, settings given with -c, aliases, and then the verb."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.options import sort_out
from mlops_agent.sandbox.policy.places import why_outside
from mlops_agent.sandbox.policy.plain import judge_plain, only_live
from mlops_agent.sandbox.policy.words import shown
from mlops_agent.vocabulary.program_words import Program

_TAKES = frozenset({"-c", "-C", "--git-dir", "--work-tree", "--namespace", "--config-env"})
_PLACES = frozenset({"-C", "--git-dir", "--work-tree"})
_HARMLESS = (
    "user.", "color.", "advice.", "init.defaultbranch", "core.quotepath", "core.autocrlf",
    "commit.gpgsign", "tag.gpgsign", "safe.directory", "log.", "diff.renames",
    "merge.conflictstyle", "pull.rebase", "fetch.prune", "push.default", "core.abbrev", "column.",
    "core.hookspath=/dev/null", "core.fsmonitor=false", "core.pager=cat", "gc.auto",
    "maintenance.auto", "http.proxy=",
)  # fmt: skip
_ALIAS = "alias."


def judge_git(program: Program, call: Call) -> Finding:
    """Judge a git command line."""
    found, settings, words = _before_verb(call)
    aliases = {
        key[len(_ALIAS) :].lower(): value
        for key, value in settings
        if key.lower().startswith(_ALIAS)
    }
    for key, value in settings:
        found = found.or_graver(_setting(key, value, call))
    if words and words[0].lower() in aliases:
        return found.or_graver(_alias(aliases.pop(words[0].lower()), words[1:], call))
    verb = words[0] if words else ""
    if verb == "config":
        return found.or_graver(_config(program, words[1:]))
    if verb == "submodule" and "foreach" in words:
        rest = words[words.index("foreach") + 1 :]
        rest = [word for word in rest if word not in ("--recursive", "--quiet", "-q")]
        return found.or_graver(call.nested(" ".join(rest))).at_least("repo_write", "submodules")
    if verb == "bisect" and words[1:2] == ["run"] and words[2:]:
        return found.or_graver(call.argv(words[2:])).at_least("repo_write", "git bisect checks out")
    for word in words[1:]:
        if word.startswith("ext::"):
            found = found.at_least("unknown", f"the transport {word} runs a command")
    return found.or_graver(judge_plain(program, Call(
        ["git", *words], call.stdin, call.listed, call.nested, call.argv, call.trial,
        call.around,
    )))  # fmt: skip


def _before_verb(call: Call) -> tuple[Finding, list[tuple[str, str]], list[str]]:
    """What git's own options do, the settings among them, and the words from the verb on."""
    found, settings, words, at = Finding("read_only", ""), list[tuple[str, str]](), call.words, 1
    while at < len(words) and words[at].startswith("-"):
        name, sign, value = words[at].partition("=")
        at += 1
        if name in _TAKES and not sign:
            value = words[at] if at < len(words) else ""
            at += 1
        if name == "-c":
            key, _, value = value.partition("=")
            settings.append((key, value))
        elif name.startswith("-c") and not name.startswith("--") and len(name) > 2:
            found = found.at_least("unknown", "a setting that cannot be read")
        elif name in ("--exec-path", "--config-env"):
            found = found.at_least("unknown", f"git {name} names what git runs")
        elif name in _PLACES and (why := why_outside(value)):
            found = found.at_least("unknown", shown(why))
    return found, settings, list(words[at:])


def _setting(key: str, value: str, call: Call) -> Finding:
    said = f"{key}={value}".lower()
    if said.startswith((*_HARMLESS, _ALIAS)):
        return Finding("read_only", "")
    found = Finding("unknown", f"git -c {key} can make git run a program")
    return found.or_graver(only_live(call.nested(value.removeprefix("!"))))


def _alias(value: str, rest: Sequence[str], call: Call) -> Finding:
    if value.startswith("!"):
        return call.nested(" ".join([value[1:], *(shlex.quote(word) for word in rest)]))
    try:
        words = shlex.split(value)
    except ValueError:
        return Finding("unknown", "the git alias cannot be read")
    return call.argv(["git", *words, *rest])


def _config(program: Program, words: Sequence[str]) -> Finding:
    """Settings that stay: most are harmless, some name programs that git runs later."""
    given = sort_out(program, words)
    if given.has("--get", "--list", "-l", "--get-all", "--get-regexp", "--show-origin"):
        return Finding("read_only", "git config shows settings")
    operands = [word for word in given.operands if word not in ("set", "get", "list")]
    if given.has("--global", "--system") or given.values("-f", "--file"):
        return Finding("unknown", "git config writes outside the repository")
    if len(operands) < 2 and not given.has("--unset", "--add", "--unset-all"):
        return Finding("read_only", "git config shows a setting")
    if f"{operands[0] if operands else ''}".lower().startswith(_HARMLESS):
        return Finding("repo_write", "git config changes a setting of the repository")
    return Finding("unknown", "git config can name a program that git runs")
