"""Score `mlops-agent map` and `audit` against the labels of real repositories.

CHECKOUTS holds one folder a repository, named OWNER__NAME, at the labelled commit. README.md says
what the columns mean. Exit code 1 when the command failed on a repository.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

STAGES = (
    "data",
    "features",
    "training",
    "evaluation",
    "registry",
    "promotion",
    "deployment",
    "monitoring",
    "retraining",
)
NEAR_LINES = 5
Json = dict[str, Any]


def answer(command: str, verb: str, repo: Path) -> Json:
    """The command's JSON, or {"error": what it said} when it printed none."""
    words = [*shlex.split(command), verb, str(repo), "--format", "json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False)
    try:
        return dict(json.loads(done.stdout))
    except json.JSONDecodeError:
        return {"error": f"exit {done.returncode}: {(done.stderr or done.stdout)[-300:]}"}


def pairs(label: Json) -> set[tuple[str, str]]:
    """The labelled (stage, file) pairs."""
    return {(stage, f["path"]) for stage in STAGES for f in label["stages"][stage]["files"]}


def score_map(label: Json, found: Json) -> tuple[Counter[str], list[str]]:
    """Counts over stages, flags and edges, and a line for each pair that differs."""
    want = pairs(label)
    capped = {stage for stage in STAGES if label["stages"][stage].get("capped")}
    assets = {asset["id"]: asset for asset in found.get("assets", [])}
    got = {(asset["stage"], asset["path"]) for asset in assets.values()}
    judged = {pair for pair in got if pair[0] not in capped}
    edges = {(edge["from"], edge["to"]) for edge in label["edges"]}
    found_edges = {
        (assets[edge["source"]]["path"], assets[edge["target"]]["path"])
        for edge in found.get("edges", [])
    }
    presence = found.get("stages", {})
    flags = sum(
        bool(label["stages"][s]["present"]) == bool(presence.get(s, {}).get("present"))
        for s in STAGES
    )
    counts = Counter(
        judged=len(judged),
        judged_hit=len(judged & want),
        want=len(want),
        hit=len(want & got),
        flags=flags,
        flag_n=len(STAGES),
        edges=len(edges),
        edge_hit=len(edges & found_edges),
    )
    detail = [f"    missed  {stage:<11} {path}" for stage, path in sorted(want - got)]
    detail += [f"    extra   {stage:<11} {path}" for stage, path in sorted(judged - want)]
    return counts, detail


def score_audit(label: Json, found: Json) -> tuple[Counter[str], list[str]]:
    """Counts over risks and false alarms, and a line for each risk that nothing came near."""
    findings = [f for f in found.get("findings", []) if not f["suppressed"]]
    risks = label["risks"]
    known = {(risk["rule"], risk["path"]) for risk in risks}
    tempting = {(n["rule"], n["path"]) for n in label["not_risks"]} - known

    def seen(risk: Json, *, exact: bool) -> bool:
        for finding in findings:
            rule = finding["rule"] == risk["rule"]
            close = abs(finding["line"] - risk["line"]) <= NEAR_LINES
            if finding["path"] == risk["path"] and (rule and close if exact else rule or close):
                return True
        return False

    raised = [(f["rule"], f["path"]) for f in findings]
    counts = Counter(
        risks=len(risks),
        risk_exact=sum(seen(risk, exact=True) for risk in risks),
        risk_near=sum(seen(risk, exact=False) for risk in risks),
        tempting=len(tempting),
        alarms=sum(place in tempting for place in raised),
        unlabelled=sum(place not in tempting | known for place in raised),
    )
    return counts, [
        f"    unseen  {risk['rule']:<11} {risk['path']}:{risk['line']}  {risk['claim'][:90]}"
        for risk in risks
        if not seen(risk, exact=False)
    ]


def ratio(part: int, whole: int) -> str:
    """A share with three digits, or a dash where there is nothing to share."""
    return f"{part / whole:5.3f}" if whole else "  -  "


def row(name: str, c: Counter[str]) -> str:
    """One line of the table."""
    both = c["judged"] + c["want"]
    f1 = (
        2
        * c["judged_hit"]
        * c["hit"]
        / max(1, c["judged_hit"] * c["want"] + c["hit"] * c["judged"])
    )
    return (
        f"{name[:44]:<44} P {ratio(c['judged_hit'], c['judged'])} R {ratio(c['hit'], c['want'])} "
        f"F1 {f'{f1:5.3f}' if both else '  -  '} flags {ratio(c['flags'], c['flag_n'])} "
        f"edges {ratio(c['edge_hit'], c['edges'])} "
        f"risks {c['risk_exact']}/{c['risk_near']}/{c['risks']} "
        f"alarms {c['alarms']}/{c['tempting']} unlabelled {c['unlabelled']}"
    )


def main() -> int:
    """Score each labelled repository that has a checkout and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--command", default="mlops-agent")
    parser.add_argument("--only", default="", help="part of a repository's name")
    parser.add_argument("--detail", action="store_true", help="list what was missed or added")
    args = parser.parse_args()
    total: Counter[str] = Counter()
    failed = 0
    files = sorted((Path(__file__).parent / "labels").glob("*.json"))
    for file in (file for file in files if args.only in file.stem):
        repo = args.checkouts / file.stem
        if not repo.is_dir():
            print(f"{file.stem[:44]:<44} no checkout")
            continue
        label = json.loads(file.read_text(encoding="utf-8"))
        answers = {verb: answer(args.command, verb, repo) for verb in ("map", "audit")}
        for verb, found in answers.items():
            if "error" in found:
                failed += 1
                print(f"{file.stem[:44]:<44} {verb} failed: {found['error']}")
        on_map, map_detail = score_map(label, answers["map"])
        on_audit, audit_detail = score_audit(label, answers["audit"])
        total += on_map + on_audit
        print(row(file.stem, on_map + on_audit))
        if args.detail:
            print(*map_detail, *audit_detail, sep="\n")
    print(row(f"all ({failed} failures)", total))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
