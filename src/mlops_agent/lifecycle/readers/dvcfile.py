"""Reads DVC's own files: `.dvc/config` with its remotes, and by way of YAML `.dvc` and dvc.lock."""

from __future__ import annotations

import re

from mlops_agent.lifecycle.facts import ConfigObject, Entry, Fact
from mlops_agent.lifecycle.readers import yaml

_SECTION = re.compile(r"\s*\[\s*(?P<head>.+?)\s*\]\s*\Z")
_SETTING = re.compile(r"\s*(?P<key>[\w.-]+)\s*=\s*(?P<value>.*?)\s*\Z")
_REMOTE = re.compile(r"'?\s*remote\s+\"(?P<name>[^\"]+)\"\s*'?")


def read(path: str, text: str) -> list[Fact]:
    """The facts of a `.dvc` file, a dvc.lock, or the configuration.

    The configuration is one ConfigObject (family "dvc", kind "Config") with the entries
    "core.remote", "remote.NAME.url" and so on.

    Args:
        path: relative to the root, POSIX.
        text: the file's text.

    Raises:
        UnreadableError: a `.dvc` file or dvc.lock that is no YAML.
    """
    if not path.endswith((".dvc/config", ".dvc/config.local")):
        return yaml.read(path, text)
    entries: list[Entry] = []
    section = ""
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        head = _SECTION.match(line)
        setting = _SETTING.match(line)
        if head:
            remote = _REMOTE.fullmatch(head["head"])
            section = f"remote.{remote['name']}" if remote else head["head"].strip("'\"")
        elif setting and not line.lstrip().startswith(("#", ";")):
            key = f"{section}.{setting['key']}" if section else setting["key"]
            entries.append(Entry(key=key, value=setting["value"], line=number))
    return [
        ConfigObject(
            path=path,
            line=1,
            end_line=len(lines),
            family="dvc",
            api="",
            kind="Config",
            name=path,
            namespace="",
            entries=tuple(entries),
        )
    ]
