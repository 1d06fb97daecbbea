"""Write the JSON Schemas of the documents that leave the program into docs/schemas/.

With --check nothing is written: it exits with 1, naming each schema that is not the one its record
gives.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mlops_agent.contracts.base import Document
from mlops_agent.contracts.finding import Audit
from mlops_agent.contracts.handoff import Packet
from mlops_agent.contracts.lifecycle import LifecycleMap
from mlops_agent.contracts.report import RunResult
from mlops_agent.contracts.request import Request

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

DOCUMENTS: dict[str, type[Document]] = {
    "map": LifecycleMap,
    "audit": Audit,
    "request": Request,
    "run": RunResult,
    "handoff": Packet,
}


def schema_text(name: str) -> str:
    """The schema of one document, as it stands in its file."""
    schema = DOCUMENTS[name].model_json_schema(by_alias=True)
    version = schema["properties"]["schema"]["const"]
    head = {"$schema": DIALECT, "$id": "urn:" + version.replace("/", ":")}
    return json.dumps(head | schema, indent=2, ensure_ascii=False) + "\n"


def stale() -> list[str]:
    """Names of documents whose published schema is missing or another one."""
    return [name for name in DOCUMENTS if _published(name) != schema_text(name)]


def main(arguments: list[str]) -> int:
    """Write the schemas, or compare them; returns the exit code."""
    if arguments == ["--check"]:
        for name in stale():
            sys.stderr.write(f"docs/schemas/{name}.json is out of date: run `make schemas`\n")
        return 1 if stale() else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in DOCUMENTS:
        (FOLDER / f"{name}.json").write_text(schema_text(name), encoding="utf-8")
    return 0


def _published(name: str) -> str:
    path = FOLDER / f"{name}.json"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
