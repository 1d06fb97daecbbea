"""What the documents inside YAML, JSON and TOML files mean: one small interpreter a system."""
