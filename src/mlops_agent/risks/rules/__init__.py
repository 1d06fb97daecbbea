"""The rules, one module each: the docstring is the rule's page, RULE its card, find() its eye."""
