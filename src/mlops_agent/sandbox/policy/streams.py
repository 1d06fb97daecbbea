"""The judges of sed and awk, whose scripts can run commands and write files.

A script is scanned, not parsed: a command that is spelt out is judged, a place where one could run
without being spelt out is unknown.
"""

from __future__ import annotations

import re

from mlops_agent.sandbox.policy.calls import Call, Finding
from mlops_agent.sandbox.policy.options import Given, sort_out
from mlops_agent.sandbox.policy.places import why_outside
from mlops_agent.sandbox.policy.words import UNREAD, shown
from mlops_agent.vocabulary.program_words import Program

LONGEST = 8192
_SED_SUBSTITUTE = re.compile(
    r"s(?P<mark>[^\w\s;{}\\])(?:\\.|(?!(?P=mark))[^\\])*(?P=mark)"
    r"(?:\\.|(?!(?P=mark))[^\\])*(?P=mark)(?P<flags>[a-zA-Z0-9 ]*)",
    re.DOTALL,
)
_SED_ADDRESS = re.compile(r"/(?:\\.|[^/\\])*/")
_SED_EXECUTES = re.compile(
    r"(?:^|[;{\n])[\d,$~+!\s\ue000-\ue003]*e(?:[ \t]+(?P<command>[^\n]*)|[ \t]*(?=$|[;}\n]))"
)
_SED_WRITES = re.compile(r"(?:^|[;{\n])[\d,$~+!\s]*[wW][ \t]+(?P<file>[^\n;}]+)")
_SED_TEXT = re.compile(r"(?:^|[;{\n])[\d,$~+!\s]*[aic]\\?[ \t\n]*[^\n]*")
_AWK_CODE = re.compile(
    r'system\s*\(\s*"((?:\\.|[^"\\])*)"\s*\)|\|&?\s*"((?:\\.|[^"\\])*)"|"((?:\\.|[^"\\])*)"\s*\|&?\s*getline'
)
_AWK_RUNS = re.compile(r"\bsystem\s*\(|\|&?\s*getline|\|&?\s*[\"\w(]|@load|\bextension\s*\(")
_AWK_WRITES = re.compile(r'\b(?:print|printf)\b[^;}\n]*>{1,2}\s*(?:"((?:\\.|[^"\\])*)"|(\w+))')
_AWK_REGEX = re.compile(r"(?:(?<=^)|(?<=[(,!~&|;{}\s]))/(?:\\.|[^/\\\n])+/")


def judge_sed(program: Program, call: Call) -> Finding:
    """Judge sed by its script, by -i and by the files it names."""
    given = sort_out(program, call.words[1:])
    found = Finding("read_only", "sed prints")
    if given.has("-i", "--in-place") or any(name == "--in-place" for name, _ in given.options):
        found = Finding("repo_write", "sed -i writes the files it reads")
    if given.values("-f", "--file"):
        found = found.at_least("unknown", "sed -f runs a script from a file")
    scripts, files = _scripts(given, "-e", "--expression", "-f", "--file")
    for script in scripts:
        found = found.or_graver(_sed_script(script, call))
    return found.or_graver(_outside(files))


def judge_awk(program: Program, call: Call) -> Finding:
    """Judge awk by its program text and by the files it names."""
    given = sort_out(program, call.words[1:])
    found = Finding("read_only", "awk prints")
    if given.values("-f", "--file", "-l", "--load", "-E", "--exec"):
        found = Finding("unknown", "awk -f runs a program from a file")
    if any(value.startswith("inplace") for value in given.values("-i", "--include")):
        found = found.at_least("repo_write", "awk -i inplace writes the files it reads")
    scripts, files = _scripts(given, "-e", "--source", "-f", "--file")
    for script in scripts:
        found = found.or_graver(_awk_script(script, call))
    return found.or_graver(_outside([one for one in files if "=" not in one]))


def _scripts(given: Given, *names: str) -> tuple[list[str], list[str]]:
    """The scripts, and the operands that are files."""
    by_option = given.values(*names)
    texts = given.values(*names[:2])
    return (texts, given.operands) if by_option else (given.operands[:1], given.operands[1:])


def _outside(files: list[str]) -> Finding:
    for file in files:
        if why := why_outside(file):
            return Finding("unknown", shown(why))
    return Finding("read_only", "")


def _sed_script(script: str, call: Call) -> Finding:
    if len(script) > LONGEST:
        return Finding("unknown", "the sed script is too long to be read")
    found = Finding("read_only", "")
    if UNREAD in script:
        found = Finding("unknown", "the sed script is not known beforehand")
    for match in _SED_SUBSTITUTE.finditer(script):
        flags = match["flags"]
        if "e" in flags:
            found = found.at_least("unknown", "sed s///e runs what it has made")
        if "w" in flags:
            found = found.at_least("unknown", "sed s///w writes a file")
    bare = _SED_ADDRESS.sub("", _SED_SUBSTITUTE.sub("", script))
    for match in _SED_EXECUTES.finditer(bare):
        found = found.at_least("unknown", "sed e runs commands")
        if match["command"]:
            found = found.or_graver(call.nested(match["command"]))
    for match in _SED_WRITES.finditer(_SED_TEXT.sub("", bare)):
        found = found.at_least("repo_write", "sed w writes a file")
        found = found.or_graver(_outside([match["file"].strip()]))
    return found


def _awk_script(script: str, call: Call) -> Finding:
    if len(script) > LONGEST:
        return Finding("unknown", "the awk program is too long to be read")
    found = Finding("read_only", "")
    if UNREAD in script:
        found = Finding("unknown", "the awk program is not known beforehand")
    bare = _AWK_REGEX.sub(" ", script)
    spelt = list(_AWK_CODE.finditer(bare))
    for match in spelt:
        text = next(group for group in match.groups() if group is not None)
        found = found.or_graver(call.nested(text.replace('\\"', '"').replace("\\\\", "\\")))
    left = re.sub(r'"(?:\\.|[^"\\])*"', '""', _AWK_CODE.sub(" ", bare)).replace("||", " ")
    if _AWK_RUNS.search(left):
        found = found.at_least("unknown", "awk runs a command that it makes up")
    for match in _AWK_WRITES.finditer(bare):
        found = found.at_least("repo_write", "awk writes a file")
        found = found.or_graver(_outside([match[1]] if match[1] is not None else [UNREAD]))
    return found
