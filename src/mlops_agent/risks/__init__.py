"""One small module a rule, over the graph; the fix, where there is a safe one."""
