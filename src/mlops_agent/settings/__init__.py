"""The repository's own settings: mlops-agent.yaml or [tool.mlops-agent]."""
