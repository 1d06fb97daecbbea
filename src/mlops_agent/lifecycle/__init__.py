"""Read a repository into facts, join the facts into a graph. It never judges."""
