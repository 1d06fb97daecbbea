"""What a driver may call. One tool a file; its docstring is what a model reads of it."""
