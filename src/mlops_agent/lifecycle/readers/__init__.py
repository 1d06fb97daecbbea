"""One module a file format: text in, facts out."""
