"""Write the JSON Schemas of the documents and events that leave the program into docs/schemas/.

With --check nothing is written: it exits with 1, naming each schema that is not the one its record
gives.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mlops_agent.contracts.base import Document
from mlops_agent.contracts.bundle import Plan, PlanCheck
from mlops_agent.contracts.finding import Audit
from mlops_agent.contracts.gates import Clarification
from mlops_agent.contracts.handoff import Packet
from mlops_agent.contracts.lifecycle import LifecycleMap
from mlops_agent.contracts.progress import PROGRESS
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request
from mlops_agent.contracts.routing import Route

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

DOCUMENTS: dict[str, type[Document]] = {
    "map": LifecycleMap,
    "audit": Audit,
    "request": Request,
    "run": RunResult,
    "handoff": Packet,
    "route": Route,
    "clarify": Clarification,
    "plan": Plan,
    "plan-check": PlanCheck,
}
# One of several records, told apart by `kind`.
UNIONS = {"progress": PROGRESS}
NAMES = (*DOCUMENTS, *UNIONS)


def schema_text(name: str) -> str:
    """The schema of one document, as it stands in its file."""
    if name in UNIONS:
        schema = UNIONS[name].json_schema(by_alias=True)
    else:
        schema = DOCUMENTS[name].model_json_schema(by_alias=True)
    head = {"$schema": DIALECT, "$id": "urn:" + _version(schema).replace("/", ":")}
    return json.dumps(head | schema, indent=2, ensure_ascii=False) + "\n"


def stale() -> list[str]:
    """Names of documents whose published schema is missing or another one."""
    return [name for name in NAMES if _published(name) != schema_text(name)]


def main(arguments: list[str]) -> int:
    """Write the schemas, or compare them; returns the exit code."""
    if arguments == ["--check"]:
        for name in stale():
            sys.stderr.write(f"docs/schemas/{name}.json is out of date: run `make schemas`\n")
        return 1 if stale() else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (FOLDER / f"{name}.json").write_text(schema_text(name), encoding="utf-8")
    return 0


def _version(schema: dict[str, Any]) -> str:
    """What `schema` has to say in the document; all records of a union say the same."""
    if "oneOf" not in schema:
        return schema["properties"]["schema"]["const"]
    names = [one["$ref"].rpartition("/")[2] for one in schema["oneOf"]]
    [version] = {schema["$defs"][name]["properties"]["schema"]["const"] for name in names}
    return version


def _published(name: str) -> str:
    path = FOLDER / f"{name}.json"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
