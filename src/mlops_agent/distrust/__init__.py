"""Repository text read as data: what in it is hidden, and what speaks to agents."""
