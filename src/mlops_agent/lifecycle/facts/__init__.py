"""The facts that readers state and rules ask for, one small class a kind."""

from mlops_agent.lifecycle.facts.automation import (
    Command,
    DvcOutput,
    DvcStage,
    Job,
    Step,
    Workflow,
)
from mlops_agent.lifecycle.facts.base import Fact, Known, Value
from mlops_agent.lifecycle.facts.config import (
    AlertRule,
    ConfigObject,
    DataFile,
    Entry,
    ImageRef,
    MetricSource,
    Requirement,
    Scalar,
)
from mlops_agent.lifecycle.facts.python import (
    Assignment,
    Call,
    Cell,
    Comparison,
    Definition,
    Import,
    MainGuard,
)

__all__ = [
    "AlertRule",
    "Assignment",
    "Call",
    "Cell",
    "Command",
    "Comparison",
    "ConfigObject",
    "DataFile",
    "Definition",
    "DvcOutput",
    "DvcStage",
    "Entry",
    "Fact",
    "ImageRef",
    "Import",
    "Job",
    "Known",
    "MainGuard",
    "MetricSource",
    "Requirement",
    "Scalar",
    "Step",
    "Value",
    "Workflow",
]
