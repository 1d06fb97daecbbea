"""The interpreters of YAML and JSON documents, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable

from mlops_agent.lifecycle.facts import Fact
from mlops_agent.lifecycle.readers.documents import (
    azure_pipelines,
    azureml,
    cloudbuild,
    compose,
    databricks,
    dvc,
    environments,
    github_actions,
    gitlab_ci,
    grafana,
    kubernetes,
    named_files,
    prometheus,
    settings_file,
)
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Mapping, Node

Test = Callable[[Source, Mapping], bool]
Read = Callable[[Source, Mapping], list[Fact]]

INTERPRETERS: tuple[tuple[Test, Read], ...] = (
    (dvc.is_pipeline, dvc.read_pipeline),
    (dvc.is_lock, dvc.read_lock),
    (dvc.is_tracked, dvc.read_tracked),
    (github_actions.is_workflow, github_actions.read_workflow),
    (github_actions.is_action, github_actions.read_action),
    (named_files.is_named, named_files.read_named),
    (kubernetes.is_object, kubernetes.read_object),
    (azureml.is_resource, azureml.read_resource),
    (environments.is_project, environments.read_project),
    (environments.is_conda, environments.read_conda),
    (named_files.is_compiled_pipeline, named_files.read_compiled_pipeline),
    (named_files.is_recipe, named_files.read_recipe),
    (named_files.is_sweep, named_files.read_sweep),
    (named_files.is_component, named_files.read_component),
    (named_files.is_cloudformation, named_files.read_cloudformation),
    (databricks.is_bundle, databricks.read_bundle),
    (prometheus.is_rules, prometheus.read_rules),
    (prometheus.is_scrape, prometheus.read_scrape),
    (prometheus.is_alertmanager, prometheus.read_alertmanager),
    (grafana.is_provisioning, grafana.read_provisioning),
    (grafana.is_alerting, grafana.read_alerting),
    (grafana.is_dashboard, grafana.read_dashboard),
    (compose.is_compose, compose.read_compose),
    (cloudbuild.is_build, cloudbuild.read_build),
    (azure_pipelines.is_pipeline, azure_pipelines.read_pipeline),
    (gitlab_ci.is_pipeline, gitlab_ci.read_pipeline),
    (named_files.is_catalog, named_files.read_catalog),
    (named_files.is_values, named_files.read_values),
    (named_files.is_ray_serve, named_files.read_ray_serve),
    (settings_file.is_settings, settings_file.read_settings),
)
"""A document belongs to the first that knows it: sure signs (names, schemas) before shapes."""


def interpreted(source: Source, roots: list[Node]) -> list[Fact]:
    """The facts of a file's documents; a document that is no mapping states nothing."""
    found: list[Fact] = []
    for root in roots:
        if isinstance(root, Mapping):
            found += _interpreted(source, root)
    return found


def _interpreted(source: Source, root: Mapping) -> list[Fact]:
    for known, interpret in INTERPRETERS:
        if known(source, root):
            return interpret(source, root)
    return []
