"""The command line: parses arguments, calls the Python face, prints. It holds no logic."""
