"""Risks: one small module a rule over the facts and the graph, and the fix where there is one."""
