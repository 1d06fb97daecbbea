"""Of the git folder, commands see what git reads a repository by, and no credentials."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from sandbox_lab import bash

from mlops_agent.sandbox.confine import Sandbox
from mlops_agent.sandbox.git_config import config_values, shown_config
from mlops_agent.sandbox.git_data import find_git_data

HEADER = base64.b64encode(b"x-access-token:q8Zr2Vt6Lw0Xk4").decode()
CREDENTIALS = (
    HEADER, "Vn5-tQ81-xw", "Kd93hGq7ZpLm2Wt8Xb4Ns", "in-the-proxy", "in-a-file", "in-a-query"
)  # fmt: skip
CONFIGURED = (
    ("http.https://github.com/.extraheader", f"AUTHORIZATION: basic {HEADER}"),
    ("remote.origin.url", "https://me:Vn5-tQ81-xw@git.example/team/models.git?t=in-a-query"),
    ("remote.origin.pushurl", "https://Kd93hGq7ZpLm2Wt8Xb4Ns@git.example/team/models.git"),
    ("remote.origin.proxy", "http://u:in-the-proxy@proxy.example"),
    ("url.https://me:Vn5-tQ81-xw@git.example/.insteadOf", "https://git.example/"),
    ("branch.main.remote", "https://me:Vn5-tQ81-xw@git.example/team/models.git"),
    ("branch.main.merge", "refs/heads/main"),
    ("core.sshCommand", "ssh -o Kd93hGq7ZpLm2Wt8Xb4Ns"),
)
SEARCH = "cat $(find {places} -type f) | base64 -w0"
READING = (
    "git status --porcelain && git log --format=%s && git diff --stat && git show --stat HEAD"
    " && git blame -s kept.py && git rev-parse --abbrev-ref HEAD && git remote get-url origin"
)


def git(folder: Path, *arguments: str) -> str:
    whole = ["git", "-c", "user.name=u", "-c", "user.email=u@e", "-C", str(folder), *arguments]
    return subprocess.run(whole, check=True, capture_output=True, text=True).stdout


@pytest.fixture(params=["worktree", "folder", "partial and sparse"])
def checkout(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A worktree of a repository that is full of credentials, in each form that one has."""
    first, root, linked = tmp_path / "first", tmp_path / "repo", tmp_path / "run" / "worktree"
    git(tmp_path, "init", "-q", "-b", "main", str(first))
    (first / "kept.py").write_text("x = 1\n")
    (first / "left").mkdir()
    (first / "left" / "out.py").write_text("y = 1\n")
    git(first, "add", "-A")
    git(first, "commit", "-qm", "first")
    git(first, "config", "uploadpack.allowFilter", "true")
    partial = ["--filter=blob:none"] if request.param == "partial and sparse" else []
    git(tmp_path, "clone", "-q", *partial, first.as_uri(), str(root))
    if partial:
        git(root, "sparse-checkout", "set", "--no-cone", "/kept.py")
    git(root, "worktree", "add", "-q", "--detach", str(linked))
    for key, value in CONFIGURED:
        git(root, "config", key, value)
    for name in ("annex/creds/s3", "hooks/pre-push", "credentials", "modules/sub/config"):
        (root / ".git" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / ".git" / name).write_text("in-a-file")
    if request.param == "folder":
        return root
    (linked / "kept.py").write_text("x = 2\n")
    return linked


@pytest.mark.sandbox
def test_git_reads_what_it_read_before_and_no_credentials_are_there(
    sandbox: Sandbox, checkout: Path
) -> None:
    data = find_git_data(checkout)
    assert data is not None
    assert {HEADER, "q8Zr2Vt6Lw0Xk4", "Vn5-tQ81-xw", "Kd93hGq7ZpLm2Wt8Xb4Ns"} <= data.credentials()
    places = f"{checkout}/.git {data.common}"
    plain = subprocess.run(
        ["bash", "-c", SEARCH.format(places=places)], cwd=checkout, capture_output=True, check=True
    )
    assert all(one.encode() in base64.b64decode(plain.stdout) for one in CREDENTIALS)
    outside = subprocess.run(
        ["bash", "-c", READING], cwd=checkout, capture_output=True, text=True, check=True
    )
    ran = bash(sandbox, checkout, f"{SEARCH.format(places=places)} > seen; git config -l >> all")
    assert ran.exit_code == 0, ran.text
    seen = base64.b64decode((checkout / "seen").read_bytes())
    assert b"models.git" in seen
    listed = (checkout / "all").read_text()
    assert [one for one in CREDENTIALS if one.encode() in seen or one in listed] == []
    (checkout / "seen").unlink()
    (checkout / "all").unlink()
    inside = bash(sandbox, checkout, READING)
    assert inside.exit_code == 0, inside.text
    assert inside.text.splitlines()[:-1] == outside.stdout.splitlines()[:-1]
    assert inside.text.splitlines()[-1] == "https://git.example/team/models.git"
    refused = bash(sandbox, checkout, f"touch {data.common}/x; touch {data.common}/objects/x")
    assert refused.text.count("Read-only file system") == 2


@pytest.mark.sandbox
def test_links_in_a_git_folder_lead_nowhere(sandbox: Sandbox, tmp_path: Path) -> None:
    root, private = tmp_path / "repo", tmp_path / "private"
    git(tmp_path, "init", "-q", str(root))
    private.mkdir()
    (private / "key").write_text("private")
    (root / ".git" / "config").unlink()
    (root / ".git" / "config").symlink_to(private / "key")
    (root / ".git" / "shallow").symlink_to(private / "key")
    (root / ".git" / "reftable").symlink_to(private)
    ran = bash(sandbox, root, "cat .git/config .git/shallow; ls .git/reftable/")
    assert "private\n" not in ran.text
    assert ran.text.count("No such file") == 3, ran.text


def test_a_configuration_is_the_same_to_git_in_what_is_kept() -> None:
    data = (
        b'[core]\n\tbare\n\tautocrlf = input\n[branch "a\\"b.c"]\n\tmerge = "x\\ty\\\\ # z"\n'
        b"[user]\n\tname = J\xc3\xb6rg \xff\n[extensions]\n\tpartialClone = origin\n"
        b'[include]\n\tpath = /etc/passwd\n[remote "origin"]\n\tfetch = +refs/*:refs/*\n'
    )
    shown = shown_config(data)
    assert b"include" not in shown

    def listed(config: bytes) -> list[bytes]:
        argv = ["git", "config", "--file", "-", "--no-includes", "--list", "-z"]
        return subprocess.run(argv, input=config, capture_output=True, check=True).stdout.split(
            b"\0"
        )

    assert [one for one in listed(data) if b"include" not in one] == listed(shown)
    assert shown_config(b"[broken") == b""


def test_the_credentials_of_a_configuration_are_known() -> None:
    data = "".join(
        f"[{section} {subsection}]\n\t{key} = {value}\n"
        for section, subsection, key, value in (
            ("http", '"https://github.com/"', "extraheader", f"AUTHORIZATION: basic {HEADER}"),
            ("remote", '"origin"', "url", "https://me:Vn5-tQ81-xw@git.example/x.git"),
            ("remote", '"other"', "url", "https://Kd93hGq7ZpLm2Wt8Xb4Ns@git.example/x.git"),
            ("remote", '"ssh"', "url", "ssh://git@git.example/x.git"),
            ("remote", '"named"', "url", "https://alice-example@git.example/x.git"),
        )
    )
    assert config_values(data.encode()) == {
        HEADER, "q8Zr2Vt6Lw0Xk4", "Vn5-tQ81-xw", "Kd93hGq7ZpLm2Wt8Xb4Ns",
    }  # fmt: skip
