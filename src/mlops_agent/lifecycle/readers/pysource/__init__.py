"""How Python source becomes facts: text, walk, scopes, names, folding, and one module a fact."""
