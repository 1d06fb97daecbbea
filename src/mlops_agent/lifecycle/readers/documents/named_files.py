"""Files that a tool knows by name or by a few keys, each kept as ConfigObjects."""

from __future__ import annotations

import fnmatch

from mlops_agent.lifecycle.facts import Fact
from mlops_agent.lifecycle.readers.documents import prometheus
from mlops_agent.lifecycle.readers.documents.kubernetes import container_facts, image_ref
from mlops_agent.lifecycle.readers.documents.objects import object_of
from mlops_agent.lifecycle.readers.scripts import argv_fact
from mlops_agent.lifecycle.readers.source import Source
from mlops_agent.lifecycle.readers.tree import Leaf, Mapping, Node, Sequence

NAMES: tuple[tuple[str, str, str], ...] = (
    ("Chart.yaml", "helm", "Chart"),
    ("kustomization.y*ml", "kustomize", "Kustomization"),
    ("Kustomization", "kustomize", "Kustomization"),
    ("MLmodel", "mlflow", "MLmodel"),
    ("bentofile.y*ml", "bentoml", "Bentofile"),
    ("feature_store.y*ml", "feast", "FeatureStore"),
    ("prefect.y*ml", "prefect", "Prefect"),
    ("skaffold.y*ml", "skaffold", "Skaffold"),
    ("cog.y*ml", "cog", "Cog"),
    ("dbt_project.y*ml", "dbt", "Project"),
    ("python_env.y*ml", "mlproject", "PythonEnv"),
    ("docker-bake.json", "docker", "Bake"),
)
"""Glob of the file's name, family, kind."""


def is_named(source: Source, _root: Mapping) -> bool:
    """Whether the file's name says what it is."""
    return _kind(source) is not None


def read_named(source: Source, root: Mapping) -> list[Fact]:
    """The file as one ConfigObject."""
    family, kind = _kind(source) or ("", "")
    name = root.text("name") or root.text("project") or source.name
    return [object_of(root, source, family=family, kind=kind, name=name)]


def is_values(source: Source, _root: Mapping) -> bool:
    """Whether a document is a Helm chart's values file."""
    return fnmatch.fnmatchcase(source.name, "*values*.y*ml")


def read_values(source: Source, root: Mapping) -> list[Fact]:
    """The values as one ConfigObject (family "helm-values"), repository and tag as ImageRefs,
    and the alert rules that some charts take."""
    found: list[Fact] = [
        object_of(root, source, family="helm-values", kind="Values", name=source.path)
    ]
    stack: list[tuple[str, Mapping]] = [("", root)]
    while stack:
        key, node = stack.pop()
        image = node.get("repository")
        if isinstance(image, Leaf) and node.has("tag"):
            named = Leaf(f"{image.text}:{node.text('tag')}", "", image.line, 0, image.line)
            found.append(image_ref(source, named, role="run", owner=key))
        lists = (value.nodes for _, value in node.pairs if isinstance(value, Sequence))
        listed = (item for items in lists for item in items if isinstance(item, Mapping))
        for holder in (node, *listed):
            if holder.has("groups") and prometheus.is_rules(source, holder):
                found += prometheus.read_rules(source, holder)
        stack.extend((name.text, value) for name, value in reversed(list(node.mappings())))
    return found


def is_catalog(source: Source, root: Mapping) -> bool:
    """Whether a document is a Kedro data catalogue."""
    typed = [m for _, m in root.mappings() if m.has("type")]
    return bool(typed) and ("catalog" in source.path.split("conf", 1)[-1])


def read_catalog(source: Source, root: Mapping) -> list[Fact]:
    """A ConfigObject (family "kedro", kind the dataset's type) for each dataset."""
    return [
        object_of(
            entry,
            source,
            family="kedro",
            kind=entry.text("type"),
            name=key.text,
            line=key.line,
        )
        for key, entry in root.mappings()
        if entry.has("type")
    ]


def is_cloudformation(_source: Source, root: Mapping) -> bool:
    """Whether a document is a CloudFormation or SAM template."""
    resources = [r for _, r in root.mappings("Resources")]
    return any(r.text("Type").startswith("AWS::") for r in resources)


def read_cloudformation(source: Source, root: Mapping) -> list[Fact]:
    """A ConfigObject (family "cloudformation", kind "AWS::...") for each resource."""
    return [
        object_of(
            resource,
            source,
            family="cloudformation",
            kind=resource.text("Type"),
            name=key.text,
            line=key.line,
        )
        for key, resource in root.mappings("Resources")
    ]


def is_compiled_pipeline(_source: Source, root: Mapping) -> bool:
    """Whether a document is what the Kubeflow Pipelines compiler writes."""
    spec = root.mapping("pipelineSpec") or root
    return spec.has("deploymentSpec") and spec.has("pipelineInfo")


def read_compiled_pipeline(source: Source, root: Mapping) -> list[Fact]:
    """The pipeline as one bounded ConfigObject (family "kubeflow"), its executors' images."""
    spec = root.mapping("pipelineSpec") or root
    name = spec.text("pipelineInfo", "name")
    found: list[Fact] = [
        object_of(
            spec.mapping("root", "dag", "tasks") or Mapping(spec.line, 0),
            source,
            family="kubeflow",
            kind="CompiledPipeline",
            name=name,
        )
    ]
    for key, executor in spec.mappings("deploymentSpec", "executors"):
        container = executor.mapping("container")
        if container:
            found += container_facts(source, container, role="run", owner=key.text)
    return found


def is_component(_source: Source, root: Mapping) -> bool:
    """Whether a document is a Kubeflow component of the first version."""
    return root.mapping("implementation", "container") is not None


def read_component(source: Source, root: Mapping) -> list[Fact]:
    """A ConfigObject (family "kubeflow", kind "Component"), and what its container runs."""
    name = root.text("name")
    container = root.mapping("implementation", "container") or root
    return [
        object_of(root, source, family="kubeflow", kind="Component", name=name),
        *container_facts(source, container, role="run", owner=name),
    ]


def is_ray_serve(_source: Source, root: Mapping) -> bool:
    """Whether a document is a Ray Serve configuration."""
    applications = root.get("applications")
    if not isinstance(applications, Sequence):
        return False
    return any(isinstance(n, Mapping) and n.has("import_path") for n in applications.nodes)


def read_ray_serve(source: Source, root: Mapping) -> list[Fact]:
    """A ConfigObject (family "ray", kind "ServeApplication") for each application."""
    return [
        object_of(node, source, family="ray", kind="ServeApplication", name=node.text("name"))
        for node in root.items("applications")
        if isinstance(node, Mapping)
    ]


def is_recipe(_source: Source, root: Mapping) -> bool:
    """Whether a document is an MLflow recipe."""
    return bool(root.text("recipe")) and root.mapping("steps") is not None


def read_recipe(source: Source, root: Mapping) -> list[Fact]:
    """A ConfigObject (family "mlflow", kind "recipe-STEP") for each step of the recipe."""
    return [
        object_of(
            node,
            source,
            family="mlflow",
            api=root.text("recipe"),
            kind=f"recipe-{key.text}",
            name=key.text,
            line=key.line,
        )
        for key, node in (root.mapping("steps") or root).pairs
    ]


def is_sweep(_source: Source, root: Mapping) -> bool:
    """Whether a document is a Weights & Biases sweep."""
    searched = root.text("method") in ("bayes", "grid", "random")
    return searched and root.mapping("parameters") is not None


def read_sweep(source: Source, root: Mapping) -> list[Fact]:
    """The sweep as a ConfigObject (family "wandb"), and the Command that its agents run."""
    found: list[Fact] = [
        object_of(root, source, family="wandb", kind="Sweep", name=root.text("name"))
    ]
    argv = Sequence(root.line, 0)
    program = root.get("program")
    if root.has("command"):
        argv.nodes = [program if _is_program(n) and program else n for n in root.items("command")]
    elif isinstance(program, Leaf):
        argv.nodes = [Leaf("python", "", program.line, 0, program.line), program]
    return found + argv_fact(argv, source, origin="wandb", owner=root.text("name"))


def _is_program(node: Node) -> bool:
    return isinstance(node, Leaf) and node.text == "${program}"


def _kind(source: Source) -> tuple[str, str] | None:
    for pattern, family, kind in NAMES:
        if fnmatch.fnmatchcase(source.name, pattern):
            return family, kind
    return None
