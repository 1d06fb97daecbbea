"""What the other modules need of the MLflow registry."""

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from renewals import MODEL
from renewals.model import Model


def find(client: MlflowClient, alias: str) -> ModelVersion | None:
    """The version behind the alias, or None where nobody has it yet."""
    try:
        return client.get_model_version_by_alias(MODEL, alias)
    except MlflowException:
        return None


def load(version: ModelVersion) -> Model:
    """The model of a registered version."""
    return Model(**mlflow.artifacts.load_dict(f"runs:/{version.run_id}/model/model.json"))
