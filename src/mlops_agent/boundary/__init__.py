"""Whose work it is: a request cut into asks, and an owner for each; knows of no repository."""
