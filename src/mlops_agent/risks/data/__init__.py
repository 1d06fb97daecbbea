"""Facts about libraries that a rule's fix relies on, read from TOML."""
